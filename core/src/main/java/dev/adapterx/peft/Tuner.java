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
   * The backbone to walk: the frozen one or, for full fine-tuning, the same layers over trainable
   * tensors.
   */
  Backbone backbone();

  /** What is trained, in order; a tensor shared by many places appears once. */
  NamedTensors trainable();

  /**
   * What changes with training without being trained, and is saved: running statistics, what was
   * kept of {@link #prepare examples}.
   */
  default NamedTensors buffers() {
    return NamedTensors.none();
  }

  /**
   * How many inputs of the training split it wants to see before it is trained; 0: none. A trainer
   * refuses the first step until they were handed to {@link #prepare}.
   */
  default int examples() {
    return 0;
  }

  /**
   * Looks at training inputs, once and before the first step. What it keeps of them is among its
   * {@link #buffers()}, so that neither prediction nor a resumed training needs them again.
   *
   * @param inputs each (1, …), prepared as the backbone wants it; made when asked for, and no
   *     longer needed when the next one is
   */
  default void prepare(Iterable<Tensor> inputs) {}

  /** Whether it has what it needs of its {@link #examples}; read from its {@link #buffers()}. */
  default boolean isPrepared() {
    return true;
  }

  /**
   * Names in {@link #trainable()} that weight decay spares although they are matrices: tokens,
   * embeddings.
   */
  default Set<String> undecayed() {
    return Set.of();
  }

  /**
   * All of the backbone's tensors with this tuner's effect inside them, so that a plain backbone
   * over them computes the same. Call inside a {@code Scope}, which frees what had to be computed;
   * the tensors are not the caller's to close.
   *
   * @throws ConfigException with the reason, where no weights of a plain backbone have that effect
   */
  default NamedTensors merged() {
    throw new ConfigException(
        "what it adds has no place among the weights of a plain backbone; keep the adapter and load it onto the backbone");
  }

  /**
   * What an adapter file has of {@link #trainable()}: the tensors as they are, unless a method
   * packs them. Names and shapes are always the same. Call inside a {@code Scope}.
   */
  default List<StoredTensor> stored() {
    return StoredValues.of(trainable());
  }

  /**
   * The tuner whose {@link #stored()} this was: this one with other values or, where a file has
   * less than training needs, one that predicts the same and refuses to be trained. It takes this
   * one's tensors over. Call inside a {@code Scope} without gradients.
   *
   * @param stored at least all of {@link #stored()}'s tensors by name, in their shapes
   * @throws dev.adapterx.base.CheckpointException when a tensor's type is not what it should be
   */
  default Tuner restored(Map<String, StoredTensor> stored) {
    StoredValues.copy(stored, trainable());
    return this;
  }

  /**
   * Whether the backbone gives an image the same features throughout a training, because nothing
   * that is trained acts inside it. Dropout and drop-path then have nothing to regularise and stay
   * off, and features need computing only once.
   */
  default boolean hasFixedFeatures() {
    return false;
  }

  @Override
  default void close() {
    trainable().close();
  }
}
