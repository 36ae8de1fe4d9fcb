package dev.adapterx.train.result;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Label;
import dev.adapterx.base.Rng;
import dev.adapterx.data.Batch;
import dev.adapterx.data.BatchLoader;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Epoch;
import dev.adapterx.data.LoaderOptions;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.model.Backbone;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.train.input.ImageModality;
import dev.adapterx.train.input.Modality;
import dev.adapterx.train.input.PointModality;
import dev.adapterx.train.loop.Batches;
import dev.adapterx.train.loop.Workers;
import dev.adapterx.train.recipe.DataRecipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Names what files show, in batches, decoding ahead on all cores. A file that cannot be read is
 * reported and the others go on. Does not own the model.
 */
public final class Predictor {
  /**
   * A guess.
   *
   * @param index of the class
   * @param probability 0 … 1
   */
  public record Guess(String label, int index, double probability) {}

  /**
   * What a file shows.
   *
   * @param top the most probable classes, best first; never empty
   * @param note what was left out of the file when it was read, if anything
   */
  public record Prediction(Path file, List<Guess> top, Optional<String> note) {}

  private static final int BATCH = 32;
  private static final String MEMORY = "a sample in memory";

  private final List<String> labels;
  private final Backbone backbone;
  private final DataRecipe data;
  private final int batch;
  private final UnaryOperator<Tensor> probabilities;

  private Predictor(
      List<String> labels,
      Backbone backbone,
      DataRecipe data,
      int batch,
      UnaryOperator<Tensor> probabilities) {
    this.labels = List.copyOf(labels);
    this.backbone = backbone;
    this.data = data;
    this.batch = batch;
    this.probabilities = probabilities;
  }

  /**
   * Predicts the classes of a trained run, in batches of its {@code train.eval-batch}: how a matrix
   * product rounds depends on how many rows it has, so the same files give the bits that evaluating
   * them gave.
   */
  public static Predictor of(TrainedRun run) {
    return new Predictor(
        run.model().task().labels(),
        run.backbone(),
        run.recipe().data(),
        run.recipe().train().evalBatch(),
        inputs -> softmax(run.model().logits(inputs, Pass.evaluation())));
  }

  /** Predicts the classes of a model that was trained or loaded. */
  public static Predictor of(AdaptedModel model) {
    return new Predictor(
        model.task().labels(),
        model.backbone(),
        DataRecipe.defaults(),
        BATCH,
        inputs -> softmax(model.logits(inputs, Pass.evaluation())));
  }

  /** Predicts with the mean of the probabilities that the runs of an ensemble give. */
  public static Predictor of(Ensemble ensemble) {
    return new Predictor(
        ensemble.labels(),
        ensemble.backbone(),
        ensemble.runs().get(0).recipe().data(),
        ensemble.runs().get(0).recipe().train().evalBatch(),
        ensemble::probabilities);
  }

  /**
   * This with pictures left as their pixels lie, whatever their EXIF tags say: a recipe's {@code
   * data.exif-orientation: false}.
   */
  public Predictor withoutExifOrientation() {
    return new Predictor(labels, backbone, data.withoutExifOrientation(), batch, probabilities);
  }

  private static Tensor softmax(Tensor logits) {
    return torch.softmax(Tensors.fp32(logits), 1);
  }

  /**
   * Predicts with the classifier a backbone was pre-trained with: the quickest check of a weight
   * file and its preprocessing.
   *
   * @param labels names in the order of the classes; absent: those that came with the weights, else
   *     {@code 0}, {@code 1}, …
   * @throws CheckpointException when the weights have no classifier
   * @throws ConfigException when there are more or fewer labels than classes
   */
  public static Predictor pretrained(Backbone backbone, @Nullable List<String> labels) {
    int classes =
        backbone
            .classifier()
            .classes()
            .orElseThrow(
                () ->
                    new CheckpointException(
                        backbone.info().name()
                            + " has no classifier of its own among its tensors: no head.weight, as ViTs call it, nor cls_head_finetune, as point transformers do. Train one, and predict with the run"));
    if (labels != null && labels.size() != classes) {
      throw new ConfigException(
          "Expected one label per class, "
              + classes
              + ", found "
              + labels.size()
              + "; the labels are of another model");
    }
    List<String> own = backbone.info().labels();
    List<String> known = own.size() == classes ? own : ClassNames.numbered(classes);
    return new Predictor(
        labels == null ? known : labels,
        backbone,
        DataRecipe.defaults(),
        BATCH,
        inputs -> softmax(backbone.classifier().logits(inputs).orElseThrow()));
  }

  /** The classes, in the order of their indices. */
  public List<String> labels() {
    return labels;
  }

  /**
   * What each file most probably shows, in the order given.
   *
   * @throws DataException naming the first file that cannot be read
   */
  public List<Prediction> predict(List<Path> files) {
    List<Prediction> predictions = new ArrayList<>();
    predict(
        files,
        1,
        predictions::add,
        broken -> {
          throw new DataException(broken.reason());
        });
    return predictions;
  }

  /**
   * Predicts file by file, in the order given.
   *
   * @param top how many guesses per file
   * @param predicted is told of each readable file
   * @param broken is told of each other one, soon after it was met
   * @return how many files were broken
   */
  public int predict(
      List<Path> files, int top, Consumer<Prediction> predicted, Consumer<BrokenSample> broken) {
    requireSome(top);
    if (files.isEmpty()) {
      return 0;
    }
    return predict(modality(), files, top, predicted, broken);
  }

