package dev.adapterx.train.result;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.data.Batch;
import dev.adapterx.infer.Inference;
import dev.adapterx.infer.Predictor;
import dev.adapterx.infer.Workers;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.task.ClassMeter;
import dev.adapterx.task.Classification;
import dev.adapterx.task.Evaluation;
import dev.adapterx.task.Probabilities;
import dev.adapterx.tensor.Precision;
import dev.adapterx.train.loop.Evaluator;
import dev.adapterx.train.loop.FeatureSource;
import dev.adapterx.train.loop.Scorer;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.routing.RoutingStatistics;
import dev.adapterx.train.run.RunFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Several adapters over one backbone, which is loaded once: {@code p(c) = 1/n Σ_i p_i(c)}, the mean
 * of their probabilities. Another seed, another method or other settings make a member; each costs
 * a forward pass and a few hundred kilobytes.
 *
 * <pre>{@code
 * try (Ensemble ensemble = Ensemble.open(List.of(a, b, c), false, null)) {
 *   ensemble.predictor().predict(files, 3, System.out::println, broken -> {});
 * }
 * }</pre>
 */
public final class Ensemble implements AutoCloseable {
  /**
   * What an ensemble got right, and what each of its members.
   *
   * @param together of the mean of their probabilities
   * @param members in the order they were named
   */
  public record Measured(Measurement together, List<Member> members) {
    public Measured {
      members = List.copyOf(members);
    }
  }

  /** What one run got right on its own, on the same samples. */
  public record Member(Path run, Evaluation evaluation) {}

  private final List<TrainedRun> runs;

  private Ensemble(List<TrainedRun> runs) {
    this.runs = runs;
  }

  /**
   * Loads the runs, the first with its backbone.
   *
   * @param best take the adapters of the best epochs on the validation split, not the last
   * @param precision of the frozen weights instead of the first recipe's
   * @throws ConfigException when a run is named twice, has other classes than the first or prepares
   *     its input otherwise
   * @throws CheckpointException when a run was trained on another backbone than the first
   */
  public static Ensemble open(List<Path> paths, boolean best, @Nullable Precision precision) {
    if (paths.isEmpty()) {
      throw new ConfigException("An ensemble needs at least one run, found none");
    }
    requireDifferent(paths);
    List<TrainedRun> opened = new ArrayList<>();
    Ensemble ensemble = new Ensemble(opened);
    try {
      opened.add(TrainedRun.open(paths.get(0), best, precision));
      for (Path path : paths.subList(1, paths.size())) {
        opened.add(beside(opened.get(0), path, best));
      }
      return ensemble;
    } catch (RuntimeException e) {
      ensemble.close();
      throw e;
    }
  }

  private static void requireDifferent(List<Path> paths) {
    for (int i = 0; i < paths.size(); i++) {
      Path path = paths.get(i).toAbsolutePath().normalize();
      if (paths.subList(0, i).stream().anyMatch(p -> p.toAbsolutePath().normalize().equals(path))) {
        throw new ConfigException(
            paths.get(i) + " is named twice in the ensemble; name each run once");
      }
    }
  }

  private static TrainedRun beside(TrainedRun first, Path path, boolean best) {
    RunFolder folder = RunFolder.existing(path);
    Recipe recipe = Recipe.read(folder.recipe(), List.of());
    TrainedRun.requireAdapter(folder, best);
    AdapterFile adapter = AdapterFile.read(best ? folder.bestAdapter() : folder.adapter());
    requireSameClasses(first, adapter.task().labels(), path);
    requireSameBackbone(first, adapter, path);
    requireSameInput(first, adapter, recipe, path);
    Backbone shared = first.backbone();
    return new TrainedRun(folder, best, recipe, shared, adapter.attach(shared));
  }

  private static void requireSameClasses(TrainedRun first, List<String> found, Path path) {
    List<String> expected = first.model().task().labels();
    if (expected.equals(found)) {
      return;
    }
    String difference =
        IntStream.range(0, Math.min(expected.size(), found.size()))
            .filter(i -> !expected.get(i).equals(found.get(i)))
            .mapToObj(
                i -> "class " + i + " is '" + found.get(i) + "', not '" + expected.get(i) + "'")
            .findFirst()
            .orElse("it has " + found.size() + " classes, not " + expected.size());
    throw new ConfigException(
        path
            + " has other classes than "
            + first.folder().path()
            + ": "
            + difference
            + ". Expected the same in the same order: "
            + Names.some(expected)
            + ". Only probabilities of the same classes have a mean; train both on the same"
            + " classes");
  }

