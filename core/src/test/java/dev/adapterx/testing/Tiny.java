package dev.adapterx.testing;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneInfo;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.PointTransformer;
import dev.adapterx.model.ViTConfig;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.model.input.Preprocessing;
import dev.adapterx.model.swin.SwinTransformer;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Backbones small enough to run thousands of times, and input for them. */
public final class Tiny {
  /** Width 32, two blocks, two heads, sixteen patches. */
  public static final String PRESET = "vit_32x2x2_patch8_32";

  /** Width 32, two blocks, two heads, six groups of five out of 24 points. */
  public static final String POINTS = "point_32x2x2_c8_g6k5_24";

  /**
   * Widths 16 and 32, two blocks each, windows of three cells on grids of ten and five, which they
   * do not fill.
   */
  public static final String SWIN = "swin_16x2-2x2-4_patch4_window3_40";

  public static final List<String> LABELS = List.of("ant", "bee", "cow", "dog", "elk");

  private Tiny() {}

  /** {@link #PRESET} with random values. */
  public static VisionTransformer vit(Precision precision) {
    return vit(PRESET, Backbones.Options.defaults().with(precision), 1);
  }

  /**
   * A shape with random values in every tensor, so large that each matters: normal with deviation
   * 0.2, around 1 for the norms' weights.
   */
  public static VisionTransformer vit(String preset, Backbones.Options options, long seed) {
    VisionTransformer vit = (VisionTransformer) Backbones.initial(preset, options, seed);
    fill(vit, seed);
    return described(vit, "sha-" + seed, vit.preprocessing());
  }

  /** {@link #POINTS} with random values. */
  public static PointTransformer points(Precision precision, Backbones.BatchStatistics norms) {
    Backbones.Options plain = Backbones.Options.defaults().with(precision);
    Backbones.PointOptions points = new Backbones.PointOptions(null, null, null, null, norms, null);
    Backbones.Options options =
        Backbones.Options.builder()
            .precision(plain.precision())
            .points(points)
            .device(Device.CPU)
            .build();
    PointTransformer made = (PointTransformer) Backbones.initial(POINTS, options, 1);
    fill(made, 1);
    return (PointTransformer) described(made, "sha-1", (Preprocessing) made.preprocessing());
  }

  /** {@link #SWIN} with random values. */
  public static SwinTransformer swin(Precision precision) {
    Backbones.Options options = Backbones.Options.defaults().with(precision).with(Device.CPU);
    SwinTransformer made = (SwinTransformer) Backbones.initial(SWIN, options, 1);
    fill(made, 1);
    return (SwinTransformer) described(made, "sha-1", (Preprocessing) made.preprocessing());
  }

  /** Random values in every tensor, around 1 for weights of norms and for variances. */
  private static void fill(Backbone backbone, long seed) {
    Rng rng = Rng.of(seed, "tiny");
    backbone
        .tensors()
        .forEach(
            (name, tensor) -> {
              boolean one = name.matches(".*(norm.*|conv\\.1\\.)weight|.*running_var");
              set(tensor, Init.normal(rng.at(name), one ? 1 : 0, 0.2, tensor.shape()));
            });
  }

  /** The same weights under another fingerprint or with another preparation. */
  public static Backbone described(Backbone backbone, String sha256, Preprocessing preparation) {
    if (backbone instanceof VisionTransformer vit) {
      return described(vit, sha256, (ImagePreprocessing) preparation);
    }
    if (backbone instanceof SwinTransformer swin) {
      return SwinTransformer.from(
          swin.tensors(),
          swin.config(),
          new BackboneInfo("tiny", "initial", sha256, "test"),
          (ImagePreprocessing) preparation,
          swin.precision());
    }
    PointTransformer points = (PointTransformer) backbone;
    return PointTransformer.from(
        points.tensors(),
        points.config(),
        new BackboneInfo("tiny", "initial", sha256, "test"),
        (PointPreprocessing) preparation,
        points.frozenStatistics(),
        points.precision());
  }

  /** A batch of whatever a backbone sees. */
  public static Tensor input(Backbone backbone, int batch) {
    long[] shape = backbone.preprocessing().inputShape();
    if (backbone instanceof VisionTransformer vit) {
      return images(vit.config(), batch);
    }
    return Init.normal(Rng.of(7, "clouds"), 0, 1, batch, shape[0], shape[1], shape[2]);
  }

  /** The same weights under another fingerprint or with another preparation. */
  public static VisionTransformer described(
      VisionTransformer vit, String sha256, ImagePreprocessing preprocessing) {
    return VisionTransformer.from(
        vit.tensors(),
        vit.config(),
        new BackboneInfo("tiny", "initial", sha256, "test"),
        preprocessing,
        vit.precision());
  }

  /** Makes every block the identity: nothing leaves its two branches. */
  public static void silenceBlocks(VisionTransformer vit) {
    for (int i = 0; i < vit.config().depth(); i++) {
      for (String last : List.of(".attn.proj", ".mlp.fc2")) {
        for (String part : List.of(".weight", ".bias")) {
          Tensor tensor = vit.tensors().get("blocks." + i + last + part);
          set(tensor, Init.zeros(tensor.shape()));
        }
      }
    }
  }

  /** Normalised images (B, 3, S, S). */
  public static Tensor images(ViTConfig config, int batch) {
    int size = config.imageSize();
    return Init.normal(Rng.of(7, "images"), 0, 1, batch, 3, size, size);
  }

  /** Class indices 0, 1, … again and again. */
  public static Tensor labels(int batch) {
    long[] labels = new long[batch];
    Arrays.setAll(labels, i -> i % LABELS.size());
    return Tensors.of(labels, batch);
  }

  /** Overwrites a tensor's values. */
  public static void set(Tensor tensor, Tensor value) {
    try (Scope scope = Scope.withoutGradients()) {
      tensor.copy_(value);
    }
  }

  /** Random values for everything a tuner trains: at the start much of it is zero. */
  public static void randomise(NamedTensors tensors, double std, long seed) {
    Rng rng = Rng.of(seed, "randomise");
    tensors.forEach(
        (name, tensor) -> {
          try (Scope scope = Scope.withoutGradients()) {
            tensor.add_(Init.normal(rng.at(name), 0, std, tensor.shape()));
          }
        });
  }

  /** A tensor's gradient, row by row; null when it has none. */
  public static float[] grad(Tensor tensor) {
    try (Scope scope = Scope.withoutGradients()) {
      Tensor grad = tensor.grad();
      return grad.defined() ? Tensors.floats(grad) : null;
    }
  }

  /** The gradients of tensors, by name; those that have none are left out. */
  public static Map<String, float[]> grads(NamedTensors tensors) {
    Map<String, float[]> grads = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          float[] grad = grad(tensor);
          if (grad != null) {
            grads.put(name, grad);
          }
        });
    return grads;
  }

  /** The values of tensors, by name. */
  public static Map<String, float[]> values(NamedTensors tensors) {
    Map<String, float[]> values = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> values.put(name, Tensors.floats(tensor)));
    return values;
  }

  /** Adds values to others, one by one. */
  public static void accumulate(float[] values, float[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] += values[i];
    }
  }

  /** One plain gradient step; gradients are zero afterwards. */
  public static void descend(NamedTensors tensors, double rate) {
    tensors.forEach(
        (name, tensor) -> {
          try (Scope scope = Scope.withoutGradients()) {
            Tensor grad = tensor.grad();
            if (grad.defined()) {
              tensor.sub_(Tensors.scaled(grad, rate));
              grad.zero_();
            }
          }
        });
  }
}
