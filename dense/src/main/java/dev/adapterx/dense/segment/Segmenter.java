package dev.adapterx.dense.segment;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.ImageDecoder;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.picture.MaskPipeline;
import dev.adapterx.infer.FileByFile;
import dev.adapterx.infer.Input;
import dev.adapterx.infer.Rows;
import dev.adapterx.infer.SharedFeatures;
import dev.adapterx.model.Backbone;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/**
 * Finds the classes of the pixels of pictures, in the pictures' own sizes: what an evaluation would
 * find, to the bit. Does not own the model.
 */
public final class Segmenter {
  /**
   * What was found in a file.
   *
   * @param picture as it was read
   */
  public record Found(Path file, RgbImage picture, ClassMask classes) {}

  private final AdaptedModel model;
  private final Segmentation task;
  private final MaskPipeline pipeline;
  private final boolean exifOrientation;

  private Segmenter(
      AdaptedModel model, Segmentation task, MaskPipeline pipeline, boolean exifOrientation) {
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
  public static Segmenter of(AdaptedModel model) {
    if (model.task() instanceof Segmentation task) {
      MaskPipeline pipeline =
          MaskPipeline.evaluation(
              task.window(), Input.images(model.backbone()).preprocess().normalisation());
      return new Segmenter(model, task, pipeline, true);
    }
    throw new ConfigException(
        "This needs a model that gives pixels their classes; the model's task is "
            + model.task().name());
  }

  /** With pictures turned as their EXIF tags say, or left as they lie. */
  public Segmenter withExifOrientation(boolean turned) {
    return new Segmenter(model, task, pipeline, turned);
  }

  /** The backbone that pictures go through. */
  public Backbone backbone() {
    return model.backbone();
  }

  /** The task. */
  public Segmentation task() {
    return task;
  }

  /** The window in the middle of a picture, as the model sees it. */
  public RgbImage window(RgbImage picture) {
    return pipeline.window(picture);
  }

  /** The classes of a picture's pixels, computed by the thread that asks; any number may. */
  public ClassMask segment(RgbImage picture) {
    return each(List.of(this), WindowedPicture.of(picture, pipeline)).get(0);
  }

  /**
   * What each of several finds in one picture; where they only have a head, the backbone is
   * computed once for all that read the same of it.
   *
   * @param segmenters over one backbone, at least one
   */
  public static List<ClassMask> each(List<Segmenter> segmenters, WindowedPicture picture) {
    ClassMask unknown = ClassMask.unknown(picture.width(), picture.height());
    try (Scope scope = Scope.withoutGradients()) {
      Backbone backbone = segmenters.get(0).model.backbone();
      List<Outputs> each =
          Rows.outputs(backbone, picture.windows(), rows -> outputs(segmenters, rows));
      List<ClassMask> found = new ArrayList<>();
      for (int i = 0; i < each.size(); i++) {
        Segmentation task = segmenters.get(i).task;
        found.add(task.predictions(each.get(i), List.of(unknown)).get(0).classes());
      }
      return found;
    }
  }

  private static List<Outputs> outputs(List<Segmenter> segmenters, Tensor rows) {
    var shared = new SharedFeatures(rows);
    return segmenters.stream()
        .map(one -> one.model.outputsOf(shared.of(one.model), Pass.evaluation()))
        .toList();
  }

  /**
   * File by file, in the order given; several are computed side by side.
   *
   * @param onFound called for each readable file, in order
   * @param onBroken called for each file that cannot be read, in its place among the others
   * @return how many files were broken
   */
  public int segment(List<Path> files, Consumer<Found> onFound, Consumer<BrokenSample> onBroken) {
    return FileByFile.run(files, this::found, onFound, onBroken);
  }

  private Found found(Path file) {
    RgbImage picture = ImageDecoder.decode(file, exifOrientation);
    return new Found(file, picture, segment(picture));
  }
}