  private static void requireSameBackbone(TrainedRun first, AdapterFile adapter, Path path) {
    String sha = first.backbone().info().sha256();
    if (!sha.equals(adapter.sha256())) {
      throw new CheckpointException(
          path
              + " was trained on the backbone '"
              + adapter.backbone()
              + "' (sha256 "
              + head(adapter.sha256())
              + "…), "
              + first.folder().path()
              + " on '"
              + first.backbone().info().name()
              + "' (sha256 "
              + head(sha)
              + "…). An ensemble shares one backbone; name runs of the same");
    }
  }

  private static void requireSameInput(
      TrainedRun first, AdapterFile adapter, Recipe recipe, Path path) {
    if (!adapter.preprocessing().equals(first.backbone().preprocessing())) {
      throw new ConfigException(
          path
              + " prepares its input with "
              + adapter.preprocessing()
              + ", "
              + first.folder().path()
              + " with "
              + first.backbone().preprocessing()
              + "; an ensemble prepares it once, name runs that prepare it alike");
    }
    boolean turned = first.recipe().data().turnsFiles();
    if (recipe.data().turnsFiles() != turned) {
      throw new ConfigException(
          path
              + ": data.exif-orientation is "
              + !turned
              + ", that of "
              + first.folder().path()
              + " is "
              + turned
              + "; an ensemble reads an image once, name runs that read it alike");
    }
  }

  private static String head(String hash) {
    return hash.substring(0, Math.min(12, hash.length()));
  }

  /** The members, the first of which chose precision and data. */
  public List<TrainedRun> runs() {
    return List.copyOf(runs);
  }

  /** The classes, in the order of their indices. */
  public List<String> labels() {
    return runs.get(0).model().task().labels();
  }

  /** The backbone that all members share. */
  public Backbone backbone() {
    return runs.get(0).backbone();
  }

  /** The mean of the members' class probabilities. */
  public Inference<float[]> inference() {
    return Inference.mean(runs.stream().map(run -> Inference.classes(run.model())).toList());
  }

  /** Predicts with that mean, as the first member's recipe reads files. */
  public Predictor predictor() {
    return runs.get(0).predictor(inference());
  }

  /**
   * Measures the ensemble and each member in one pass over the samples; see {@link
   * TrainedRun#measure(String, String, boolean)}.
   */
  public Measured measure(@Nullable String data, @Nullable String split, boolean allowBroken) {
    List<Member> members = new ArrayList<>();
    Measurement together =
        runs.get(0)
            .measure(
                data,
                split,
                allowBroken,
                (batches, workers) -> evaluate(batches, workers, members));
    List<String> warnings = new ArrayList<>();
    for (TrainedRun run : runs.subList(1, runs.size())) {
      run.trainedOn(data, split, runs.get(0))
          .ifPresent(warning -> warnings.add(run.folder().path() + ": " + warning));
    }
    return new Measured(together.with(warnings), members);
  }

  private Evaluation evaluate(Iterable<Batch<?>> batches, Workers workers, List<Member> members) {
    long started = System.nanoTime();
    Classification task = runs.get(0).model().classification();
    ClassMeter together = task.meter();
    List<ClassMeter> alone = runs.stream().map(run -> task.meter()).toList();
    for (Batch<?> batch : batches) {
      List<List<float[]>> of = new ArrayList<>();
      for (int m = 0; m < runs.size(); m++) {
        Scorer scorer = Scorer.of(runs.get(m).model(), FeatureSource.BACKBONE);
        of.add(Evaluator.predictions(scorer, task, batch, workers, new RoutingStatistics()));
        Evaluator.add(batch, task, of.get(m), alone.get(m));
      }
      Evaluator.add(batch, task, Probabilities.means(of), together);
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    for (int m = 0; m < runs.size(); m++) {
      members.add(new Member(runs.get(m).folder().path(), alone.get(m).result(seconds)));
    }
    return together.result(seconds);
  }

  @Override
  public void close() {
    for (int m = runs.size() - 1; m > 0; m--) {
      runs.get(m).model().close();
    }
    if (!runs.isEmpty()) {
      runs.get(0).close();
    }
  }
}
