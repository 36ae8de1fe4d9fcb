package dev.adapterx.train;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.FormulaDataset;
import dev.adapterx.data.ImageData;
import dev.adapterx.data.VtabTasks;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Classification;
import dev.adapterx.peft.ParameterReport;
import dev.adapterx.tensor.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
  public interface Head {
    /** Parameters over F features. */
    long parameters(int features);

    /** In words. */
    String text();

    /** None counted. */
    Head NONE = new Mean(0, 1, "not counted; give --head CLASSES");

    /** One linear layer for C classes: {@code C (F + 1)}. */
    static Head of(int classes) {
      if (classes < 2) {
        throw new ConfigException("A head needs at least 2 classes, found " + classes);
      }
      return new Mean(classes, 1, classes + " classes");
    }

    /**
     * The mean over the heads of VTAB-1k's 19 tasks, {@code 940/19 · (F + 1)}, as papers count when
     * they give one number for the benchmark.
     */
    static Head vtab() {
      int classes = VtabTasks.ALL.stream().mapToInt(VtabTasks.Task::classes).sum();
      int tasks = VtabTasks.ALL.size();
      String text =
          String.format(
              Locale.ROOT, "mean of VTAB-1k's %d tasks, %d/%d classes", tasks, classes, tasks);
      return new Mean(classes, tasks, text);
    }
  }

  private record Mean(int classes, int tasks, String text) implements Head {
    @Override
    public long parameters(int features) {
      return Math.round((double) classes / tasks * (features + 1L));
    }
  }

  /**
   * Counts.
   *
   * @param head absent: as many classes as the recipe's data have, if they are there, else none
   * @throws ConfigException when method and backbone do not fit
   */
  public static ParameterCount of(Recipe recipe, @Nullable Head head) {
    Head counted = head == null ? headOf(recipe.data()) : head;
    try (VisionTransformer backbone = backbone(recipe);
        AdaptedModel model =
            AdaptedModel.attach(
                backbone, recipe.method(), Classification.of(List.of("a", "b")), recipe.seed())) {
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
      ParameterReport own = model.parameters();
      long headCount = counted.parameters(backbone.featureWidth());
      long buffers = own.stored() - own.trainable();
      ParameterReport report =
          new ParameterReport(
              own.peft(), headCount, own.peft() + headCount + buffers, own.backbone());
      return new ParameterCount(
          backbone.info().name(), recipe.method().title(), counted.text(), report, tensors);
    }
  }

  private static Head headOf(DataRecipe data) {
    if (data.path() != null && FormulaDataset.isNamed(data.path())) {
      return Head.of(FormulaDataset.open(data.path(), data.train(), 1).classes().size());
    }
    if (data.path() == null || !Files.isDirectory(Path.of(data.path()))) {
      return Head.NONE;
    }
    return Head.of(ImageData.open(Path.of(data.path()), data.train()).dataset().classes().size());
  }

  private static VisionTransformer backbone(Recipe recipe) {
    BackboneRecipe b = recipe.backbone();
    if (b.preset() == null) {
      return TrainRun.backbone(b, recipe.seed());
    }
    // In fp32 nothing is converted, so that the memory of blank tensors is never touched.
    return Backbones.blank(
        b.preset(),
        new Backbones.Options(
            b.inputSize(), b.normalisation(), b.cropPct(), b.heads(), b.pooling(), Precision.FP32));
  }
}
