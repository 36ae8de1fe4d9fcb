package dev.adapterx.infer;

import dev.adapterx.peft.AdaptedModel;

/**
 * An adapter in use. As long as it is open the model's memory is not freed, even if the adapter is
 * unloaded; close it when the forward pass is done, and do not keep the model.
 */
public final class Lease implements AutoCloseable {
  private final String name;
  private final LeasePool<AdaptedModel>.Held held;

  Lease(String name, LeasePool<AdaptedModel>.Held held) {
    this.name = name;
    this.held = held;
  }

  /** The adapter's name. */
  public String name() {
    return name;
  }

  /**
   * The model, over the shared backbone. Not the lease's to close.
   *
   * @throws IllegalStateException when this lease is closed
   */
  public AdaptedModel model() {
    return held.value();
  }

  @Override
  public void close() {
    held.close();
  }
}
