package dev.adapterx.dense.parts;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.base.Rng;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.Sample;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.format.CloudFile;
import dev.adapterx.data.targets.PointLabels;
import dev.adapterx.infer.Input;
import dev.adapterx.infer.Pieces;
import dev.adapterx.infer.Workers;
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

  private record Tried(@Nullable Found found, @Nullable BrokenSample broken) {}

  private final AdaptedModel model;
  private final PartSegmentation task;
  private final PartPipeline pipeline;
  private final int category;

  private PartLabeller(AdaptedModel model, PartSegmentation task, int category) {
    this.model = model;
    this.task = task;
    this.pipeline = PartPipeline.evaluation(task.input(), task.views());
    this.category = category;
  }

  /**
   * By a model that was trained or loaded, of clouds of whose category nothing is known.
   *
   * @throws ConfigException when its task is another, or it has to be told the category
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

  private static int category(PartSegmentation task, @Nullable String name) {
    List<String> names = task.categories().stream().map(Category::name).toList();
    if (name == null) {
      if (task.given() && names.size() > 1) {
        throw new ConfigException(
            "The model was trained to be told the category of a cloud; say which (--category), one"
                + " of "
                + Names.some(names));
      }
      return task.given() ? 0 : PointLabels.NONE;
    }
    int index = names.indexOf(name);
    if (index < 0) {
      throw new ConfigException(
          "There is no category '%s'; the model knows %s%s"
              .formatted(
                  name, names.isEmpty() ? "none" : Names.some(names), Names.hint(name, names)));
    }
    return index;
  }

  /** The backbone that clouds go through. */
  public Backbone backbone() {
    return model.backbone();
  }

  /** The task. */
  public PartSegmentation task() {
    return task;
  }

  /** The class of each of a cloud's points, computed by the thread that asks; any number may. */
  public short[] label(PointCloud cloud) {
    PointLabels unknown = PointLabels.unknown(cloud.size()).of(category);
    Sample<PointCloud, PointLabels> ready =
        pipeline.geometry().apply(new Sample<>(cloud, unknown), Rng.of(0, "geometry").at(0));
    return found(ready).classes();
  }

  private LabelledPoints found(Sample<PointCloud, PointLabels> ready) {
    float[] values = new float[pipeline.values(ready)];
    pipeline.write(ready, values, 0);
    try (Scope scope = Scope.withoutGradients()) {
      var input = Pieces.inputs(new float[][] {values}, 0, 1, model.backbone());
      var outputs = model.outputs(input, Pass.evaluation());
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
    int[] broken = {0};
    try (Workers workers = Workers.all()) {
      workers.inOrder(
          files.size(),
          i -> tried(files.get(i), i),
          tried -> {
            if (tried.found != null) {
              onFound.accept(tried.found);
            } else if (tried.broken != null) {
              broken[0]++;
              onBroken.accept(tried.broken);
            }
          });
    }
    return broken[0];
  }

  private Tried tried(Path file, int index) {
    try {
      PointCloud cloud = CloudFile.read(file, Input.clouds(model.backbone()).sampling());
      return new Tried(new Found(file, cloud, label(cloud)), null);
    } catch (DataException e) {
      return new Tried(
          null, new BrokenSample(index, file.toString(), String.valueOf(e.getMessage())));
    }
  }
}
