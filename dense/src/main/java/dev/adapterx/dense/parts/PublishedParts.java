package dev.adapterx.dense.parts;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Networks that label points as they are published: Point-MAE's {@code part_seg.pth}, and those of
 * ACT, ReCon and IDPT, whose heads have the same layers, some with {@code _cls} behind each name.
 * The backbone is the same file, opened without a class token.
 */
public final class PublishedParts {
  private static final String MARK = "convs3";
  private static final String APART = "_cls";

  private PublishedParts() {}

  /**
   * The backbone of a file with the file's head, to predict with or to train further.
   *
   * @param backbone of the same file, opened with {@code classToken} false
   * @param labels names of the classes of points; empty: their numbers
   * @param categories in the order of the network's; empty where it is told none
   * @throws CheckpointException when the file holds no such head, or one of other sizes
   */
  public static AdaptedModel attach(
      Backbone backbone, Path file, List<String> labels, List<Category> categories) {
    if (!(backbone.preprocessing() instanceof PointPreprocessing input)) {
      throw new ConfigException(backbone.info().name() + " takes pictures, not point clouds");
    }
    if (backbone.prefixTokens() > 0) {
      throw new ConfigException(
          "Published networks that label points have no class token; open the backbone without"
              + " (backbone.class-token=false)");
    }
    Map<String, StoredTensor> stored = head(WeightFile.read(file));
    StoredTensor last = stored.get(MARK + ".weight");
    if (last == null) {
      throw new CheckpointException(
          "%s: no head that labels points; expected convs1 … convs3, found %s"
              .formatted(file, Names.some(new ArrayList<>(stored.keySet()))));
    }
    int classes = Math.toIntExact(last.shape()[0]);
    StoredTensor label = stored.get("label_conv.0.weight");
    long told = label == null ? 0 : label.shape()[1];
    if ((!labels.isEmpty() && labels.size() != classes) || told != categories.size()) {
      throw new ConfigException(
          "%s labels %d classes of points and is told %d categories; found %d names and %d categories"
              .formatted(file, classes, told, labels.size(), categories.size()));
    }
    List<String> names =
        labels.isEmpty()
            ? IntStream.range(0, classes).mapToObj(Integer::toString).toList()
            : labels;
    PartSegmentation task =
        PartSegmentation.of(names, PartForm.of(PartForm.Kind.POINT_MAE), input)
            .of(categories, !categories.isEmpty());
    AdaptedModel model = AdaptedModel.attach(backbone, new LinearProbe(), task, 0);
    try {
      copy(stored, model.trainable().and(model.buffers()).at(Layers.PLACE), file);
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** The tensors of a head by Point-MAE's names, whatever stands before them. */
  private static Map<String, StoredTensor> head(WeightFile file) {
    Map<String, StoredTensor> head = new HashMap<>();
    file.tensors()
        .forEach(
            (name, tensor) -> {
              String plain =
                  name.replaceFirst("^.*?(?=(label_conv|propagation_0|convs\\d|bns\\d))", "");
              String first = plain.split("\\.", 2)[0];
              if (first.endsWith(APART)) {
                String bare = first.substring(0, first.length() - APART.length());
                plain = bare + plain.substring(first.length());
              }
              head.put(plain, tensor);
            });
    return head;
  }

  private static void copy(Map<String, StoredTensor> stored, NamedTensors into, Path file) {
    try (Scope scope = Scope.withoutGradients()) {
      into.forEach(
          (name, own) -> {
            StoredTensor value = stored.get(name);
            if (value == null) {
              throw new CheckpointException(file + ": the head lacks " + name);
            }
            if (value.elements() != own.numel()) {
              throw new CheckpointException(
                  "%s: %s has shape %s, expected %s"
                      .formatted(
                          file, name, Tensors.shape(value.shape()), Tensors.shape(own.shape())));
            }
            Tensor read = Tensors.of(value.floats(), own.shape());
            own.copy_(read);
          });
    }
  }
}