  /**
   * Names what a picture in memory shows, in the thread that asks; any number of threads may.
   *
   * @param picture for example {@code ImageDecoder.decode(bytes, name, false)}
   * @throws ConfigException when the backbone takes point clouds
   */
  public List<Guess> predict(RgbImage picture, int top) {
    return predict(ImageModality.class, ImageModality::evaluation, picture, top);
  }

  /**
   * Names what a cloud in memory is, by its points with finite coordinates.
   *
   * @throws ConfigException when the backbone takes pictures
   * @throws DataException when the cloud has too few points
   */
  public List<Guess> predict(PointCloud cloud, int top) {
    return predict(PointModality.class, PointModality::evaluation, cloud.finite(MEMORY), top);
  }

  private <S, M extends Modality<S>> List<Guess> predict(
      Class<M> kind, Function<M, Pipeline<S>> evaluation, S sample, int top) {
    requireSome(top);
    Modality<?> modality = modality();
    if (!kind.isInstance(modality)) {
      throw new ConfigException(
          modality.taker() + ", found a " + sample.getClass().getSimpleName());
    }
    Pipeline<S> pipeline = evaluation.apply(kind.cast(modality));
    S finished = pipeline.geometry().apply(sample, Rng.of(0, "geometry"));
    pipeline.requireFinished(finished, MEMORY);
    float[] values = new float[pipeline.values()];
    pipeline.write(finished, values, 0);
    return best(
        probabilities(
            new Batch<>(new float[][] {values}, List.of(Label.of(Label.UNKNOWN)), new int[1]),
            0,
            1),
        top,
        MEMORY);
  }

  private static void requireSome(int top) {
    if (top < 1) {
      throw new ConfigException("Expected at least 1 guess per file, found " + top);
    }
  }

  /** What it looks at. */
  public Modality<?> modality() {
    return Modality.of(backbone);
  }

  private <S> int predict(
      Modality<S> modality,
      List<Path> files,
      int top,
      Consumer<Prediction> predicted,
      Consumer<BrokenSample> broken) {
    Dataset<S> samples = modality.files(files, labels, data);
    Pipeline<S> pipeline = modality.evaluation();
    LoaderOptions options =
        LoaderOptions.evaluation(batch).withBroken(LoaderOptions.OnBroken.SKIP, 1);
    Consumer<BrokenSample> explained =
        b -> broken.accept(modality.isKnown(files.get(b.index())) ? b : withTaker(b, modality));
    int told = 0;
    int most = Batches.piece(backbone, batch);
    int pieces = (batch + most - 1) / most;
    try (Workers workers = Workers.atMost(pieces);
        BatchLoader<S> loader = new BatchLoader<>(samples, pipeline, options)) {
      try (Epoch batches = loader.epoch(0)) {
        for (Batch<?> loaded : batches) {
          told = tell(loader, told, explained);
          predict(loaded, workers, files, samples, top, predicted);
        }
      } catch (DataException e) {
        if (loader.broken().size() < files.size()) { // else there was no batch, and that is why
          throw e;
        }
      }
      return tell(loader, told, explained);
    }
  }

  private static BrokenSample withTaker(BrokenSample b, Modality<?> modality) {
    return new BrokenSample(b.index(), b.where(), b.reason() + ". " + modality.taker());
  }

  /** Tells of the broken files that were not told of before; they become known in order. */
  private static int tell(BatchLoader<?> loader, int told, Consumer<BrokenSample> broken) {
    List<BrokenSample> known = loader.broken();
    known.subList(Math.min(told, known.size()), known.size()).forEach(broken);
    return known.size();
  }

  private void predict(
      Batch<?> loaded,
      Workers workers,
      List<Path> files,
      Dataset<?> samples,
      int top,
      Consumer<Prediction> predicted) {
    int most = Batches.piece(backbone, loaded.size());
    int pieces = (loaded.size() + most - 1) / most;
    int[] at = {0};
    workers.inOrder(
        pieces,
        i -> probabilities(loaded, i * most, Math.min(most, loaded.size() - i * most)),
        flat -> {
          int classes = labels.size();
          for (int i = 0; i < flat.length / classes; i++) {
            int index = loaded.indices()[at[0]++];
            Path file = files.get(index);
            float[] p = Arrays.copyOfRange(flat, i * classes, (i + 1) * classes);
            predicted.accept(
                new Prediction(file, best(p, top, file.toString()), samples.note(index)));
          }
        });
  }

  private float[] probabilities(Batch<?> loaded, int start, int count) {
    try (Scope scope = Scope.withoutGradients()) {
      return Tensors.floats(probabilities.apply(Batches.inputs(loaded, start, count, backbone)));
    }
  }

  private List<Guess> best(float[] p, int top, String what) {
    if (!IntStream.range(0, p.length).allMatch(c -> Float.isFinite(p[c]))) {
      throw new AdapterXException(
          "The model's scores for "
              + what
              + " are not finite numbers: training has diverged or the weights are damaged; try precision fp32");
    }
    List<Guess> guesses = new ArrayList<>();
    IntStream.range(0, p.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer c) -> -p[c]).thenComparing(c -> c))
        .limit(top)
        .forEach(c -> guesses.add(new Guess(labels.get(c), c, p[c])));
    return guesses;
  }
}
