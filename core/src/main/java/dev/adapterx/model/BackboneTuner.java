package dev.adapterx.model;

import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Pass;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** What a method does around a whole frozen backbone; by default everything just happens. */
public interface BackboneTuner {
  /** Changes nothing. */
  BackboneTuner NONE = new BackboneTuner() {};

  /**
   * Around the embedding. A method with its own class token or with shallow prompts overrides this.
   */
  default Embedding embed(Backbone backbone, Tensor input, Pass pass) {
    return backbone.embed(input, backbone.cls(), UnaryOperator.identity(), pass);
  }

  /** Around the way to block i: tokens and positions as the block before left them. */
  default Embedding before(int i, Embedding x, Pass pass) {
    return x;
  }

  /** Around block i. */
  default BlockTuner block(int i) {
    return BlockTuner.NONE;
  }

  /** Around the final norm. */
  default Tensor norm(LayerNorm norm, Tensor x, Pass pass) {
    return norm.forward(x);
  }

  /** Around the pooling: tokens (B, N, D) of the last block to the feature (B, F) a head sees. */
  default Tensor pool(Backbone backbone, Tensor tokens, Pass pass) {
    return backbone.pool(tokens, extraTokens(), x -> norm(backbone.norm(), x, pass));
  }

  /** How many tokens, the first ones, {@link #pool} may read; who overrides that says it here. */
  default int pooledTokens(Backbone backbone) {
    return backbone.pooledTokens();
  }

  /** Tokens that stand between prefix and patches after the last block. */
  default int extraTokens() {
    return 0;
  }
}
