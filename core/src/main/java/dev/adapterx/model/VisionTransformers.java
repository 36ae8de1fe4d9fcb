package dev.adapterx.model;

import dev.adapterx.base.Rng;
import dev.adapterx.hub.HubName;
import dev.adapterx.model.Backbones.Options;
import dev.adapterx.model.PositionEmbedding.Cubic;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.CheckpointNames;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.FoundModel;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Makes vision transformers: from weights in the naming of several sources, or with other values.
 */
final class VisionTransformers {
  private VisionTransformers() {}

  static VisionTransformer load(WeightFile file, FoundModel model, Options options) {
    Path path = model.weights();
    CheckpointNames.Named named = CheckpointNames.timm(file);
    SidecarConfig sidecar = SidecarConfig.beside(path).orInside(file.metadata(), path);
    ViTReader reader = new ViTReader(named.tensors(), path.toString());
    SidecarTower tower = SidecarTower.of(sidecar, named.source(), reader.hasPreNorm());
    OptionalInt heads = options.heads() == null ? tower.heads() : OptionalInt.of(options.heads());
    ViTConfig.Pooling pooling =
        options.pooling() == null ? tower.pooling().orElse(null) : options.pooling();
    ViTConfig stored = reader.config(heads, tower, pooling);
    reader.require(stored);
    ViTConfig config = stored.withImageSize(inputSize(options, sidecar, stored));
    Described described = described(sidecar, config, options, named.source());
    BackboneInfo info =
        new BackboneInfo(
            name(model, sidecar),
            named.source(),
            Fingerprint.of(named.tensors(), ViTReader::isHead, path),
            described.source(),
            model.origin(),
            named.leftOut(),
            named.place(),
            sidecar.labels());
    Device device = options.device().resolved();
    Precision precision = options.precision().on(device);
    boolean plain = named.source().startsWith("hf-") && stored.registers() == 0;
    Cubic cubic = plain ? Cubic.PLAIN : Cubic.ANTIALIAS;
    try (Scope scope = Scope.withoutGradients()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      named
          .tensors()
          .forEach(
              (key, value) ->
                  tensors.put(
                      key,
                      scope.keep(
                          Scope.within(
                              () ->
                                  device.place(
                                      converted(key, value, stored, config, cubic, precision))))));
      return VisionTransformer.from(
          NamedTensors.of(tensors), config, info, described.preprocessing(), precision);
    }
  }

  /** As its config calls it, else the hub, else its file. */
  static String name(FoundModel model, SidecarConfig sidecar) {
    return sidecar
        .architecture()
        .or(() -> model.name().map(HubName::repo))
        .orElseGet(() -> String.valueOf(model.weights().getFileName()));
  }

  /**
   * transformers' processors may prepare images of another size than the position embedding's:
   * DINOv2's 224, not 518.
   */
  private static int inputSize(Options options, SidecarConfig sidecar, ViTConfig stored) {
    if (options.preprocessing() instanceof ImagePreprocessing exactly) {
      return exactly.inputSize();
    }
    if (options.inputSize() != null) {
      return options.inputSize();
    }
    int prepared = sidecar.preparedSize().orElse(0);
    return prepared > 0 && prepared % stored.patch() == 0 ? prepared : stored.imageSize();
  }

  /** A preparation and where it was learnt. */
  private record Described(ImagePreprocessing preprocessing, String source) {}

  private static Described described(
      SidecarConfig sidecar, ViTConfig config, Options options, String source) {
    if (options.preprocessing() instanceof ImagePreprocessing exactly) {
      return new Described(exactly, "as it is asked for");
    }
    Optional<ImagePreprocessing> told = sidecar.preprocessing(config.imageSize());
    ImagePreprocessing p = told.orElseGet(() -> usual(config, source));
    String from =
        told.isPresent()
            ? "config of the weights"
                + (sidecar.wantsPreparedPictures()
                    ? " (do_resize is off there: only pictures of the input's size are as there)"
                    : "")
            : "what is usual for " + source + " weights of this kind; the file does not say";
    if (options.normalisation() != null) {
      p = p.with(options.normalisation());
      from = "recipe";
    }
    if (options.cropPct() != null) {
      p = p.withCropPct(options.cropPct());
    }
    if (options.crop() != null) {
      p = p.with(options.crop());
    }
    return new Described(p, from);
  }

  /**
   * Plain ViTs of Google and timm see pixels in [-1, 1]; DeiT, DINOv2, MAE and CLIP are known by
   * their extra tensors.
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
      String name,
      StoredTensor stored,
      ViTConfig from,
      ViTConfig to,
      Cubic cubic,
      Precision precision) {
    boolean resize = name.equals("pos_embed") && from.grid() != to.grid();
    Tensor tensor = resize ? resized(stored, from, to, cubic) : fp32(stored);
    return keepsFp32(name) ? tensor : tensor.to(precision.type());
  }

  private static Tensor fp32(StoredTensor stored) {
    return stored.dtype() == DType.F32
        ? Tensors.of(stored.data(), ScalarType.Float, stored.shape())
        : Tensors.of(stored.floats(), stored.shape());
  }

  /**
   * Vectors of norms and scales, tokens and positions are small and matter in full; classifiers see
   * fp32 features.
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
    Rng rng = Rng.of(seed, "backbone");
    return made(
        preset,
        "initial-" + seed + "-" + preset,
        options,
        (key, shape) -> initialValue(rng.at(key), key, shape));
  }

  static VisionTransformer blank(String preset, Options options) {
    return made(preset, "none", options, (key, shape) -> Tensors.empty(ScalarType.Float, shape));
  }

  private static VisionTransformer made(
      String preset,
      String fingerprint,
      Options options,
      BiFunction<String, long[], Tensor> values) {
    ViTConfig config = Presets.vit(preset);
    config = options.pooling() == null ? config : config.withPooling(options.pooling());
    config = options.inputSize() == null ? config : config.withImageSize(options.inputSize());
    long positions = (long) config.grid() * config.grid() + config.prefixTokens();
    String finalNorm = config.pooling() == ViTConfig.Pooling.AVG ? "fc_norm" : "norm";
    Described described = described(SidecarConfig.NONE, config, options, "initial");
    BackboneInfo info = new BackboneInfo(preset, "initial", fingerprint, described.source());
    Device device = options.device().resolved();
    Precision precision = options.precision().on(device);
    try (Scope scope = Scope.withoutGradients()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      ViTReader.shapes(config, positions, finalNorm)
          .forEach(
              (key, shape) -> {
                Tensor made =
                    Scope.within(
                        () -> {
                          Tensor value = values.apply(key, shape);
                          return device.place(keepsFp32(key) ? value : value.to(precision.type()));
                        });
                tensors.put(key, scope.keep(made));
              });
      return VisionTransformer.from(
          NamedTensors.of(tensors), config, info, described.preprocessing(), precision);
    }
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
