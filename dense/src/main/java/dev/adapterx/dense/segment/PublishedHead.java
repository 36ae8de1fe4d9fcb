package dev.adapterx.dense.segment;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * A linear head as DINOv2's release has them ({@code dinov2_vits14_ade20k_linear_head.pth}): a
 * batch norm and a 1 × 1 convolution, below {@code decode_head} or not, over the last layer's
 * patches or over those of the last four.
 */
public final class PublishedHead {
  private static final String WITHIN = "decode_head";
  private static final String WEIGHT = "conv_seg.weight";
  private static final List<String> NAMES =
      List.of("bn.weight", "bn.bias", "bn.running_mean", "bn.running_var", WEIGHT, "conv_seg.bias");

  private PublishedHead() {}

  /**
   * The backbone with such a head, to predict with or to train further.
   *
   * @param labels names of its classes; empty: their numbers
   * @throws CheckpointException when the file holds no such head, or one for another backbone
   * @throws ConfigException when there are more or fewer labels than classes
   */
  public static AdaptedModel attach(Backbone backbone, Path file, List<String> labels) {
    WeightFile stored = WeightFile.read(file);
    if (stored.tensors().keySet().stream().anyMatch(name -> name.startsWith(WITHIN + "."))) {
      stored = stored.within(WITHIN);
    }
    long[] weight = stored.tensor(WEIGHT).shape();
    int classes = Math.toIntExact(weight[0]);
    int layers = layers(backbone, file, weight);
    int last = backbone.blocks().size();
    PixelForm form =
        new PixelForm(IntStream.range(last - layers, last).boxed().toList(), 0, 0, 0.1, false);
    if (!labels.isEmpty() && labels.size() != classes) {
      throw new ConfigException(
          "%s names %d classes, found %d labels".formatted(file, classes, labels.size()));
    }
    List<String> names =
        labels.isEmpty()
            ? IntStream.range(0, classes).mapToObj(Integer::toString).toList()
            : labels;
    Segmentation task = Segmentation.of(names, form, side(backbone));
    AdaptedModel model = AdaptedModel.attach(backbone, new LinearProbe(), task, 0);
    try {
      copy(stored, model.trainable().and(model.buffers()).at("head"), file);
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static int side(Backbone backbone) {
    if (backbone.preprocessing() instanceof ImagePreprocessing images) {
      return images.inputSize();
    }
    throw new ConfigException(backbone.info().name() + " takes point clouds, not pictures");
  }

  private static int layers(Backbone backbone, Path file, long[] weight) {
    long layers = weight.length < 2 ? 0 : weight[1] / backbone.width();
    if (layers < 1 || layers > backbone.blocks().size() || weight[1] % backbone.width() != 0) {
      throw new CheckpointException(
          "%s: %s has shape %s; a head for %s, of width %d, reads a multiple of that width"
              .formatted(
                  file, WEIGHT, Tensors.shape(weight), backbone.info().name(), backbone.width()));
    }
    return Math.toIntExact(layers);
  }

  private static void copy(WeightFile stored, NamedTensors into, Path file) {
    try (Scope scope = Scope.withoutGradients()) {
      for (String name : NAMES) {
        StoredTensor value = stored.tensor(name);
        Tensor own = into.get(name);
        if (value.elements() != own.numel()) {
          throw new CheckpointException(
              "%s: %s has shape %s, expected %s"
                  .formatted(file, name, Tensors.shape(value.shape()), Tensors.shape(own.shape())));
        }
        own.copy_(Tensors.of(value.floats(), own.shape()));
      }
    }
  }
}
