package dev.adapterx.train.run;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.images.VtabTasks;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.ParameterReport;
import dev.adapterx.task.ClassHead;
import dev.adapterx.task.Task;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Precision;
import dev.adapterx.train.input.Modality;
import dev.adapterx.train.input.TaskOfData;
import dev.adapterx.train.input.TrainableTask;
import dev.adapterx.train.recipe.BackboneRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.recipe.TaskRecipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a recipe would train, without training; a preset backbone needs no weights for it.
 *
 * @param backbone its name
 * @param method its title
 * @param head in words: what the head's count is of
 * @param tensors the trainable ones without the head
 */
public record ParameterCount(
    String backbone, String method, String head, ParameterReport report, List<Counted> tensors) {
  /** One trainable tensor. */
  public record Counted(String name, List<Long> shape, long count) {}

  /** The head of a task: how many parameters it has over F features, and what to call it. */
  public interface HeadOf {
    /** Parameters over F features. */
    long parameters(ClassHead.Kind kind, int features);

    /** In words. */
    String text();

    /** None counted. */
    HeadOf NONE = new Mean(0, 1, "not counted; give --head CLASSES");

    /** One linear layer for C classes: {@code C (F + 1)}. */
    static HeadOf of(int classes) {
      if (classes < 2) {
        throw new ConfigException("A head needs at least 2 classes, found " + classes);
      }
      return new Mean(classes, 1, classes + " classes");
    }

    /**
     * The mean over the heads of VTAB-1k's 19 tasks, {@code 940/19 · (F + 1)}, as papers count when
     * they give one number for the benchmark.
     */
    static HeadOf vtab() {
      int classes = VtabTasks.ALL.stream().mapToInt(VtabTasks.Task::classes).sum();
      int tasks = VtabTasks.ALL.size();
      String text =
          String.format(
              Locale.ROOT, "mean of VTAB-1k's %d tasks, %d/%d classes", tasks, classes, tasks);
      return new Mean(classes, tasks, text);
    }
  }

  private record Mean(int classes, int tasks, String text) implements HeadOf {
    @Override
    public long parameters(ClassHead.Kind kind, int features) {
      return classes == 0 ? 0 : Math.round(kind.parameters(features, (double) classes / tasks));
    }
  }

  /**
   * Counts.
   *
   * @param head absent: as many classes as the recipe's data have, if they are there, else none
   * @throws ConfigException when method and backbone do not fit
   */
  public static ParameterCount of(Recipe given, @Nullable HeadOf head) {
    Recipe recipe = TaskOfData.named(given);
    try (Backbone backbone = backbone(recipe)) {
      HeadOf counted = head == null ? headOf(recipe, backbone) : head;
      return of(recipe, backbone, counted);
    }
  }

  private static ParameterCount of(Recipe recipe, Backbone backbone, HeadOf counted) {
    TaskRecipe.Own own = recipe.task().own();
    Task<?, ?> task =
        own == null ? recipe.classification(List.of("a", "b")) : task(own, backbone, counted);
    try (AdaptedModel model = AdaptedModel.attach(backbone, recipe.method(), task, recipe.seed())) {
      List<Counted> tensors = new ArrayList<>();
      model
          .trainable()
          .forEach(
              (name, tensor) -> {
                if (!name.startsWith("head.")) {
                  List<Long> shape = java.util.Arrays.stream(tensor.shape()).boxed().toList();
                  tensors.add(new Counted(name, shape, tensor.numel()));
                }
              });
      ParameterReport made = model.parameters();
      long headCount =
          counted == HeadOf.NONE
              ? 0
              : own != null ? made.head() : counted.parameters(recipe.head(), model.featureWidth());
      long buffers = made.stored() - made.trainable();
      ParameterReport report =
          new ParameterReport(
              made.peft(),
              headCount,
              made.peft() + headCount + buffers,
              made.storedBytes() + Float.BYTES * (headCount - made.head()),
              made.backbone());
      return new ParameterCount(
          backbone.info().name(), recipe.method().title(), counted.text(), report, tensors);
    }
  }

  /** Its head depends on what it reads of the backbone, so it is made and counted. */
  private static Task<?, ?> task(TaskRecipe.Own own, Backbone backbone, HeadOf counted) {
    if (counted instanceof Mean mean && mean.tasks() > 1) {
      throw new ConfigException("--head: VTAB-1k's tasks are classifications; give a number");
    }
    int classes = counted instanceof Mean mean && counted != HeadOf.NONE ? mean.classes() : 2;
    List<String> names = IntStream.range(0, classes).mapToObj(k -> "class " + k).toList();
    return TrainableTask.of(own.task()).counted(backbone, names, own);
  }

  private static HeadOf headOf(Recipe recipe, Backbone backbone) {
    String path = recipe.data().path();
    boolean computed = path != null && path.matches("(formula|shapes):.*");
    if (path == null || !(computed || Files.exists(Path.of(path)))) {
      return HeadOf.NONE;
    }
    Modality<?> modality = Modality.of(backbone, recipe.task());
    return HeadOf.of(
        modality.open(recipe.data(), recipe.data().train()).dataset().classes().size());
  }

  private static Backbone backbone(Recipe recipe) {
    BackboneRecipe b = recipe.backbone();
    if (b.preset() == null) {
      return TrainRun.backbone(b, recipe.seed());
    }
    // In fp32 nothing is converted, so that the memory of blank tensors is never touched.
    return Backbones.blank(b.preset(), b.with(Precision.FP32).with(Device.CPU).options());
  }
}
