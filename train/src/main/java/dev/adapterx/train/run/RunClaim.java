package dev.adapterx.train.run;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A new run's folder, taken only once everything it needs is in order, and freed at the end. */
final class RunClaim implements AutoCloseable {
  private final Supplier<RunLock> place;
  private @Nullable RunLock lock;

  /**
   * Takes nothing yet.
   *
   * @param place gives the folder by its lock
   */
  RunClaim(Supplier<RunLock> place) {
    this.place = place;
  }

  /** Takes the folder, which must be new. */
  RunFolder folder() {
    RunLock taken = place.get();
    lock = taken;
    return RunFolder.create(taken.run());
  }

  @Override
  public void close() {
    if (lock != null) {
      lock.close();
    }
  }
}
