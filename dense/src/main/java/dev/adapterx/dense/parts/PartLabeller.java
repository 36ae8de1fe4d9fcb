package dev.adapterx.dense.parts;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.base.Rng;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.Folders;
import dev.adapterx.data.Sample;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.format.CloudFile;
import dev.adapterx.data.targets.PointLabels;
import dev.adapterx.infer.FileByFile;
import dev.adapterx.infer.Input;
import dev.adapterx.infer.Pieces;
import dev.adapterx.infer.Rows;
import dev.adapterx.model.Backbone;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tensor.Scope;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Labels every point of clouds of any size: what an evaluation would find, to the bit. Does not own
 * the model.
 */
public final class PartLabeller {
  /**
   * What was found in a file.
   *
   * @param cloud as it was read
   * @param classes of its points
   */
  @SuppressWarnings("ArrayRecordComponent") // as long as the cloud
  public record Found(Path file, PointCloud cloud, short[] classes) {}

  private final AdaptedModel model;
  private final PartSegmentation task;
  private final PartPipeline pipeline;
  private final @Nullable Integer category;

  private PartLabeller(AdaptedModel model, PartSegmentation task, @Nullable Integer category) {
    this.model = model;
    this.task = task;
    this.pipeline = PartPipeline.evaluation(task.input(), task.views());
    this.category = category;
  }

  /**
   * By a model that was trained or loaded. Where it has to be told the category of a cloud, that of
   * a file is the name of its folder.
   *
   * @throws ConfigException when its task is another
   */
  public static PartLabeller of(AdaptedModel model) {
    return of(model, null);
  }

  /**
   * By a model that was trained or loaded.
   *
   * @param category of the clouds; absent where the model is told none, or there is one alone
   * @throws ConfigException when its task is another, or there is no such category
   */
  public static PartLabeller of(AdaptedModel model, @Nullable String category) {
    if (!(model.task() instanceof PartSegmentation task)) {
      throw new ConfigException(
          "This needs a model that gives points their classes; the model's task is "
              + model.task().name());
    }
    return new PartLabeller(model, task, category(task, category));
  }

  private static @Nullable Integer category(PartSegmentation task, @Nullable String name) {
    List<String> names = names(task);
    if (name == null) {
      return !task.given() ? Integer.valueOf(PointLabels.NONE) : names.size() == 1 ? 0 : null;
    }
    int index = names.indexOf(name);
    if (index < 0 || !task.given()) {
      throw new ConfigException(
          "There is no category '%s'; the model %s%s"
              .formatted(
                  name,
                  task.given() ? "knows " + Names.some(names) : "is told none",
                  task.given() ? Names.hint(name, names) : ""));
    }
    return index;
  }

  private static List<String> names(PartSegmentation task) {
    return task.categories().stream().map(Category::name).toList();
  }

  /** The backbone that clouds go through. */
  public Backbone backbone() {
    return model.backbone();
  }

  /** The task. */
  public PartSegmentation task() {
    return task;
  }

  /**
   * The class of each of a cloud's points, computed by the thread that asks; any number may.
   *
   * @throws ConfigException when the model has to be told the category and was not
   */
  public short[] label(PointCloud cloud) {
    if (category == null) {
      throw new ConfigException(
          "The model was trained to be told the category of a cloud; say which (--category), one of "
              + Names.some(names(task)));
    }
    return label(cloud, category);
  }

  private short[] label(PointCloud cloud, int kind) {
    PointLabels unknown = PointLabels.unknown(cloud.size()).of(kind);
    Sample<PointCloud, PointLabels> ready =
        pipeline.geometry().apply(new Sample<>(cloud, unknown), Rng.of(0, "geometry").at(0));
    return predicted(ready).classes();
  }

  private LabelledPoints predicted(Sample<PointCloud, PointLabels> ready) {
    float[] values = new float[pipeline.values(ready)];
    pipeline.write(ready, values, 0);
    try (Scope scope = Scope.withoutGradients()) {
      var input = Pieces.inputs(new float[][] {values}, 0, 1, model.backbone());
      var outputs = Rows.outputs(model, input, Pass.evaluation());
      return task.predictions(outputs, List.of(ready.target())).get(0);
    }
  }

  /**
   * File by file, in the order given; several are computed side by side.
   *
   * @param onFound called for each readable file, in order
   * @param onBroken called for each file that cannot be read, in its place among the others
   * @return how many files were broken
   */
  public int label(List<Path> files, Consumer<Found> onFound, Consumer<BrokenSample> onBroken) {
    return FileByFile.run(files, this::found, onFound, onBroken);
  }

  /** As told, else by the name of the folder. */
  private int kind(Path file) {
    if (category != null) {
      return category;
    }
    Path folder = file.toAbsolutePath().getParent();
    int index = folder == null ? -1 : names(task).indexOf(Folders.name(folder));
    if (index < 0) {
      throw new DataException(
          "%s: the model has to be told what kind of object it is: give --category, or put the file"
                  .formatted(file)
              + " into a folder called by one of its categories: "
              + Names.some(names(task)));
    }
    return index;
  }

  private Found found(Path file) {
    PointCloud cloud = CloudFile.read(file, Input.clouds(model.backbone()).sampling());
    return new Found(file, cloud, label(cloud, kind(file)));
  }
}
