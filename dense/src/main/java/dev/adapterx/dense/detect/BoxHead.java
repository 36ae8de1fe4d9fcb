package dev.adapterx.dense.detect;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Features;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Pass;
import dev.adapterx.task.Head;
import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * From the patches of the last layer to boxes: the simple feature pyramid of ViTDet (Li et al.,
 * Exploring Plain Vision Transformer Backbones for Object Detection, ECCV 2022, <a
 * href="https://arxiv.org/abs/2203.16527">paper</a>) with the head of FCOS (Tian et al., <a
 * href="https://arxiv.org/abs/2006.09214">paper</a>), shared by its levels: two towers of
 * convolutions, group norms and ReLU, behind one of them the classes, behind the other the
 * distances to a box's sides, in strides, and how central a place is.
 *
 * @param levels of the pyramid, the finest first; a fourth is every second cell of the third
 * @param fourth whether there is one
 */
record BoxHead(
    List<Level> levels,
    boolean fourth,
    List<Step> classTower,
    List<Step> boxTower,
    Conv classes,
    Conv distances,
    Conv centre,
    NamedTensors trainable)
    implements Head {
  /** Class scores (B, R, C) before the sigmoid are {@link Outputs#SCORES}; those of boxes: */
  static final String DISTANCES = "distances";

  /** How central a place is (B, R), before the sigmoid. */
  static final String CENTRE = "centre";

  private static final String PLACE = "head";
  private static final double STD = 0.01;
  private static final double PRIOR = 0.01;
  private static final double EPS = 1e-6;
  private static final double GROUP_EPS = 1e-5;
  private static final int KERNEL = 3;
  private static final int SIDES = 4;
  private static final int LEVELS = 3;

  /**
   * A fresh one: the pyramid as PyTorch draws its layers, all others N(0, 0.01) without bias, but
   * for the classes' which makes each as likely as 0.01.
   */
  static BoxHead initial(Features.Shape of, int classes, BoxForm form, Parameters parameters) {
    int d = of.width();
    if (d % 2 != 0) {
      throw new ConfigException(
          "head: the pyramid halves the backbone's width, which is odd: " + d);
    }
    int f = form.width(d);
    for (int i = 0; i < LEVELS; i++) {
      Level.add("pyramid." + i, i == 0, d, f, parameters);
    }
    for (int i = 0; i < form.convs(); i++) {
      Step.add("class_tower." + i, f, parameters);
      Step.add("box_tower." + i, f, parameters);
    }
    double prior = -Math.log((1 - PRIOR) / PRIOR);
    Conv.add("classes", f, classes, prior, parameters);
    Conv.add("distances", f, SIDES, 0, parameters);
    Conv.add("centre", f, 1, 0, parameters);
    return from(parameters.named(PLACE), form);
  }

  /** Over tensors below {@code head}. */
  static BoxHead from(NamedTensors trainable, BoxForm form) {
    NamedTensors all = trainable.at(PLACE);
    return new BoxHead(
        IntStream.range(0, LEVELS)
            .mapToObj(i -> Level.from(all.at("pyramid." + i), i == 0, i == LEVELS - 1))
            .toList(),
        form.levels() > LEVELS,
        tower(all, "class_tower.", form.convs()),
        tower(all, "box_tower.", form.convs()),
        Conv.from(all.at("classes")),
        Conv.from(all.at("distances")),
        Conv.from(all.at("centre")),
        trainable);
  }

  private static List<Step> tower(NamedTensors all, String name, int convs) {
    return IntStream.range(0, convs).mapToObj(i -> Step.from(all.at(name + i))).toList();
  }

  @Override
  public NamedTensors buffers() {
    return NamedTensors.none();
  }

  @Override
  public Outputs forward(Features features, Pass pass) {
    int last = features.layers() - 1;
    return of(Tensors.fp32(features.patches(last)), (Grid.Cells) features.grid(last));
  }

  /**
   * Patches (B, G, D) to {@link Outputs#SCORES} (B, R, C), {@link #DISTANCES} (B, R, 4), in
   * strides, and {@link #CENTRE} (B, R): of R places, level by level and row by row.
   */
  Outputs of(Tensor patches, Grid.Cells cells) {
    List<Tensor> scores = new ArrayList<>();
    List<Tensor> sides = new ArrayList<>();
    List<Tensor> centres = new ArrayList<>();
    for (Tensor each : pyramid(patches, cells)) {
      // Channel by channel: otherwise libtorch's group norm takes longer than the convolutions.
      Tensor map = each.contiguous();
      Tensor named = towered(classTower, map);
      Tensor boxed = towered(boxTower, map);
      scores.add(rows(classes.forward(named)));
      sides.add(rows(distances.forward(boxed).relu()));
      centres.add(rows(centre.forward(boxed)));
    }
    return new Outputs(
        Map.of(
            Outputs.SCORES, cat(scores), DISTANCES, cat(sides), CENTRE, cat(centres).squeeze(2)));
  }

  private static Tensor cat(List<Tensor> levels) {
    return Tensors.cat(1, levels.toArray(Tensor[]::new));
  }

  /** The maps (B, F, h, w) of the levels. */
  List<Tensor> pyramid(Tensor patches, Grid.Cells cells) {
    Tensor grid = patches.reshape(patches.size(0), cells.height(), cells.width(), patches.size(2));
    List<Tensor> maps = new ArrayList<>();
    levels.forEach(level -> maps.add(level.forward(grid)));
    if (fourth) {
      maps.add(pooled(maps.get(LEVELS - 1), 1));
    }
    return maps;
  }

  private static Tensor towered(List<Step> tower, Tensor map) {
    Tensor x = map;
    for (Step step : tower) {
      x = step.forward(x);
    }
    return x;
  }

  /** (B, K, h, w) to (B, h w, K). */
  private static Tensor rows(Tensor map) {
    return map.flatten(2, 3).transpose(1, 2);
  }

  /** The largest of each square, every second one. */
  private static Tensor pooled(Tensor map, long kernel) {
    long[] size = {kernel, kernel};
    return torch.max_pool2d(map, size, new long[] {2, 2}, new long[] {0, 0}, ONE, false);
  }

  private static final long[] ONE = {1, 1};

  /**
   * A convolution of 3 × 3 cells, padded.
   *
   * @param weight (out, in, 3, 3)
   */
  record Conv(Tensor weight, Tensor bias) {
    static void add(String place, int in, int out, double bias, Parameters parameters) {
      parameters.add(place + ".weight", r -> Init.normal(r, 0, STD, out, in, KERNEL, KERNEL));
      parameters.add(place + ".bias", r -> Init.constant(bias, out));
    }

    static Conv from(NamedTensors tensors) {
      return new Conv(tensors.get("weight"), tensors.get("bias"));
    }

    Tensor forward(Tensor x) {
      return torch.conv2d(x, weight, Tensors.optional(bias), ONE, ONE, ONE, 1);
    }
  }

  /** A convolution, a norm of 32 groups of channels, ReLU. */
  record Step(Conv conv, Tensor weight, Tensor bias) {
    static void add(String place, int f, Parameters parameters) {
      Conv.add(place + ".conv", f, f, 0, parameters);
      parameters.norm(place + ".norm", f, GROUP_EPS);
    }

    static Step from(NamedTensors tensors) {
      NamedTensors norm = tensors.at("norm");
      return new Step(Conv.from(tensors.at("conv")), norm.get("weight"), norm.get("bias"));
    }

    Tensor forward(Tensor x) {
      return torch
          .group_norm(
              conv.forward(x),
              BoxForm.GROUPS,
              Tensors.optional(weight),
              Tensors.optional(bias),
              GROUP_EPS,
              false)
          .relu();
    }
  }

  /**
   * A level of the pyramid: the map doubled, as it is, or halved, then F channels by a linear layer
   * and mixed by 3 × 3 cells, each behind a norm over the channels of each cell.
   *
   * @param up of the doubled one: (D, D/2, 2, 2) and a bias
   */
  record Level(
      @Nullable Conv up,
      boolean halved,
      Tensor lateral,
      LayerNorm lateralNorm,
      Tensor smooth,
      LayerNorm smoothNorm) {
    static void add(String place, boolean doubled, int d, int f, Parameters parameters) {
      int in = doubled ? d / 2 : d;
      if (doubled) {
        long fan = 4L * in;
        parameters.add(place + ".up.weight", r -> Init.kaimingUniform(r, fan, d, in, 2, 2));
        parameters.add(place + ".up.bias", r -> Init.kaimingUniform(r, fan, in));
      }
      parameters.add(place + ".lateral.weight", r -> Init.kaimingUniform(r, in, f, in));
      parameters.norm(place + ".lateral_norm", f, EPS);
      parameters.add(
          place + ".smooth.weight",
          r -> Init.kaimingUniform(r, (long) KERNEL * KERNEL * f, f, f, KERNEL, KERNEL));
      parameters.norm(place + ".smooth_norm", f, EPS);
    }

    static Level from(NamedTensors tensors, boolean doubled, boolean halved) {
      return new Level(
          doubled ? Conv.from(tensors.at("up")) : null,
          halved,
          tensors.get("lateral.weight"),
          LayerNorm.from(tensors.at("lateral_norm"), EPS),
          tensors.get("smooth.weight"),
          LayerNorm.from(tensors.at("smooth_norm"), EPS));
    }

    /** Patches (B, h, w, D) to (B, F, h', w'). */
    Tensor forward(Tensor patches) {
      Tensor x = patches;
      if (up != null) {
        Tensor map = patches.permute(0, 3, 1, 2);
        long[] none = {0, 0};
        x =
            torch
                .conv_transpose2d(
                    map,
                    up.weight,
                    Tensors.optional(up.bias),
                    new long[] {2, 2},
                    none,
                    none,
                    1,
                    ONE)
                .permute(0, 2, 3, 1);
      } else if (halved) {
        x = pooled(patches.permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1);
      }
      Tensor named = lateralNorm.forward(torch.linear(x, lateral));
      Tensor mixed =
          torch.conv2d(named.permute(0, 3, 1, 2), smooth, Tensors.optional(null), ONE, ONE, ONE, 1);
      return smoothNorm.forward(mixed.permute(0, 2, 3, 1)).permute(0, 3, 1, 2);
    }
  }
}
