package dev.adapterx.train.study;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.WholeFile;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.RunFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A search for each method's own settings, by its score on the validation split after the last
 * epoch. Every method gets as many trials; the test split is not opened.
 *
 * @param recipe what variants and trials change; its splits are those of the recipes written
 * @param splits what trials train on and are judged by
 * @param grids by method; see {@code grids.yaml}
 * @param trials of each method
 * @param seed of all trials, and of the choice of trials from a grid
 * @param last overrides that win over those of variants; the grid wins over them
 * @param records where a small file of every finished trial is kept, {@code
 *     METHOD/trial-NUMBER.json}; trials with one are not trained again. Absent: nowhere
 */
public record Tuning(
    Path folder,
    Recipe recipe,
    Splits splits,
    List<Variant> variants,
    Map<String, Grid> grids,
    int trials,
    long seed,
    List<String> last,
    @Nullable Path records) {

  public Tuning(
      Path folder,
      Recipe recipe,
      Splits splits,
      List<Variant> variants,
      Map<String, Grid> grids,
      int trials,
      long seed,
      List<String> last) {
    this(folder, recipe, splits, variants, grids, trials, seed, last, null);
  }

  public Tuning {
    variants = List.copyOf(variants);
    last = List.copyOf(last);
    grids = new LinkedHashMap<>(grids);
    if (trials < 1) {
      throw new ConfigException("--trials: expected at least 1, found " + trials);
    }
  }

  /**
   * Trains what is missing and gives all there is; writes {@code FOLDER/VARIANT.yaml} for every
   * method whose trials are done.
   *
   * @param retry whether runs that failed are tried again
   * @throws dev.adapterx.base.AdapterXException before anything is trained, when none of the trials
   *     can begin: data, a split or a backbone that all of them share is not there
   */
  public TuningResult run(StudyListener listener, boolean retry) {
    List<Trial> planned = new ArrayList<>();
    variants.forEach(variant -> planned.addAll(planned(variant)));
    SharedRuns runs =
        new SharedRuns(planned.stream().map(t -> t.outcome().run()).toList(), listener);
    if (retry) {
      runs.forgetFailures();
    }
    return result(planned, runs.work());
  }

  /**
   * All there is of the search now; trains nothing, where others train. Writes recipes as {@link
   * #run}.
   */
  public TuningResult found() {
    List<Trial> planned = new ArrayList<>();
    variants.forEach(variant -> planned.addAll(planned(variant)));
    List<StudyRun> runs = planned.stream().map(t -> t.outcome().run()).toList();
    return result(planned, new SharedRuns(runs, StudyListener.NONE).outcomes());
  }

  private TuningResult result(List<Trial> planned, List<Outcome> outcomes) {
    List<Trial> done = new ArrayList<>();
    for (int i = 0; i < planned.size(); i++) {
      Trial plan = planned.get(i);
      done.add(new Trial(plan.variant(), plan.number(), plan.settings(), outcomes.get(i)));
    }
    TuningResult result =
        new TuningResult(variants.stream().map(Variant::name).toList(), done, splits, seed, trials);
    variants.forEach(variant -> result.winner(variant.name()).ifPresent(t -> write(variant, t)));
    return result;
  }

  private List<Trial> planned(Variant variant) {
    Recipe own = own(variant);
    String method = own.method().name();
    Grid grid = Grid.of(method, grids).extended(trials);
    requireUnsaid(method, grid);
    List<Trial> planned = new ArrayList<>();
    for (Map<String, String> point : grid.sample(trials, Rng.of(seed, "tune." + method))) {
      int number = planned.size() + 1;
      List<String> settings = overrides(point);
      Recipe trial =
          own.with(
              Stream.of(settings, splits.overrides(), List.of("seed=" + seed))
                  .flatMap(List::stream)
                  .toList(),
              "The grid of " + method + " at " + String.join(" ", settings));
      String below =
          Path.of(FolderName.of(variant.name()), String.format(Locale.ROOT, "trial-%02d", number))
              .toString();
      String name = variant.name() + " trial " + number + " " + String.join(" ", settings);
      StudyRun run =
          new StudyRun(
              name,
              trial,
              new RunFolder(folder.resolve("runs").resolve(below)),
              records == null
                  ? null
                  : new RecordPlace(
                      records.resolve(below + ".json"), trial.data().name(), null, name));
      planned.add(new Trial(variant.name(), number, point, Outcome.unfinished(run)));
    }
    return planned;
  }

  /** A key that is searched and given is a misunderstanding: neither value is taken in silence. */
  private void requireUnsaid(String method, Grid grid) {
    for (String said : last) {
      String key = said.substring(0, Math.max(0, said.indexOf('=')));
      if (grid.values().containsKey(key)) {
        throw new ConfigException(
            "%s: the search chooses %s of %s (from %s). Leave it out, or give a --grid that searches other keys"
                .formatted(said, key, method, String.join(", ", grid.values().get(key))));
      }
    }
  }

  private Recipe own(Variant variant) {
    return recipe.with(
        Stream.concat(variant.overrides().stream(), last.stream()).toList(), variant.name());
  }

  private static List<String> overrides(Map<String, String> point) {
    return point.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  /** The winner's settings on the recipe's own splits. */
  private void write(Variant variant, Trial winner) {
    Recipe found = own(variant).with(overrides(winner.settings()), variant.name());
    String how =
        String.format(
            Locale.ROOT,
            "# Found by adapterx tune: trial %d of %d, %.2f %% on %s after the last epoch, seed %d.%n",
            winner.number(),
            trials,
            winner.measured(),
            splits.text(),
            seed);
    WholeFile.write(
        recipeFile(variant.name()),
        how.replace("\r", "") + found.relativeTo(Path.of("").toAbsolutePath()).yaml());
  }

  /** Where the recipe found for a method is written. */
  public Path recipeFile(String variant) {
    return folder.resolve(FolderName.of(variant) + ".yaml");
  }
}
