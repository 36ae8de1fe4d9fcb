package dev.adapterx.model;

import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Pass;
import org.bytedeco.pytorch.Tensor;

/** What a method does around a whole frozen backbone; by default everything just happens. */
public interface BackboneTuner {
  /** Changes nothing. */
  BackboneTuner NONE = new BackboneTuner() {};

  /**
   * Around the embedding: input to (B, N, D). A method with its own class token or with shallow
   * prompts overrides this.
   */
  default Tensor embed(Backbone backbone, Tensor input, Pass pass) {
    return backbone.embed(input, backbone.clsToken());
  }

  /** Around block i. */
  default BlockTuner block(int i) {
    return BlockTuner.NONE;
  }

  /** Around the final norm. */
  default Tensor norm(LayerNorm norm, Tensor x, Pass pass) {
    return norm.forward(x);
  }

  /** Tokens that stand between prefix and patches after the last block. */
  default int extraTokens() {
    return 0;
  }
}
