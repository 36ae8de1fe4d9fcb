package dev.adapterx.peft;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.tensor.NamedTensors;
import java.util.Set;

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
   * Names in {@link #trainable()} that weight decay spares although they are matrices: tokens,
   * embeddings.
   */
  default Set<String> undecayed() {
    return Set.of();
  }

  @Override
  default void close() {
    trainable().close();
  }
}
