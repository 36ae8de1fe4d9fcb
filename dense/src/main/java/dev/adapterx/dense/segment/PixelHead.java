package dev.adapterx.dense.segment;

import dev.adapterx.model.Features;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.nn.BatchNorm;
import dev.adapterx.nn.Gelu;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.task.Head;
import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * From the patches of k layers to class scores on a map: batch norm over the k·D channels (maps of
 * a backbone of stages are brought to the largest one's size); with u = 0 a linear layer (DINOv2's
 * linear head for segmentation, whose names it has); else a linear layer to W channels, u times
 * {@link Doubling}, and a linear layer (the up-scaling is that of EoMT, Kerssies et al., Your ViT
 * is secretly an image segmentation model, CVPR 2025, <a
 * href="https://arxiv.org/abs/2503.19108">paper</a>), and beside it, unlike there, a linear layer
 * whose scores are enlarged and added. The scores' stride is p / 2^u pixels.
 *
 * @param norm over k·D channels
 * @param reduce to W channels; absent where nothing is doubled
 * @param last to C scores
 * @param skip from k·D channels to C scores, added bilinearly enlarged; absent without doubling or
 *     where the form has none
 */
record PixelHead(
    BatchNorm norm,
    @Nullable Linear reduce,
    List<Doubling> doublings,
    Linear last,
    @Nullable Linear skip,
    double dropout,
    NamedTensors trainable,
    NamedTensors buffers)
    implements Head {
  private static final String PLACE = "head";
  private static final String BN = "bn";
  private static final String LAST = "conv_seg";
  private static final double LAST_STD = 0.01;
  private static final double NORM_EPS = 1e-6;

  /** A fresh one: the last layer N(0, 0.01), all others as PyTorch draws them. */
  static PixelHead initial(Features.Shape of, int classes, PixelForm form, Parameters parameters) {
    int in = of.widths().stream().mapToInt(Integer::intValue).sum();
    parameters.add(BN + ".weight", r -> Init.constant(1, in));
    parameters.add(BN + ".bias", r -> Init.zeros(in));
    int w = form.upscale() == 0 ? in : form.width(of.width());
    if (form.upscale() > 0) {
      parameters.add("reduce.weight", r -> Init.kaimingUniform(r, in, w, in));
      parameters.add("reduce.bias", r -> Init.kaimingUniform(r, in, w));
    }
    for (int i = 0; i < form.upscale(); i++) {
      Doubling.add("up." + i, w, parameters);
    }
    parameters.add(LAST + ".weight", r -> Init.normal(r, 0, LAST_STD, classes, w));
    parameters.add(LAST + ".bias", r -> Init.zeros(classes));
    if (form.skip()) {
      parameters.add("skip.weight", r -> Init.normal(r, 0, LAST_STD, classes, in));
      parameters.add("skip.bias", r -> Init.zeros(classes));
    }
    Map<String, Tensor> statistics = new LinkedHashMap<>();
    String norm = PLACE + "." + BN + ".";
    statistics.put(norm + BatchNorm.RUNNING_MEAN, parameters.place(Init.zeros(in)));
    statistics.put(norm + BatchNorm.RUNNING_VAR, parameters.place(Init.constant(1, in)));
    return from(
        parameters.named(PLACE), NamedTensors.of(statistics), form.upscale(), form.dropout());
  }

  /** Over tensors below {@code head}. */
  static PixelHead from(NamedTensors trainable, NamedTensors buffers, int upscale, double dropout) {
    NamedTensors all = trainable.and(buffers).at(PLACE);
    return new PixelHead(
        BatchNorm.from(all.at(BN), false),
        upscale == 0 ? null : Linear.from(all.at("reduce")),
        IntStream.range(0, upscale).mapToObj(i -> Doubling.from(all.at("up." + i))).toList(),
        Linear.from(all.at(LAST)),
        all.has("skip.weight") ? Linear.from(all.at("skip")) : null,
        dropout,
        trainable,
        buffers);
  }

  @Override
  public Outputs forward(Features features, Pass pass) {
    Grid.Cells largest = (Grid.Cells) features.grid();
    for (int i = 0; i < features.layers(); i++) {
      Grid.Cells own = (Grid.Cells) features.grid(i);
      largest = own.patches() > largest.patches() ? own : largest;
    }
    List<Tensor> layers = new ArrayList<>();
    for (int i = 0; i < features.layers(); i++) {
      layers.add(
          features.grid(i).equals(largest)
              ? features.patches(i)
              : enlarged(Tensors.fp32(features.map(i)), largest));
    }
    return Outputs.of(scores(layers, largest, pass));
  }

  /** A map (B, D, h, w) bilinearly as tokens (B, G, D). */
  private static Tensor enlarged(Tensor map, Grid.Cells cells) {
    long[] size = {cells.height(), cells.width()};
    return torch.upsample_bilinear2d(map, size, false).flatten(2, 3).transpose(1, 2);
  }

  /**
   * Patches of k layers, (B, G, D) each, to scores (B, C, h·2^u, w·2^u) in fp32.
   *
   * @param cells h and w
   */
  Tensor scores(List<Tensor> layers, Grid.Cells cells, Pass pass) {
    Tensor[] each = layers.stream().map(Tensors::fp32).toArray(Tensor[]::new);
    Tensor x = Tensors.cat(2, each); // (B, G, kD)
    long b = x.size(0);
    Tensor rows = norm.forward(x.flatten(0, 1), pass); // (B G, kD)
    if (reduce == null) {
      Tensor tokens = dropped(rows.view(b, cells.patches(), -1), pass, b, 1, rows.size(1));
      return map(last.forward(tokens), cells);
    }
    Tensor y = map(reduce.forward(rows).view(b, cells.patches(), -1), cells);
    for (Doubling doubling : doublings) {
      y = doubling.forward(y);
    }
    y = dropped(y, pass, b, y.size(1), 1, 1);
    Tensor scores = last.forward(y.permute(0, 2, 3, 1)).permute(0, 3, 1, 2); // (B, C, H, W)
    if (skip != null) {
      long[] size = {scores.size(2), scores.size(3)};
      Tensor coarse = map(skip.forward(rows).view(b, cells.patches(), -1), cells).contiguous();
      scores =
          scores.add(org.bytedeco.pytorch.global.torch.upsample_bilinear2d(coarse, size, false));
    }
    return scores;
  }

  /** Whole channels of a sample at a time. */
  private Tensor dropped(Tensor x, Pass pass, long... mask) {
    return pass.dropout(x, dropout, "head.dropout", mask);
  }

  /** Tokens (B, G, C) to a map (B, C, h, w). */
  private static Tensor map(Tensor tokens, Grid.Cells cells) {
    return tokens
        .transpose(1, 2)
        .reshape(tokens.size(0), tokens.size(2), cells.height(), cells.width());
  }

  /**
   * Doubles a map: a 2 × 2 transposed convolution with stride 2, GELU, a 3 × 3 convolution of each
   * channel alone, a norm over the channels of each cell.
   *
   * @param up (W, W, 2, 2) and a bias
   * @param depthwise (W, 1, 3, 3)
   */
  record Doubling(Tensor up, Tensor upBias, Tensor depthwise, LayerNorm norm) {
    private static final int KERNEL = 3;

    static void add(String place, int w, Parameters parameters) {
      long upFan = 4L * w;
      parameters.add(place + ".conv1.weight", r -> Init.kaimingUniform(r, upFan, w, w, 2, 2));
      parameters.add(place + ".conv1.bias", r -> Init.kaimingUniform(r, upFan, w));
      parameters.add(
          place + ".conv2.weight",
          r -> Init.kaimingUniform(r, KERNEL * KERNEL, w, 1, KERNEL, KERNEL));
      parameters.norm(place + ".norm", w, NORM_EPS);
    }

    static Doubling from(NamedTensors tensors) {
      return new Doubling(
          tensors.get("conv1.weight"),
          tensors.get("conv1.bias"),
          tensors.get("conv2.weight"),
          LayerNorm.from(tensors.at("norm"), NORM_EPS));
    }

    /** (B, W, h, w) to (B, W, 2h, 2w). */
    Tensor forward(Tensor x) {
      long[] one = {1, 1};
      long[] none = {0, 0};
      Tensor large =
          torch.conv_transpose2d(
              x, up, Tensors.optional(upBias), new long[] {2, 2}, none, none, 1, one);
      Tensor mixed =
          torch.conv2d(
              Gelu.EXACT.forward(large),
              depthwise,
              Tensors.optional(null),
              one,
              one,
              one,
              x.size(1));
      return norm.forward(mixed.permute(0, 2, 3, 1)).permute(0, 3, 1, 2);
    }
  }
}
