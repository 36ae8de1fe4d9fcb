package dev.adapterx.train.result;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.Batch;
import dev.adapterx.data.BatchLoader;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.Epoch;
import dev.adapterx.data.LoaderOptions;
import dev.adapterx.infer.Inference;
import dev.adapterx.infer.Predictor;
import dev.adapterx.infer.Workers;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.Preprocessing;
import dev.adapterx.model.int8.Int8Linears;
import dev.adapterx.model.int8.LayerRange;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.Merging;
import dev.adapterx.peft.PlainModel;
import dev.adapterx.task.Evaluation;
import dev.adapterx.task.Scores;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Precision;
import dev.adapterx.train.input.Measured;
import dev.adapterx.train.input.MeasuredPart;
import dev.adapterx.train.input.Modality;
import dev.adapterx.train.input.Ranges;
import dev.adapterx.train.input.TrainableTask;
import dev.adapterx.train.loop.Evaluator;
import dev.adapterx.train.loop.Scorer;
import dev.adapterx.train.recipe.BackboneRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.routing.RoutingStatistics;
import dev.adapterx.train.run.RunFolder;
import dev.adapterx.train.run.TrainRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a training left, loaded for use: the recipe's backbone with the run's adapter attached.
 *
 * @param folder the run
 * @param best whether the adapter is that of the best epoch, not the last
 */
