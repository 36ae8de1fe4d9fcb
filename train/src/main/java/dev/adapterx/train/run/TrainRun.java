package dev.adapterx.train.run;

import dev.adapterx.base.ConfigException;
import dev.adapterx.hub.FetchListener;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.int8.Int8Linears;
import dev.adapterx.tensor.Precision;
import dev.adapterx.train.input.TaskOfData;
import dev.adapterx.train.loop.FrozenWeights;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.ranks.Rank;
import dev.adapterx.train.recipe.BackboneRecipe;
import dev.adapterx.train.recipe.Recipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * One training from recipe to report: opens backbone and data, trains, measures, and leaves a run
 * folder, which is locked meanwhile. Killed at any moment it can be resumed from the last completed
 * epoch to the same bytes, and stopped by its listener from the last completed step.
 */
public final class TrainRun {
  private static final List<String> CHANGEABLE =
      List.of("data.threads", "data.cache-megabytes", "data.allow-broken");

  private final Recipe recipe;
  private final Supplier<RunFolder> place;
  private final RunListener listener;
  private final Rank rank;

  private TrainRun(Recipe recipe, Supplier<RunFolder> place, RunListener listener, Rank rank) {
    this.recipe = recipe;
    this.place = place;
    this.listener = listener;
    this.rank = rank;
  }

  /** Trains in a new folder, which is created once backbone and data are found to be in order. */
  public static RunResult start(Recipe recipe, Path folder, RunListener listener) {
    return start(recipe, folder, Rank.alone(), listener);
  }

  /** As rank 0 of a training; see {@link RankedRun}. */
  static RunResult start(Recipe recipe, Path folder, Rank rank, RunListener listener) {
    return RunClaim.begin(folder, place -> begin(recipe, place, listener, rank));
  }

  /**
   * Trains in a new folder.
   *
   * @param lock locks the folder; called once backbone and data are found to be in order
   */
  public static RunResult start(Recipe recipe, Supplier<RunLock> lock, RunListener listener) {
    return start(recipe, lock, Rank.alone(), listener);
  }

  /** As rank 0 of a training; see {@link RankedRun}. */
  static RunResult start(Recipe recipe, Supplier<RunLock> lock, Rank rank, RunListener listener) {
    return RunClaim.begin(lock, place -> begin(recipe, place, listener, rank));
  }

  /** As {@link #start(Recipe, Path, RunListener)}, in a folder whose lock is held already. */
  public static RunResult start(Recipe recipe, RunLock lock, RunListener listener) {
    RunFolder made = RunFolder.create(lock.run());
    return begin(recipe, () -> made, listener, Rank.alone());
  }

  private static RunResult begin(
      Recipe recipe, Supplier<RunFolder> place, RunListener listener, Rank rank) {
    return new TrainRun(resolved(recipe, listener), place, listener, rank).run(List.of());
  }

  /** With absolute paths, its task, and the commit of a backbone from a hub. */
  static Recipe resolved(Recipe recipe, RunListener listener) {
    return TaskOfData.named(recipe.relativeTo(Path.of("").toAbsolutePath())).pinned(listener);
  }

  /** Resumes a run where it stopped; a finished run is measured and reported again. */
  public static RunResult resume(Path folder, RunListener listener) {
    return resume(folder, List.of(), listener);
  }

  /**
   * Resumes with a changed recipe, for example with a lower learning rate after a divergence. The
   * run's recipe then holds the change, with a note from which epoch on.
   *
   * @param overrides of {@code train} settings, decoding threads and memory: {@code train.lr=0.001}
   * @throws ConfigException for any other key, since the epochs done would not fit it
   */
  public static RunResult resume(Path folder, List<String> overrides, RunListener listener) {
    return resume(folder, overrides, Rank.alone(), listener);
  }

  /** As rank 0 of a training; see {@link RankedRun}. */
  static RunResult resume(Path folder, List<String> overrides, Rank rank, RunListener listener) {
    return RunClaim.resume(folder, lock -> resume(lock, overrides, rank, listener));
  }

  /** As {@link #resume(Path, List, RunListener)}, of a run whose lock is held already. */
  public static RunResult resume(RunLock lock, List<String> overrides, RunListener listener) {
    return resume(lock, overrides, Rank.alone(), listener);
  }

  private static RunResult resume(
      RunLock lock, List<String> overrides, Rank rank, RunListener listener) {
    RunFolder existing = RunFolder.existing(lock.run());
    Recipe recipe = recipe(existing, overrides);
    return new TrainRun(recipe, () -> existing, listener, rank).run(overrides);
  }

  /** The recipe by which a run goes on. */
  static Recipe recipe(RunFolder existing, List<String> overrides) {
    overrides.forEach(TrainRun::requireChangeable);
    return Recipe.read(existing.recipe(), overrides);
  }

  private static void requireChangeable(String override) {
    String key = override.substring(0, Math.max(0, override.indexOf('=')));
    if (!key.startsWith("train.") && !CHANGEABLE.contains(key)) {
      throw new ConfigException(
          "'"
              + override
              + "': a run that goes on can change train.* and "
              + String.join(", ", CHANGEABLE)
              + "; for anything else begin a new run");
    }
  }

  /** The backbone a recipe names. */
  public static Backbone backbone(BackboneRecipe b, long seed) {
    Backbones.Options options = b.options();
    if (b.preset() != null) {
      return Backbones.initial(b.preset(), options, seed);
    }
    return b.path() != null && b.isEmbedded()
        ? Backbones.embedded(b.path(), options)
        : Backbones.load(b.found(FetchListener.NONE), options);
  }

  private RunResult run(List<String> changes) {
    if (recipe.backbone().precision() == Precision.INT8) {
      Int8Linears.requireFast(recipe.backbone().device());
    }
    try (Backbone backbone = backbone(recipe.backbone(), recipe.seed())) {
      return run(backbone, changes);
    }
  }

  private RunResult run(Backbone backbone, List<String> changes) {
    FrozenWeights frozen = recipe.train().verifyFrozen() ? FrozenWeights.of(backbone) : null;
    try (Loaded loaded = Loaded.of(recipe, backbone, rank, listener)) {
      return loaded
          .ranks()
          .guard(
              () -> {
                RunFolder folder = place.get();
                folder.sweep();
                TrainSession session = new TrainSession(recipe, folder, listener, loaded, frozen);
                keepRecipe(folder, changes, session.epochsDone());
                return session.run();
              });
    }
  }

  private void keepRecipe(RunFolder folder, List<String> changes, int epochsDone) {
    List<String> notes = new ArrayList<>(folder.changes());
    if (!changes.isEmpty()) {
      notes.add("from epoch " + (epochsDone + 1) + ": " + String.join(", ", changes));
    }
    folder.write(recipe, notes);
  }
}
