package dev.adapterx.dense.detect;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.Sample;
import dev.adapterx.data.Views;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.ImageDecoder;
import dev.adapterx.data.targets.Box;
import dev.adapterx.data.targets.Boxes;
import dev.adapterx.dense.picture.BoxPipeline;
import dev.adapterx.infer.FileByFile;
import dev.adapterx.infer.Input;
import dev.adapterx.infer.Rows;
import dev.adapterx.model.Backbone;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.Scope;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Finds objects in pictures, in the pictures' own pixels: what an evaluation would find, to the
 * bit. Does not own the model.
 */
public final class Detector {
  /**
   * What was found in a file.
   *
   * @param picture as it was read
   * @param boxes by score descending, also unsure ones: see {@link BoxMeter#SHOWN}
   */
  public record Found(
      Path file, RgbImage picture, List<dev.adapterx.dense.score.Found<Box>> boxes) {
    public Found {
      boxes = List.copyOf(boxes);
    }
  }

  private final AdaptedModel model;
  private final Detection task;
  private final BoxPipeline pipeline;
  private final boolean exifOrientation;

  private Detector(
      AdaptedModel model, Detection task, BoxPipeline pipeline, boolean exifOrientation) {
    this.model = model;
    this.task = task;
    this.pipeline = pipeline;
    this.exifOrientation = exifOrientation;
  }

  /**
   * By a model that was trained or loaded; pictures are turned as their EXIF tags say.
   *
   * @throws ConfigException when its task is another
   */
  public static Detector of(AdaptedModel model) {
    if (model.task() instanceof Detection task) {
      BoxPipeline pipeline =
          BoxPipeline.evaluation(
              task.window(),
              task.tile(),
              Input.images(model.backbone()).preprocess().normalisation());
      return new Detector(model, task, pipeline, true);
    }
    throw new ConfigException(
        "This needs a model that finds objects; the model's task is " + model.task().name());
  }

  /** With pictures turned as their EXIF tags say, or left as they lie. */
  public Detector withExifOrientation(boolean turned) {
    return new Detector(model, task, pipeline, turned);
  }

  /** The backbone that pictures go through. */
  public Backbone backbone() {
    return model.backbone();
  }

  /** The task. */
  public Detection task() {
    return task;
  }

  /** The picture, or the tile in its middle, as the model sees it. */
  public RgbImage window(RgbImage picture) {
    return pipeline.window(picture);
  }

  /** The objects of a picture, computed by the thread that asks; any number may. */
  public List<dev.adapterx.dense.score.Found<Box>> detect(RgbImage picture) {
    Boxes unknown = Boxes.unknown(picture.width(), picture.height());
    Sample<RgbImage, Boxes> ready =
        pipeline.geometry().apply(new Sample<>(picture, unknown), Rng.of(0, "geometry"));
    return found(pipeline.views(ready), outputs -> task.predictions(outputs, List.of(unknown)));
  }

  /**
   * The objects of S × S pixels that are ready for the model, in these pixels.
   *
   * @param values 3 S² of them, not changed
   */
  public List<dev.adapterx.dense.score.Found<Box>> detect(float[] values) {
    return found(Views.of(values, values.length), task::predictions);
  }

  private List<dev.adapterx.dense.score.Found<Box>> found(
      Views views, Function<Outputs, List<Detected>> reading) {
    try (Scope scope = Scope.withoutGradients()) {
      Outputs outputs = Rows.outputs(model, views, Pass.evaluation());
      return reading.apply(outputs).get(0).found();
    }
  }

  /**
   * File by file, in the order given; several are computed side by side.
   *
   * @param onFound called for each readable file, in order
   * @param onBroken called for each file that cannot be read, in its place among the others
   * @return how many files were broken
   */
  public int detect(List<Path> files, Consumer<Found> onFound, Consumer<BrokenSample> onBroken) {
    return FileByFile.run(files, this::found, onFound, onBroken);
  }

  private Found found(Path file) {
    RgbImage picture = ImageDecoder.decode(file, exifOrientation);
    return new Found(file, picture, detect(picture));
  }
}
