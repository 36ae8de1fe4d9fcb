package dev.adapterx.peft;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.weights.StoredTensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * A method attached to one backbone: it owns the trainable tensors. Closing it frees them, never
 * the backbone.
 */
public interface Tuner extends BackboneTuner, AutoCloseable {
  /**
   * The backbone that forward passes use: the frozen one or, for full fine-tuning, the same layers
   * over trainable tensors.
   */
  Backbone backbone();

  /** The trainable tensors, in order; a tensor shared by many places appears once. */
  NamedTensors trainable();

  /**
   * Buffers: updated without a gradient, and saved; running statistics, and what was kept from
   * {@link #prepare examples}.
   */
  default NamedTensors buffers() {
    return NamedTensors.none();
  }

  /**
   * How many inputs of the training split it needs before training; 0: none. A trainer refuses the
   * first step until they have been passed to {@link #prepare}.
   */
  default int examples() {
    return 0;
  }

  /**
   * Receives training inputs, once and before the first step. What it keeps from them is part of
   * its {@link #buffers()}, so that neither prediction nor resumed training needs them again.
   *
   * @param inputs each (1, …), prepared as the backbone expects it; each is made on demand and
   *     valid until the next one
   */
  default void prepare(Iterable<Tensor> inputs) {}

  /** Whether it has received its {@link #examples}; read from its {@link #buffers()}. */
  default boolean isPrepared() {
    return true;
  }

  /**
   * Names in {@link #trainable()} that are exempt from weight decay although they are matrices:
   * tokens, embeddings.
   */
  default Set<String> undecayed() {
    return Set.of();
  }

  /**
   * All of the backbone's tensors with this tuner's effect inside them, so that a plain backbone
   * over them computes the same. Call inside a {@code Scope}, which frees the computed tensors; the
   * caller must not close any of them.
   *
   * @throws ConfigException with the reason, when no weights of a plain backbone have that effect
   */
  default NamedTensors merged() {
    throw new ConfigException(
        "what it adds has no place among the weights of a plain backbone; keep the adapter and load it onto the backbone");
  }

  /**
   * What an adapter file stores of {@link #trainable()}: the tensors as they are, unless the method
   * packs them. Names and shapes never change. Call inside a {@code Scope}.
   */
  default List<StoredTensor> stored() {
    return StoredValues.of(trainable());
  }

  /**
   * The tuner that wrote {@code stored}: this one with other values or, where a file holds less
   * than training needs, one that predicts the same and refuses to be trained. It takes ownership
   * of this tuner's tensors. Call inside a {@code Scope} without gradients.
   *
   * @param stored at least all of {@link #stored()}'s tensors by name, in their shapes
   * @throws dev.adapterx.base.CheckpointException when a tensor has the wrong dtype
   */
  default Tuner restored(Map<String, StoredTensor> stored) {
    StoredValues.copy(stored, trainable());
    return this;
  }

  /**
   * Whether the backbone gives a sample the same features throughout training, because nothing
   * trainable acts inside it. Dropout and drop-path then have nothing to regularise and stay off,
   * and features need to be computed only once.
   */
  default boolean hasFixedFeatures() {
    return false;
  }

  @Override
  default void close() {
    trainable().close();
  }
}
