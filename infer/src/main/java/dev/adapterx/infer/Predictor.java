package dev.adapterx.infer;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Probabilities;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Classifies files in batches, decoding ahead on all cores. A file that cannot be read is reported
 * and skipped. Does not own the model.
 */
public final class Predictor {
  /**
   * A predicted class.
   *
   * @param index of the class
   * @param probability 0 … 1
   */
  public record Guess(String label, int index, double probability) {
    /**
     * The most probable classes, best first.
     *
     * @param labels of the classes, position = index
     * @param p class probabilities (C)
     * @param top how many
     * @param what the sample, for messages
     * @throws AdapterXException when they are not finite
     */
    public static List<Guess> best(List<String> labels, float[] p, int top, String what) {
      for (float value : p) {
        if (!Float.isFinite(value)) {
          throw new AdapterXException(
              "The model's scores for "
                  + what
                  + " are not finite numbers: training has diverged or the weights are damaged; try precision fp32");
        }
      }
      return Probabilities.ranked(p, top).stream()
          .map(c -> new Guess(labels.get(c), c, p[c]))
          .toList();
    }
  }

  /**
   * The prediction of a file.
   *
   * @param top the most probable classes, best first; never empty
   * @param note what was left out of the file when it was read, if anything
   */
  public record Prediction(Path file, List<Guess> top, Optional<String> note) {}

  private static final String MEMORY = "a sample in memory";

  private final TaskPredictor<?, float[]> predictor;

  private Predictor(TaskPredictor<?, float[]> predictor) {
    this.predictor = predictor;
  }

  /** Predicts the classes of a model that was trained or loaded. */
  public static Predictor of(AdaptedModel model) {
    return of(Inference.classes(model));
  }

  /** Predicts with anything that gives class probabilities. */
  public static Predictor of(Inference<float[]> model) {
    return new Predictor(TaskPredictor.of(Input.of(model.backbone()), model));
  }

  /**
   * Predicts with the classifier a backbone was pre-trained with: the quickest check of a weight
   * file and its preprocessing.
   *
   * @param labels names in the order of the classes; absent: those that came with the weights, else
   *     {@code 0}, {@code 1}, …
   * @throws dev.adapterx.base.CheckpointException when the weights have no classifier
   * @throws ConfigException when there are more or fewer labels than classes
   */
  public static Predictor pretrained(Backbone backbone, @Nullable List<String> labels) {
    return of(Inference.pretrained(backbone, labels));
  }

  /**
   * This without applying the EXIF orientation of images: a recipe's {@code data.exif-orientation:
   * false}.
   */
  public Predictor withoutExifOrientation() {
    return new Predictor(predictor.withoutExifOrientation());
  }

  /** This with batches of another size; see {@link TaskPredictor#withBatch}. */
  public Predictor withBatch(int samples) {
    return new Predictor(predictor.withBatch(samples));
  }

  /** The classes, in the order of their indices. */
  public List<String> labels() {
    return predictor.model().labels();
  }

  /** The backbone that files go through. */
  public Backbone backbone() {
    return predictor.model().backbone();
  }

  /** Its input. */
  public Input<?> input() {
    return predictor.input();
  }

  /**
   * The most probable class of each file, in the order given.
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
   * @param onPrediction called for each readable file, in order
   * @param onBroken called for each file that cannot be read, in its place among the others
   * @return how many files were broken
   */
  public int predict(
      List<Path> files,
      int top,
      Consumer<Prediction> onPrediction,
      Consumer<BrokenSample> onBroken) {
    requireSome(top);
    int broken = 0;
    try (Answers<float[]> answers = answers(predictor, files)) {
      while (answers.hasNext()) {
        Answer<float[]> answer = answers.next();
        int index = Math.toIntExact(answer.index());
        float[] p = answer.prediction();
        if (p != null) {
          List<Guess> guesses = Guess.best(labels(), p, top, answer.name());
          onPrediction.accept(new Prediction(files.get(index), guesses, answer.note()));
        } else {
          broken++;
          onBroken.accept(new BrokenSample(index, answer.name(), String.valueOf(answer.error())));
        }
      }
    }
    return broken;
  }

  private static <S> Answers<float[]> answers(TaskPredictor<S, float[]> by, List<Path> files) {
    return by.predict(by.input().files(files));
  }

  /**
   * Streams class probabilities (C) of pictures in memory; see {@link TaskPredictor#predict}.
   *
   * @throws ConfigException when the backbone takes point clouds
   */
  public Answers<float[]> pictures(Iterator<RgbImage> pictures) {
    TaskPredictor<RgbImage, float[]> own = requireInput(RgbImage.class);
    return own.predict(own.input().samples(pictures));
  }

  /**
   * Streams class probabilities (C) of clouds in memory; see {@link TaskPredictor#predict}.
   *
   * @throws ConfigException when the backbone takes pictures
   */
  public Answers<float[]> clouds(Iterator<PointCloud> clouds) {
    TaskPredictor<PointCloud, float[]> own = requireInput(PointCloud.class);
    return own.predict(own.input().samples(clouds));
  }

  /** Streams class probabilities (C) of the contents of files. */
  public Answers<float[]> contents(Iterator<byte[]> contents) {
    return contents(predictor, contents);
  }

  private static <S> Answers<float[]> contents(
      TaskPredictor<S, float[]> by, Iterator<byte[]> contents) {
    return by.predict(by.input().contents(contents));
  }

  /**
   * Classifies an image in memory, in the calling thread. Thread-safe.
   *
   * @param picture for example {@code ImageDecoder.decode(bytes, name, false)}
   * @throws ConfigException when the backbone takes point clouds
   */
  public List<Guess> predict(RgbImage picture, int top) {
    requireSome(top);
    return Guess.best(labels(), requireInput(RgbImage.class).predict(picture), top, MEMORY);
  }

  /**
   * Classifies a point cloud in memory, by its points with finite coordinates.
   *
   * @throws ConfigException when the backbone takes pictures
   * @throws DataException when the cloud has too few points
   */
  public List<Guess> predict(PointCloud cloud, int top) {
    requireSome(top);
    return Guess.best(labels(), requireInput(PointCloud.class).predict(cloud), top, MEMORY);
  }

  @SuppressWarnings("unchecked") // its input takes samples of that class
  private <S> TaskPredictor<S, float[]> requireInput(Class<S> type) {
    if (predictor.input().type() != type) {
      throw new ConfigException(predictor.input().taker() + ", found a " + type.getSimpleName());
    }
    return (TaskPredictor<S, float[]>) predictor;
  }

  private static void requireSome(int top) {
    if (top < 1) {
      throw new ConfigException("Expected at least 1 guess per file, found " + top);
    }
  }
}
