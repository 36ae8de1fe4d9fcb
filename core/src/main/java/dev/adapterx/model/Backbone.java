package dev.adapterx.model;

import dev.adapterx.model.input.Preprocessing;
import dev.adapterx.model.tokens.ClassToken;
import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.model.tokens.Pooling;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.NamedTensors;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A pre-trained transformer: an embedding, a stack of blocks, a final norm and a pooling. Immutable
 * and thread-safe; tuners ({@code dev.adapterx.peft.Tuner}) act around its steps.
 */
public interface Backbone extends AutoCloseable {
  /** Provenance: name, naming scheme, hash and origin of the weights. */
  BackboneInfo info();

  /** How its input is prepared. */
  Preprocessing preprocessing();

  /** D, of the tokens that leave the last block. */
  int width();

  /** The device of its tensors. */
  default Device device() {
    return Device.of(norm().weight());
  }

  /** Tokens before the patches: CLS, distillation, registers. */
  int prefixTokens();

  /** The blocks in order. */
  List<Block> blocks();

  /** The final norm, applied before or after the pooling. */
  LayerNorm norm();

  /** The class token; null if it has none. */
  @Nullable ClassToken cls();

  /**
   * Embeds an input into the tokens of the first block.
   *
   * @param input (B, …) prepared: pictures (B, 3, H, W), clouds (B, G, K + 1, 3)
   * @param cls the class token, the backbone's own or a tuner's; null if it has none
   * @param patches applied to the patch tokens (B, G, D) before the prefix is added
   * @param pass this forward pass
   */
  Embedding embed(Tensor input, @Nullable ClassToken cls, UnaryOperator<Tensor> patches, Pass pass);

  /** How the last block's tokens are pooled into the feature of the classifier. */
  Pooling pooling();

  /**
   * Computes the features that are read, with a tuner around every step.
   *
   * @param input (B, …) as {@link #embed} takes it, or not yet finished, see {@link
   *     Preprocessing#finished}; on any device
   * @throws dev.adapterx.base.ConfigException when a layer is read that does not exist
   */
  default Features features(Tensor input, BackboneTuner tuner, Pass pass, Reads reads) {
    return new ForwardPass(this, tuner, pass).of(input, reads);
  }

  /** The classifier the weights were trained with. */
  Classifier classifier();

  /** Every tensor by its field name. */
  NamedTensors tensors();

  /** The same layers over other tensors, for full fine-tuning. Does not own the tensors. */
  Backbone over(NamedTensors tensors);

  /**
   * The same layers with batch norms that use the statistics of the batch in training; this
   * backbone if it has no batch norms.
   */
  default Backbone withBatchStatistics() {
    return this;
  }

  /** Frees the weights. */
  @Override
  default void close() {
    tensors().close();
  }
}
