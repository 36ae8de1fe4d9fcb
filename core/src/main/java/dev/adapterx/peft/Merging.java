package dev.adapterx.peft;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.WholeFile;
import dev.adapterx.model.BackboneFile;
import dev.adapterx.model.SidecarWriter;
import dev.adapterx.task.ClassHead;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.weights.DType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

/**
 * Writes an adapted model as an ordinary backbone: safetensors under timm's or Point-MAE's names,
 * with what the weights alone do not show in its metadata and in a {@code config.json} beside it
 * (attention heads, eps, preprocessing, class names). Such a file needs no adapter and is read by
 * {@code Backbones.load}, alone or with its config, and by timm.
 */
public final class Merging {
  private Merging() {}

  /**
   * Merges and writes.
   *
   * @param file the weight file to make; its folder gets {@code config.json} and, with a head,
   *     {@code labels.txt}
   * @param type F32, BF16 or F16; the 16-bit types keep 8 and 11 significant bits
   * @param head whether the task's head is written too, as timm's or Point-MAE's classifier
   * @return the files written
   * @throws ConfigException when the method cannot be merged, with the reason, or a file would be
   *     overwritten
   * @throws CheckpointException when a value does not fit the type; nothing is written
   */
  public static List<Path> write(AdaptedModel model, Path file, DType type, boolean head) {
    return write(model, file, type, head, 1);
  }

  /**
   * As {@link #write(AdaptedModel, Path, DType, boolean)}, the backbone between the frozen and the
   * tuned one: see {@link AdaptedModel#merged(double)}.
   *
   * @param alpha 0 (frozen) … 1 (tuned)
   */
  public static List<Path> write(
      AdaptedModel model, Path file, DType type, boolean head, double alpha) {
    Interpolation.requireShare(alpha);
    Path config = file.resolveSibling("config.json");
    Path labels = file.resolveSibling("labels.txt");
    List<Path> files = head ? List.of(file, config, labels) : List.of(file, config);
    List<String> names = head ? model.task().labels() : List.of();
    String description = SidecarWriter.text(model.tunedBackbone(), names);
    try (Scope scope = Scope.withoutGradients()) {
      Map<String, Tensor> tensors = merged(model, head, alpha);
      requireNew(files);
      BackboneFile.write(file, tensors, description, type);
    }
    WholeFile.write(config, description);
    if (head) {
      WholeFile.write(labels, String.join("\n", names) + "\n");
    }
    return files;
  }

  /**
   * An ordinary model between the frozen and the tuned one: see {@link AdaptedModel#merge(double)}.
   *
   * @throws ConfigException naming the method when it cannot be merged, with the reason
   */
  public static PlainModel interpolated(AdaptedModel model, double alpha) {
    Interpolation.requireShare(alpha);
    return named(model, () -> model.merge(alpha));
  }

  /** Adds the method's name to the reason why it cannot be merged. */
  private static <T> T named(AdaptedModel model, Supplier<T> merge) {
    try {
      return merge.get();
    } catch (ConfigException e) {
      throw new ConfigException(
          model.method().title() + " cannot be merged: " + e.getMessage() + ".", e);
    }
  }

  private static Map<String, Tensor> merged(AdaptedModel model, boolean head, double alpha) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    named(model, () -> model.merged(alpha)).forEach(tensors::put);
    if (head) {
      classifier(model).forEach(tensors::put);
    }
    return tensors;
  }

  /** The head under the name that the backbone's family uses for classifiers. */
  private static Map<String, Tensor> classifier(AdaptedModel model) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    String place =
        model
            .backbone()
            .classifier()
            .place(model.classification().head() == ClassHead.Kind.LINEAR)
            .orElseThrow(
                () ->
                    new ConfigException(
                        "timm's classifiers are one linear layer, this head has hidden layers;"
                            + " write the backbone alone with --no-head"));
    NamedTensors own = model.trainable().and(model.buffers()).at("head");
    own.forEach((name, tensor) -> tensors.put(place + name, tensor));
    return tensors;
  }

  private static void requireNew(List<Path> files) {
    for (Path file : files) {
      if (Files.exists(file)) {
        throw new ConfigException(
            file + " exists already and is not overwritten; choose a new or empty folder");
      }
    }
  }
}
