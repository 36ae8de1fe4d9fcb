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
 * A pre-trained transformer seen as what all of them are: an embedding, a stack of blocks, a final
 * norm and a pooling. Immutable and thread-safe; a tuner walks it (see {@code
 * dev.adapterx.peft.Tuner}).
 */
public interface Backbone extends AutoCloseable {
  /** What is known about it besides its numbers. */
  BackboneInfo info();

  /** Its input's preparation. */
  Preprocessing preprocessing();

  /** D, of the tokens that leave the last block. */
  int width();

  /** Where its tensors are, and with them all that works with it. */
  default Device device() {
    return Device.of(norm().weight());
  }

  /** Tokens before the patches: CLS, distillation, registers. */
  int prefixTokens();

  /** The blocks in order. */
  List<Block> blocks();

  /** The final norm, before or behind the pooling. */
  LayerNorm norm();

  /** The class token; absent where it has none. */
  @Nullable ClassToken cls();

  /**
   * Input to the first block's tokens.
   *
   * @param input (B, …) prepared: pictures (B, 3, H, W), clouds (B, G, K + 1, 3)
   * @param cls the backbone's own class token or a tuner's; absent where it has none
   * @param patches a tuner's advice around the patch tokens (B, G, D), before the prefix
   * @param pass this forward pass
   */
  Embedding embed(Tensor input, @Nullable ClassToken cls, UnaryOperator<Tensor> patches, Pass pass);

  /** How the last block's tokens become the feature a classifier sees. */
  Pooling pooling();

  /**
   * Input to what is read of it, with a tuner around every step.
   *
   * @param input (B, …) as {@link #embed} takes it, or on the way there: see {@link
   *     Preprocessing#finished}. It may be where Java put it
   * @throws dev.adapterx.base.ConfigException when a layer is read that is not there
   */
  default Features features(Tensor input, BackboneTuner tuner, Pass pass, Reads reads) {
    return new ForwardPass(this, tuner, pass).of(input, reads);
  }

  /** The classifier the weights were trained with. */
  Classifier classifier();

  /** Every tensor by its field name. */
  NamedTensors tensors();

  /**
   * The same layers over other tensors: full fine-tuning trains through this. Does not own them.
   */
  Backbone over(NamedTensors tensors);

  /**
   * The same layers, whose batch norms take the statistics of the batch while training. This one
   * where there are none.
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
