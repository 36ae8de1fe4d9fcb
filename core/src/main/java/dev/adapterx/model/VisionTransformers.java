package dev.adapterx.model;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbones.Options;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.model.tokens.PositionEmbedding;
import dev.adapterx.model.tokens.PositionEmbedding.Cubic;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.FoundModel;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import dev.adapterx.weights.naming.CheckpointNames;
import java.util.Arrays;
import java.util.OptionalInt;
import org.bytedeco.pytorch.Tensor;

/**
 * Makes vision transformers: from weights in the naming of several sources, or with other values.
 */
final class VisionTransformers {
  private VisionTransformers() {}

  static VisionTransformer load(WeightFile file, FoundModel model, Options options) {
    BackboneKit kit = BackboneKit.of(CheckpointNames.timm(file), file, model, options);
    CheckpointNames.Named named = kit.named();
    SidecarConfig sidecar = kit.sidecar();
    ViTReader reader = new ViTReader(kit.shapes());
    SidecarTower tower = SidecarTower.of(sidecar, named.source(), reader.hasPreNorm());
    OptionalInt heads = options.heads() == null ? tower.heads() : OptionalInt.of(options.heads());
    ViTConfig.Pooling pooling =
        options.pooling() == null ? tower.pooling().orElse(null) : options.pooling();
    ViTConfig stored = reader.config(heads, tower, pooling);
    reader.require(stored);
    ViTConfig config = stored.withImageSize(inputSize(options, sidecar, stored));
    BackboneKit.Described described =
        kit.described(config.imageSize(), usual(config, named.source()));
    boolean plain = named.source().startsWith("hf-") && stored.registers() == 0;
    Cubic cubic = plain ? Cubic.PLAIN : Cubic.ANTIALIAS;
    BackboneInfo info = kit.info(ViTReader::isHead, described.source());
    NamedTensors tensors =
        BackboneKit.made(
            named.tensors(),
            (name, value) -> converted(name, value, stored, config, cubic),
            VisionTransformers::keepsFp32,
            options);
    return VisionTransformer.from(
        tensors, config, info, described.preprocessing(), options.resolvedPrecision());
  }

  /**
   * transformers' processors may prepare images of another size than the position embedding's:
   * DINOv2's 224, not 518.
   */
  private static int inputSize(Options options, SidecarConfig sidecar, ViTConfig stored) {
    OptionalInt asked = BackboneKit.askedSize(options);
    if (asked.isPresent()) {
      return asked.getAsInt();
    }
    int prepared = sidecar.preparedSize().orElse(0);
    return prepared > 0 && prepared % stored.patch() == 0 ? prepared : stored.imageSize();
  }

  /**
   * Plain ViTs of Google and timm take pixels in [-1, 1]; DeiT, DINOv2, MAE and CLIP are recognised
   * by their extra tensors.
   */
  private static ImagePreprocessing usual(ViTConfig config, String source) {
    if (config.preNorm()) {
      return ImagePreprocessing.of(config.imageSize(), 1, Normalisation.CLIP)
          .with(ImagePreprocessing.Crop.CENTER);
    }
    boolean imagenet =
        config.distilled()
            || config.registers() > 0
            || config.layerScale()
            || source.equals("hf-mae");
    return ImagePreprocessing.of(
        config.imageSize(), 0.875, imagenet ? Normalisation.IMAGENET : Normalisation.HALF);
  }

  private static Tensor converted(
      String name, StoredTensor stored, ViTConfig from, ViTConfig to, Cubic cubic) {
    boolean resize = name.equals("pos_embed") && from.grid() != to.grid();
    return resize ? resized(stored, from, to, cubic) : BackboneKit.fp32(stored);
  }

  /**
   * Norms, scales, tokens and positions are small and need full precision; classifiers take fp32
   * features.
   */
  private static boolean keepsFp32(String name) {
    return name.contains("norm")
        || name.endsWith("gamma")
        || name.endsWith("_token")
        || name.equals("pos_embed")
        || ViTReader.isHead(name);
  }

  private static Tensor resized(StoredTensor stored, ViTConfig from, ViTConfig to, Cubic cubic) {
    int d = from.width();
    int prefix = (int) stored.shape()[1] - from.grid() * from.grid();
    float[] all = stored.floats();
    float[] grid =
        PositionEmbedding.resized(
            Arrays.copyOfRange(all, prefix * d, all.length), from.grid(), to.grid(), d, cubic);
    float[] joined = Arrays.copyOf(all, prefix * d + grid.length);
    System.arraycopy(grid, 0, joined, prefix * d, grid.length);
    return Tensors.of(joined, 1, prefix + to.grid() * to.grid(), d);
  }

  /** timm's: normal with deviation 0.02, cut at two deviations; norms 1, biases 0. */
  static VisionTransformer initial(String preset, Options options, long seed) {
    return made(
        preset,
        options,
        BackboneKit.Values.initial(preset, seed, VisionTransformers::initialValue));
  }

  static VisionTransformer blank(String preset, Options options) {
    return made(preset, options, BackboneKit.Values.BLANK);
  }

  private static VisionTransformer made(String preset, Options options, BackboneKit.Values values) {
    ViTConfig config = Presets.vit(preset);
    config = options.pooling() == null ? config : config.withPooling(options.pooling());
    config = options.inputSize() == null ? config : config.withImageSize(options.inputSize());
    long positions = (long) config.grid() * config.grid() + config.prefixTokens();
    String finalNorm = config.pooling() == ViTConfig.Pooling.AVG ? "fc_norm" : "norm";
    BackboneKit.Described described = BackboneKit.described(usual(config, "initial"), options);
    BackboneInfo info =
        new BackboneInfo(preset, "initial", values.fingerprint(), described.source());
    NamedTensors tensors =
        BackboneKit.made(
            ViTReader.shapes(config, positions, finalNorm),
            values.of(),
            VisionTransformers::keepsFp32,
            options);
    return VisionTransformer.from(
        tensors, config, info, described.preprocessing(), options.resolvedPrecision());
  }

  private static Tensor initialValue(Rng rng, String name, long[] shape) {
    if (name.contains("norm") && name.endsWith("weight")) {
      return Init.constant(1, shape);
    }
    if (name.endsWith("gamma")) {
      return Init.constant(1e-5, shape);
    }
    return name.endsWith("bias") ? Init.zeros(shape) : Init.truncatedNormal(rng, 0.02, shape);
  }
}
