package dev.adapterx.model;

import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.model.tokens.Pooling;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Pass;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** The steps of a method around a whole frozen backbone; the defaults change nothing. */
public interface BackboneTuner {
  /** Changes nothing. */
  BackboneTuner NONE = new BackboneTuner() {};

  /**
   * Around the embedding. A method with its own class token or with shallow prompts overrides this.
   */
  default Embedding embed(Backbone backbone, Tensor input, Pass pass) {
    return backbone.embed(input, backbone.cls(), UnaryOperator.identity(), pass);
  }

  /**
   * Before block i: receives the tokens and positions of the block before, or those after merging.
   */
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

  /** How the last block's tokens are pooled into the feature of the classifier. */
  default Pooling pooling(Backbone backbone) {
    return backbone.pooling();
  }
}
