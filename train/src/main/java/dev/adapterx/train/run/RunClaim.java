package dev.adapterx.train.run;

import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How every run begins and goes on: its folder is locked for as long as it runs, and a new folder
 * is created only once everything the run needs is in order.
 */
final class RunClaim implements AutoCloseable {
  private final Supplier<RunLock> place;
  private @Nullable RunLock lock;

  private RunClaim(Supplier<RunLock> place) {
    this.place = place;
  }

  /**
   * Runs in a new folder.
   *
   * @param run receives the folder's supplier, which locks and creates the folder
   */
  static <R> R begin(Path folder, Function<Supplier<RunFolder>, R> run) {
    RunFolder.requireNew(folder);
    return begin(() -> RunLock.take(folder), run);
  }

  /**
   * Runs in a new folder.
   *
   * @param place locks the folder
   * @param run receives the folder's supplier, which calls {@code place} and creates the folder
   */
  static <R> R begin(Supplier<RunLock> place, Function<Supplier<RunFolder>, R> run) {
    try (RunClaim claim = new RunClaim(place)) {
      return run.apply(claim::folder);
    }
  }

  /** Resumes the run in a folder. */
  static <R> R resume(Path folder, Function<RunLock, R> run) {
    RunFolder.existing(folder);
    try (RunLock lock = RunLock.take(folder)) {
      return run.apply(lock);
    }
  }

  private RunFolder folder() {
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
