package dev.adapterx.model;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.base.Registry;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.model.input.Preprocessing;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Precision;
import dev.adapterx.weights.FoundModel;
import dev.adapterx.weights.WeightFile;
import dev.adapterx.weights.naming.CheckpointNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes backbones: vision transformers from weight files in the naming of timm, Hugging Face or
 * Google, point transformers in that of Point-MAE, Point-BERT, ACT or ReCon, those of every further
 * {@link BackboneFamily}, or any of them with initial values.
 */
public final class Backbones {
  /**
   * Options of a backbone; null means as in the file. Use {@link #builder()} to set only some.
   *
   * @param inputSize in pixels; another one than the weights' resizes the position embedding
   * @param cropPct without {@code crop}, 1 squashes to a square and less crops
   * @param crop how a picture becomes a square
   * @param points options of point transformers
   * @param device to compute on
   * @param prefix prefix of the tensors to load; null: detected, see {@link CheckpointNames}
   * @param preprocessing the exact preprocessing; overrides the file and all other options
   */
  public record Options(
      @Nullable Integer inputSize,
      @Nullable Normalisation normalisation,
      @Nullable Double cropPct,
      ImagePreprocessing.@Nullable Crop crop,
      @Nullable Integer heads,
      ViTConfig.@Nullable Pooling pooling,
      Precision precision,
      PointOptions points,
      Device device,
      @Nullable String prefix,
      @Nullable Preprocessing preprocessing) {
    /** Of image backbones. */
    public Options(
        @Nullable Integer inputSize,
        @Nullable Normalisation normalisation,
        @Nullable Double cropPct,
        @Nullable Integer heads,
        ViTConfig.@Nullable Pooling pooling,
        Precision precision) {
      this(
          inputSize,
          normalisation,
          cropPct,
          null,
          heads,
          pooling,
          precision,
          PointOptions.NONE,
          Device.AUTO,
          null,
          null);
    }

    /** As in the file, in the precision that is fastest on the device. */
    public static Options defaults() {
      return builder().build();
    }

    /** Starts from {@link #defaults()}. */
    public static OptionsBuilder builder() {
      return new OptionsBuilder();
    }

    /** A builder with these options. */
    public OptionsBuilder toBuilder() {
      return new OptionsBuilder(this);
    }

    /** The precision on the resolved device. */
    public Precision resolvedPrecision() {
      return precision.on(device.resolved());
    }

    /** The options that are set. */
    @Override
    public String toString() {
      StringJoiner said = new StringJoiner(", ", "Options[", "]");
      add(said, "inputSize", inputSize);
      add(said, "normalisation", normalisation);
      add(said, "cropPct", cropPct);
      add(said, "heads", heads);
      add(said, "pooling", pooling);
      said.add("precision=" + precision);
      add(said, "points", points.equals(PointOptions.NONE) ? null : points);
      said.add("device=" + device);
      add(said, "prefix", prefix);
      add(said, "preprocessing", preprocessing);
      return said.toString();
    }

    private static void add(StringJoiner said, String name, @Nullable Object value) {
      if (value != null) {
        said.add(name + "=" + value);
      }
    }

    /** This with another precision. */
    public Options with(Precision other) {
      return toBuilder().precision(other).build();
    }

    /** This on another device. */
    public Options with(Device other) {
      return toBuilder().device(other).build();
    }
  }

  /**
   * Options of a point transformer; null means as in the file, or Point-MAE's 1024 points in 64
   * groups of 32 if the file does not state it.
   *
   * @param points N
   * @param groups G
   * @param neighbours K
   * @param positions when positions are added
   * @param batchNorm whether the running statistics of a frozen encoder are kept
   * @param classToken whether a class token goes with the groups
   */
  public record PointOptions(
      @Nullable Integer points,
      @Nullable Integer groups,
      @Nullable Integer neighbours,
      PointConfig.@Nullable Positions positions,
      @Nullable BatchStatistics batchNorm,
      @Nullable Boolean classToken) {
    /** Nothing said. */
    public static final PointOptions NONE = new PointOptions(null, null, null, null, null, null);
  }

  /** How batch norms of a frozen encoder act in training. */
  public enum BatchStatistics {
    /** They use their running statistics. */
    FROZEN,
    /** They use the batch's statistics and update the running ones, as the authors' code does. */
    UPDATE
  }

  /** Names of the backbones that ship with the library. */
  public static final List<String> EMBEDDED = List.of("embedded", "embedded-points");

  private static final Map<String, String> RESOURCES =
      Map.of(
          "embedded", "vit_formula_patch8_64.safetensors",
          "embedded-points", "point_formula_192x6x6.safetensors");

  /**
   * Further families; all other files are read as plain vision transformers or point transformers.
   */
  private static final Registry<BackboneFamily> FAMILIES =
      Registry.of(BackboneFamily.class, "backbone family", BackboneFamily::name);