public record TrainedRun(
    RunFolder folder, boolean best, Recipe recipe, Backbone backbone, AdaptedModel model)
    implements AutoCloseable {

  @Override
  public String toString() {
    return folder.path() + ": " + model.method().title() + " on " + backbone;
  }

  /** Loads a run with the adapter of its last epoch, in the precision of its recipe. */
  public static TrainedRun open(Path path) {
    return open(path, false, null);
  }

  /**
   * Loads a run.
   *
   * @param best take the adapter of the best epoch on the validation split instead of the last
   * @param precision instead of the recipe's
   * @throws ConfigException when the folder is no run, or has not got that adapter
   * @throws dev.adapterx.base.CheckpointException when backbone or adapter are damaged, or are not
   *     those of the training
   */
  public static TrainedRun open(Path path, boolean best, @Nullable Precision precision) {
    RunFolder folder = RunFolder.existing(path);
    Recipe recipe = Recipe.read(folder.recipe(), List.of());
    requireAdapter(folder, best);
    AdapterFile adapter = AdapterFile.read(best ? folder.bestAdapter() : folder.adapter());
    BackboneRecipe told = prepared(here(recipe.backbone(), precision), adapter.preprocessing());
    boolean int8 = told.precision() == Precision.INT8;
    if (int8) {
      Int8Linears.requireFast(told.device());
    }
    Backbone backbone = TrainRun.backbone(told, recipe.seed());
    try {
      TrainedRun run = new TrainedRun(folder, best, recipe, backbone, adapter.attach(backbone));
      if (int8) {
        run.model.quantise(run.int8Ranges());
      }
      return run;
    } catch (RuntimeException e) {
      backbone.close();
      throw e;
    }
  }

  static void requireAdapter(RunFolder folder, boolean best) {
    if (best && !AdapterFile.exists(folder.bestAdapter())) {
      throw new ConfigException(
          folder.path()
              + " has no adapter of a best epoch: expected "
              + folder.bestAdapter()
              + ", which a run with a validation split (data.val or data.hold-out) leaves. Leave"
              + " --best out to take the last epoch");
    }
    if (!best && !AdapterFile.exists(folder.adapter())) {
      throw new ConfigException(
          folder.path()
              + " has no adapter yet: its training was not finished. Go on with it by train"
              + " --resume "
              + folder.path());
    }
  }

  /**
   * Cropped as in the training: runs of a time when a crop of 100 % squashed, whatever the weights
   * said, go on to predict the same.
   */
  private static BackboneRecipe prepared(BackboneRecipe b, Preprocessing trained) {
    return b.crop() == null && trained instanceof ImagePreprocessing p ? b.with(p.crop()) : b;
  }

  /** On whatever device is here: a recipe's says where it was trained. */
  private static BackboneRecipe here(BackboneRecipe b, @Nullable Precision precision) {
    BackboneRecipe found = b.with(Device.AUTO);
    return precision == null ? found : found.with(precision);
  }

  /**
   * Predicts its classes, reads files as its recipe says and computes in batches of its {@code
   * train.eval-batch}: how a matrix product rounds depends on how many rows it has, so the same
   * files give the bits that evaluating them gave.
   */
  public Predictor predictor() {
    return predictor(Inference.classes(model));
  }

  Predictor predictor(Inference<float[]> by) {
    Predictor own = Predictor.of(by).withBatch(recipe.train().evalBatch());
    return recipe.data().turnsFiles() ? own : own.withoutExifOrientation();
  }

  /**
   * What the linear layers of its blocks are given on samples of its training split, for int8.
   *
   * @throws dev.adapterx.base.DataException when that split is not where the recipe says
   */
  public List<LayerRange> ranges() {
    requireData();
    return Ranges.of(model, modality(), recipe);
  }

  /** By which it is computed in int8: those that a training in int8 kept, else {@link #ranges}. */
  public List<LayerRange> int8Ranges() {
    boolean own = recipe.backbone().precision() == Precision.INT8;
    return own && Files.exists(folder.int8()) ? Ranges.read(folder.int8()) : ranges();
  }

  /** What it sees. */
  public Modality<?> modality() {
    return Modality.of(backbone, recipe.task().named(model.task().name()));
  }

  /**
   * Measures on labelled samples.
   *
   * @param data their folder or formula, instead of the recipe's; a plain folder with one
   *     sub-folder per class is taken whole and need not have all classes
   * @param split instead of what the run was measured on: its test split, else its validation split
   *     or what it held out, which {@code val} names too
   * @param allowBroken pass broken samples over instead of stopping at the first
   * @throws dev.adapterx.base.DataException when there is no such split, its classes are others
   *     than the run's, or a sample is broken
   */
  public Measurement measure(@Nullable String data, @Nullable String split, boolean allowBroken) {
    return measure(
        data,
        split,
        allowBroken,
        (batches, workers) -> new Evaluator(model, workers).evaluate(batches));
  }

  /**
   * Measures the model between the frozen backbone and the tuned one; see {@link
   * AdaptedModel#merged(double)}.
   *
   * @param alpha 0 (frozen) … 1 (tuned); the head is the tuned one throughout
   * @throws ConfigException also when the method cannot be merged, with the reason
   */
  public Measurement measure(
      double alpha, @Nullable String data, @Nullable String split, boolean allowBroken) {
    try (PlainModel between = Merging.interpolated(model, alpha)) {
      return measure(
          data,
          split,
          allowBroken,
          (batches, workers) ->
              Evaluator.evaluate(
                  Scorer.of(between), model, batches, workers, new RoutingStatistics()));
    }
  }

  /** How samples are measured once they are open. */
  @FunctionalInterface
  interface Measuring {
    Evaluation evaluate(Iterable<Batch<?>> batches, Workers workers);
  }

  Measurement measure(
      @Nullable String data, @Nullable String split, boolean allowBroken, Measuring how) {
    if (data == null) {
      requireData();
    }
    return measure(modality(), data, split, allowBroken, how);
  }

  private <S> Measurement measure(
      Modality<S> modality,
      @Nullable String folder,
      @Nullable String split,
      boolean allowBroken,
      Measuring how) {
    Scored<S, Evaluation> scored = scored(modality, folder, split, allowBroken, how::evaluate);
    MeasuredPart<S> part = scored.part;
    return new Measurement(
        scored.scores,
        model.task().labels(),
        modality.noun(),
        part.data().requirePath(),
        part.name(),
        backbone.preprocessing().normalisation(),
        scored.broken,
        part.warnings());
  }

  /**
   * Measures whatever its task is; arguments as of {@link #measure(String, String, boolean)}, which
   * measures classes alone.
   */
  public Measured measured(@Nullable String data, @Nullable String split, boolean allowBroken) {
    Optional<TrainableTask> task = TrainableTask.of(model.task());
    if (task.isEmpty()) {
      return measure(data, split, allowBroken);
    }
    if (data == null) {
      requireData();
    }
    return measured(task.get(), modality(), data, split, allowBroken);
  }

  private <S> Measured measured(
      TrainableTask task,
      Modality<S> modality,
      @Nullable String folder,
      @Nullable String split,
      boolean allowBroken) {
    Scored<S, Scores> scored =
        scored(
            modality,
            folder,
            split,
            allowBroken,
            (batches, workers) -> new Evaluator(model, workers).scores(batches));
    MeasuredPart<S> part = scored.part;
    return task.measured(
        new Measured.Facts(
            scored.scores,
            model.task().labels(),
            IntStream.range(0, part.samples().size()).mapToObj(part.samples()::name).toList(),
            part.data().requirePath(),
            part.name(),
            backbone.preprocessing().normalisation(),
            scored.broken,
            part.warnings()));
  }

  private record Scored<S, R>(MeasuredPart<S> part, R scores, List<BrokenSample> broken) {}

  private <S, R> Scored<S, R> scored(
      Modality<S> modality,
      @Nullable String folder,
      @Nullable String split,
      boolean allowBroken,
      BiFunction<Iterable<Batch<?>>, Workers, R> how) {
    MeasuredPart<S> part =
        MeasuredPart.of(modality, recipe, folder, split, best, model.task().labels());
    LoaderOptions options =
        part.data().loading(LoaderOptions.evaluation(recipe.train().evalBatch())).withCacheBytes(0);
    if (allowBroken) {
      options = options.withBroken(LoaderOptions.OnBroken.SKIP, 1);
    }
    try (Workers workers = Workers.all();
        BatchLoader<S> loader = new BatchLoader<>(part.samples(), modality.evaluation(), options);
        Epoch batches = loader.epoch(0)) {
      R scores = how.apply(batches, workers);
      return new Scored<>(part, scores, loader.broken());
    }
  }

  private void requireData() {
    if (recipe.data().path() == null) {
      throw new ConfigException(
          folder.recipe() + ": data.path is not set; name the data with --data FOLDER");
    }
  }

  /**
   * A warning where samples that another run is measured on are among those this one was trained
   * on.
   */
  Optional<String> trainedOn(@Nullable String folder, @Nullable String split, TrainedRun other) {
    return trainedOn(modality(), folder, split, other);
  }

  private <S> Optional<String> trainedOn(
      Modality<S> modality, @Nullable String folder, @Nullable String split, TrainedRun other) {
    MeasuredPart<S> part =
        MeasuredPart.of(
            modality, other.recipe, folder, split, other.best, other.model.task().labels());
    return MeasuredPart.trainedOn(modality, recipe, part.data(), part.samples(), part.name());
  }

  @Override
  public void close() {
    model.close();
    backbone.close();
  }
}
