package dev.adapterx.train.run;

import dev.adapterx.base.Reason;
import dev.adapterx.model.Backbone;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.ranks.Rank;
import dev.adapterx.train.ranks.RankGroup;
import dev.adapterx.train.recipe.Recipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One rank of a training: the processes of all ranks, started by any launcher on any machine, train
 * one model together. Each calls the same method with the same recipe and a {@link Rank} of its
 * own.
 *
 * <p>Rank 0 alone reads and writes the run folder; it gives the others its state when they have
 * met, so a run is resumed by resuming rank 0 and starting the others anew. Killed at any moment,
 * all others end within seconds by an {@link dev.adapterx.base.AdapterXException} with the reason.
 */
public final class RankedRun {
  private RankedRun() {}

  /**
   * Begins a run.
   *
   * @param folder a new one; only rank 0 uses it
   * @return what came out of it, in rank 0
   * @throws dev.adapterx.base.ConfigException when a rank does not come, comes twice, or has
   *     another recipe, backbone, version or other data; nothing is written then
   */
  public static Optional<RunResult> start(
      Recipe recipe, Path folder, Rank rank, RunListener listener) {
    return ranked(
        rank,
        listener,
        () -> TrainRun.start(recipe, folder, rank, listener),
        () -> TrainRun.resolved(recipe, listener));
  }

  /**
   * Begins a run.
   *
   * @param lock locks the folder; only rank 0 calls it
   * @return what came out of it, in rank 0
   */
  public static Optional<RunResult> start(
      Recipe recipe, Supplier<RunLock> lock, Rank rank, RunListener listener) {
    return ranked(
        rank,
        listener,
        () -> TrainRun.start(recipe, lock, rank, listener),
        () -> TrainRun.resolved(recipe, listener));
  }

  /**
   * Resumes a run. Ranks other than 0 read its recipe alone.
   *
   * @param overrides as of {@link TrainRun#resume(Path, List, RunListener)}
   * @return what came out of it, in rank 0
   */
  public static Optional<RunResult> resume(
      Path folder, List<String> overrides, Rank rank, RunListener listener) {
    return ranked(
        rank,
        listener,
        () -> TrainRun.resume(folder, overrides, rank, listener),
        () -> TrainRun.recipe(RunFolder.existing(folder), overrides));
  }

  /**
   * Begins a run, or resumes it if rank 0 finds it begun: for launchers that start a rank again
   * with the same arguments.
   *
   * @return what came out of it, in rank 0
   */
  public static Optional<RunResult> startOrResume(
      Recipe recipe, Path folder, Rank rank, RunListener listener) {
    return excused(
        rank,
        () -> {
          if (!rank.isFirst() || !Files.exists(new RunFolder(folder).recipe())) {
            return start(recipe, folder, rank, listener);
          }
          Recipe begun = TrainRun.recipe(new RunFolder(folder), List.of());
          Loaded.requireSame(folder, begun, TrainRun.resolved(recipe, listener));
          return resume(folder, List.of(), rank, listener);
        });
  }

  /** Rank 0 runs; any other follows it by a recipe that must be the same. */
  private static Optional<RunResult> ranked(
      Rank rank, RunListener listener, Supplier<RunResult> first, Supplier<Recipe> recipe) {
    return excused(
        rank,
        () -> rank.isFirst() ? Optional.of(first.get()) : follow(recipe.get(), rank, listener));
  }

  /** The others must not wait for a rank that cannot come. */
  private static Optional<RunResult> excused(Rank rank, Supplier<Optional<RunResult>> part) {
    try {
      return part.get();
    } catch (RuntimeException | Error e) {
      RankGroup.excuse(rank, Reason.of(e));
      throw e;
    }
  }

  private static Optional<RunResult> follow(Recipe recipe, Rank rank, RunListener listener) {
    try (Backbone backbone = TrainRun.backbone(recipe.backbone(), recipe.seed());
        Loaded loaded = Loaded.of(recipe, backbone, rank, listener)) {
      return loaded
          .ranks()
          .guard(
              () -> {
                new Follower(recipe, loaded, listener).run();
                return Optional.empty();
              });
    }
  }
}
