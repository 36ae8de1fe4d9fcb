package dev.adapterx.model;

import dev.adapterx.base.Rng;
import dev.adapterx.hub.HubName;
import dev.adapterx.model.Backbones.Options;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.nn.Gelu;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.FoundModel;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import dev.adapterx.weights.naming.CheckpointNames;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Code shared by families of backbones, also by those that are {@linkplain BackboneFamily added}:
 * reading the config beside the weights, preprocessing, and placing tensors on a device.
 *
 * @param named the weights under the family's names
 * @param sidecar the config of the weights
 */
public record BackboneKit(
    CheckpointNames.Named named, SidecarConfig sidecar, FoundModel model, Options options) {
  /**
   * The values of a backbone made from a preset.
   *
   * @param fingerprint identifies the values in place of a hash of weights
   * @param of makes a tensor in fp32 from its name and shape
   */
  public record Values(String fingerprint, BiFunction<String, long[], Tensor> of) {
    /** Makes one initial tensor. */
    public interface Initial {
      /** From the tensor's own random stream, its name and its shape. */
      Tensor value(Rng rng, String name, long[] shape);
    }

    /** Uninitialised memory, for counting and for values that follow. */
    public static final Values BLANK =
        new Values("none", (name, shape) -> Tensors.empty(ScalarType.Float, shape));

    /** Random values from a seed, a stream per tensor. */
    public static Values initial(String preset, long seed, Initial initial) {
      Rng rng = Rng.of(seed, "backbone");
      return new Values(
          "initial-" + seed + "-" + preset,
          (name, shape) -> initial.value(rng.at(name), name, shape));
    }
  }

  /** How images are prepared, and the source of this information. */
  public record Described(ImagePreprocessing preprocessing, String source) {}

  /**
   * For renamed weights.
   *
   * @param file that they come from
   */
  public static BackboneKit of(
      CheckpointNames.Named named, WeightFile file, FoundModel model, Options options) {
    Path path = model.weights();
    SidecarConfig sidecar = SidecarConfig.beside(path).orInside(file.metadata(), path);
    return new BackboneKit(named, sidecar, model, options);
  }

  /** The shapes of the tensors. */
  public StoredShapes shapes() {
    return new StoredShapes(named.tensors(), model.weights().toString());
  }

  /** The eps of all norms, if the config says ({@code layer_norm_eps}). */
  public OptionalDouble eps() {
    return sidecar.eps();
  }

  /**
   * The GELU of the MLPs; exact unless the config names another.
   *
   * @throws dev.adapterx.base.CheckpointException when the config names an unknown one
   */
  public Gelu gelu() {
    return SidecarTower.of(sidecar, named.source(), false).gelu();
  }

  /** How the weights' own classifier pools tokens, if the config says ({@code global_pool}). */
  public Optional<String> pooling() {
    String pooling = sidecar.config().path("global_pool").asString("");
    return pooling.isEmpty() ? Optional.empty() : Optional.of(pooling);
  }

  /**
   * Input size in pixels: that of the options, otherwise that of the config ({@code
   * pretrained_cfg.input_size}, {@code image_size}).
   */
  public OptionalInt inputSize() {
    OptionalInt asked = askedSize(options);
    return asked.isPresent() ? asked : sidecar.inputSize();
  }

  /** Input size in pixels according to the options. */
  public static OptionalInt askedSize(Options options) {
    if (options.preprocessing() instanceof ImagePreprocessing exactly) {
      return OptionalInt.of(exactly.inputSize());
    }
    return options.inputSize() == null ? OptionalInt.empty() : OptionalInt.of(options.inputSize());
  }

  /**
   * How images are prepared: according to the options, otherwise to the config.
   *
   * @param inputSize in pixels
   * @param usual used if neither states it
   */
  public Described described(int inputSize, ImagePreprocessing usual) {
    return described(sidecar, inputSize, usual, options, named.source());
  }

  /** As {@link #described(int, ImagePreprocessing)}, for a backbone without a file. */
  public static Described described(ImagePreprocessing usual, Options options) {
    return described(SidecarConfig.NONE, usual.inputSize(), usual, options, "initial");
  }

  private static Described described(
      SidecarConfig sidecar,
      int inputSize,
      ImagePreprocessing usual,
      Options options,
      String source) {
    if (options.preprocessing() instanceof ImagePreprocessing exactly) {
      return new Described(exactly, "as it is asked for");
    }
    Optional<ImagePreprocessing> told = sidecar.preprocessing(inputSize);
    ImagePreprocessing p = told.orElse(usual);
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
   * The provenance of the backbone.
   *
   * @param isHead names of the classifier's tensors, which are not part of the hash
   * @param preprocessingSource of {@link Described}
   */
  public BackboneInfo info(Predicate<String> isHead, String preprocessingSource) {
    return new BackboneInfo(
        name(model, sidecar),
        named.source(),
        Fingerprint.of(named.tensors(), isHead, model.weights()),
        preprocessingSource,
        model.origin(),
        named.leftOut(),
        named.place(),
        sidecar.labels());
  }

  /** The name in the config, otherwise on the hub, otherwise of the file. */
  static String name(FoundModel model, SidecarConfig sidecar) {
    return sidecar
        .architecture()
        .or(() -> model.name().map(HubName::repo))
        .orElseGet(() -> String.valueOf(model.weights().getFileName()));
  }

  /**
   * The tensors on the device and in the precision of the options. The caller owns them.
   *
   * @param inFull names of tensors that stay in fp32: norms, tokens, positions, classifiers
   */
  public NamedTensors placed(Predicate<String> inFull) {
    return made(named.tensors(), (name, stored) -> fp32(stored), inFull, options);
  }

  /**
   * Creates tensors one by one on the device and in the precision of the options. The caller owns
   * them.
   *
   * @param from what each is created from: stored values, a shape
   * @param values makes a tensor in fp32
   * @param inFull names of tensors that stay in fp32
   */
  public static <T> NamedTensors made(
      Map<String, T> from,
      BiFunction<String, T, Tensor> values,
      Predicate<String> inFull,
      Options options) {
    Device device = options.device().resolved();
    Precision precision = options.resolvedPrecision();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (Scope scope = Scope.withoutGradients()) {
      from.forEach(
          (name, given) -> {
            Tensor made =
                Scope.within(
                    () -> {
                      Tensor value = values.apply(name, given);
                      return device.place(inFull.test(name) ? value : value.to(precision.type()));
                    });
            tensors.put(name, scope.keep(made));
          });
    }
    return NamedTensors.of(tensors);
  }

  /** Stored values in fp32. */
  static Tensor fp32(StoredTensor stored) {
    return stored.dtype() == DType.F32
        ? Tensors.of(stored.data(), ScalarType.Float, stored.shape())
        : Tensors.of(stored.floats(), stored.shape());
  }
}