  private static final Logger LOG = LoggerFactory.getLogger(Backbones.class);

  /** Above this number of elements a garbage collection unmaps the file after loading. */
  private static final long MANY = 16L << 20;

  private Backbones() {}

  /**
   * Loads a weight file, or a folder with a weight file and optionally a {@code config.json}.
   *
   * @throws CheckpointException when anything is missing, unexpected or of the wrong shape; nothing
   *     is loaded partially
   */
  public static Backbone load(Path path, Options options) {
    return load(FoundModel.local(path), options);
  }

  /**
   * Loads a model that was found by name: {@code load(new
   * Models(hub).find("facebook/dinov2-small"), options)}.
   *
   * @throws CheckpointException as {@link #load(Path, Options)}
   */
  public static Backbone load(FoundModel model, Options options) {
    Backbone loaded = read(model, options);
    report(loaded);
    if (loaded.tensors().elements() > MANY) {
      // The mapping is freed by the garbage collector only, which an idle heap never triggers.
      System.gc();
    }
    return loaded;
  }

  private static void report(Backbone loaded) {
    BackboneInfo info = loaded.info();
    LOG.info("{}: {} names, {}", info.name(), info.source(), loaded.preprocessing());
    if (!info.within().isEmpty()) {
      LOG.info("{}: weights within {}", info.name(), info.within());
    }
    int classes = loaded.classifier().classes().orElse(info.labels().size());
    if (!info.labels().isEmpty() && classes != info.labels().size()) {
      LOG.warn(
          "{}: {} names of classes, but a classifier of {}; the names are not used",
          info.name(),
          info.labels().size(),
          classes);
    }
  }

  private static Backbone read(FoundModel model, Options options) {
    WeightFile whole = WeightFile.read(model.weights());
    WeightFile file = options.prefix() == null ? whole : whole.within(options.prefix());
    for (BackboneFamily family : FAMILIES.all()) {
      if (family.recognises(file)) {
        return family.load(file, model, options);
      }
    }
    return CheckpointNames.isPointTransformer(file)
        ? PointTransformers.load(file, model, options)
        : VisionTransformers.load(file, model, options);
  }

  /**
   * A small backbone that ships with the library, pre-trained on data computed from formulas (see
   * the model cards in docs/): {@code embedded} for images, {@code embedded-points} for clouds.
   *
   * @throws CheckpointException when it cannot be unpacked
   */
  public static Backbone embedded(String name, Options options) {
    String resource = RESOURCES.get(name);
    if (resource == null) {
      throw new ConfigException(
          "There is no embedded backbone '"
              + name
              + "'"
              + Names.hintSentence(name, EMBEDDED)
              + " Known: "
              + String.join(", ", EMBEDDED)
              + ".");
    }
    Path file = null;
    try (InputStream packed = Backbones.class.getResourceAsStream(resource)) {
      if (packed == null) {
        throw new CheckpointException(
            "This build has no embedded backbone: " + resource + " is not on the class path");
      }
      Path folder = Files.createTempDirectory("adapterx");
      file = folder.resolve(resource);
      Files.copy(packed, file);
      return load(FoundModel.shipped(name, file), options);
    } catch (IOException e) {
      throw new CheckpointException(
          "Could not unpack the embedded backbone: "
              + e.getMessage()
              + "; free some space in java.io.tmpdir",
          e);
    } finally {
      delete(file);
    }
  }

  private static void delete(@Nullable Path file) {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
        Path folder = file.getParent();
        if (folder != null) {
          Files.deleteIfExists(folder);
        }
      } catch (IOException e) {
        // The system cleans up left-over temporary files.
      }
    }
  }

  /**
   * A backbone with initial values, as timm and Point-MAE draw them.
   *
   * @param preset its shape, see {@link Presets}
   * @param seed seed of all values
   */
  public static Backbone initial(String preset, Options options, long seed) {
    Optional<BackboneFamily> family = family(preset);
    if (family.isPresent()) {
      return family.get().initial(preset, options, seed);
    }
    return Presets.isPoints(preset)
        ? PointTransformers.initial(preset, options, seed)
        : VisionTransformers.initial(preset, options, seed);
  }

  /** A backbone with uninitialised values, for counting. */
  public static Backbone blank(String preset, Options options) {
    Optional<BackboneFamily> family = family(preset);
    if (family.isPresent()) {
      return family.get().blank(preset, options);
    }
    return Presets.isPoints(preset)
        ? PointTransformers.blank(preset, options)
        : VisionTransformers.blank(preset, options);
  }

  /** Usual presets of the further families, for messages. */
  static List<String> presetsOfFamilies() {
    return FAMILIES.all().stream().flatMap(family -> family.presets().stream()).toList();
  }

  private static Optional<BackboneFamily> family(String preset) {
    return FAMILIES.all().stream().filter(family -> family.hasPreset(preset)).findFirst();
  }
}
