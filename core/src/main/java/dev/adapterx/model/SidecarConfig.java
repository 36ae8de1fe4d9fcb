package dev.adapterx.model;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import dev.adapterx.base.SmallFile;
import dev.adapterx.model.input.HuggingFaceProcessor;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.ImagePreprocessing.Crop;
import dev.adapterx.model.input.PointPreprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What {@code config.json} and {@code preprocessor_config.json} beside a weight file say, as timm
 * and transformers write them, or {@code open_clip_config.json}; without one, what the weight
 * file's metadata say. Empty where nothing says anything.
 */
public record SidecarConfig(JsonNode config, JsonNode preprocessor, String configPlace) {
  private static final String OPEN_CLIP = "open_clip_config.json";

  /** Nothing beside. */
  static final SidecarConfig NONE =
      new SidecarConfig(Settings.json().createObjectNode(), Settings.json().createObjectNode(), "");

  /** Reads the files in the weight file's folder, or in the folder itself. */
  static SidecarConfig beside(Path weights) {
    Path folder = Files.isDirectory(weights) ? weights : weights.toAbsolutePath().getParent();
    if (folder == null) {
      folder = Path.of("");
    }
    Path config = folder.resolve(isOpenClips(weights, folder) ? OPEN_CLIP : "config.json");
    return new SidecarConfig(
        read(config), read(folder.resolve("preprocessor_config.json")), config.toString());
  }

  private static boolean isOpenClips(Path weights, Path folder) {
    boolean own = String.valueOf(weights.getFileName()).startsWith("open_clip_");
    return Files.isRegularFile(folder.resolve(OPEN_CLIP))
        && (own || !Files.isRegularFile(folder.resolve("config.json")));
  }

  /**
   * This, or where no config.json lies beside, what a weight file says of itself in its metadata.
   */
  SidecarConfig orInside(Map<String, String> metadata, Path weights) {
    String inside = metadata.get(SidecarWriter.METADATA);
    if (!config.isEmpty() || inside == null) {
      return this;
    }
    try {
      return new SidecarConfig(
          Settings.json().readTree(inside), preprocessor, weights + ": " + SidecarWriter.METADATA);
    } catch (JacksonException e) {
      throw new CheckpointException(
          weights
              + ": the metadata "
              + SidecarWriter.METADATA
              + " is not readable JSON: "
              + e.getOriginalMessage(),
          e);
    }
  }

  private static JsonNode read(Path file) {
    if (!Files.isRegularFile(file)) {
      return Settings.json().createObjectNode();
    }
    try {
      return Settings.json().readTree(SmallFile.text(file));
    } catch (IOException | JacksonException e) {
      throw new CheckpointException(file + " is not readable JSON: " + e.getMessage(), e);
    }
  }

  OptionalInt heads() {
    return heads(config.path("num_attention_heads"));
  }

  /** A number of heads, if that is what stands there. */
  OptionalInt heads(JsonNode heads) {
    if (heads.isIntegralNumber() && !heads.canConvertToInt()) {
      throw wrong("num_attention_heads", "a number of heads", heads);
    }
    return heads.isIntegralNumber() ? OptionalInt.of(heads.asInt()) : OptionalInt.empty();
  }

  OptionalDouble eps() {
    JsonNode eps = config.path("layer_norm_eps");
    return eps.isNumber() ? OptionalDouble.of(eps.asDouble()) : OptionalDouble.empty();
  }

  /** The size of the square input that the weights are for, if the file says. */
  OptionalInt inputSize() {
    JsonNode timm = config.path("pretrained_cfg").path("input_size");
    int size = timm.isArray() ? timm.path(1).asInt(0) : config.path("image_size").asInt(0);
    return size > 0 ? OptionalInt.of(size) : OptionalInt.empty();
  }

  /** The name the model goes by, if the file says. */
  Optional<String> architecture() {
    JsonNode name = config.path("architecture");
    return name.isString() ? Optional.of(name.asString()) : Optional.empty();
  }

  /** The size transformers' processor prepares images at, if there is one and it is square. */
  OptionalInt preparedSize() {
    if (!processor().saysNormalisation() || config.path("pretrained_cfg").has("mean")) {
      return OptionalInt.empty();
    }
    boolean cropped = preprocessor.path("do_center_crop").asBoolean(false);
    JsonNode size = preprocessor.path(cropped ? "crop_size" : "size");
    boolean square = size.isIntegralNumber() || size.path("height").equals(size.path("width"));
    int side = (int) side(size);
    return square && side > 0 && !size.has("shortest_edge")
        ? OptionalInt.of(side)
        : OptionalInt.empty();
  }

  /** The preparation the files describe, if they do. */
  Optional<ImagePreprocessing> preprocessing(int inputSize) {
    JsonNode timm = config.path("pretrained_cfg");
    try {
      if (timm.has("mean")) {
        double crop = timm.path("crop_pct").asDouble(0.875);
        return Optional.of(
            new ImagePreprocessing(
                inputSize,
                crop,
                timm.path("interpolation").asString("bicubic"),
                numbers("pretrained_cfg.mean", timm.path("mean")),
                numbers("pretrained_cfg.std", timm.path("std")),
                crop("pretrained_cfg.crop_mode", timm.path("crop_mode"), "center")));
      }
      if (processor().saysNormalisation()) {
        processor().requireSupported();
        return Optional.of(
            new ImagePreprocessing(
                inputSize,
                huggingFaceCrop(),
                resampling(preprocessor.path("resample").asInt(3)),
                processor().mean(),
                processor().std(),
                huggingFaceWay()));
      }
      JsonNode openClip = config.path("preprocess_cfg");
      if (openClip.has("mean")) {
        return Optional.of(
            new ImagePreprocessing(
                inputSize,
                1,
                openClip.path("interpolation").asString("bicubic"),
                numbers("preprocess_cfg.mean", openClip.path("mean")),
                numbers("preprocess_cfg.std", openClip.path("std")),
                crop("preprocess_cfg.resize_mode", openClip.path("resize_mode"), "shortest")));
      }
      return Optional.empty();
    } catch (ConfigException e) {
      throw new CheckpointException(configPlace + ": " + e.getMessage(), e);
    }
  }

  /** Whether only pictures of the input's size are prepared as the files say. */
  boolean wantsPreparedPictures() {
    return !config.path("pretrained_cfg").has("mean")
        && processor().saysNormalisation()
        && !processor().resizes();
  }

  private HuggingFaceProcessor processor() {
    return new HuggingFaceProcessor(
        preprocessor, configPlace.replaceFirst("[^/\\\\]*$", "preprocessor_config.json"));
  }

  /**
   * Names of the classifier's classes, if the file has them: transformers' {@code id2label}, timm's
   * {@code label_names} with their {@code label_descriptions}.
   */
  List<String> labels() {
    JsonNode byIndex = config.path("id2label");
    JsonNode names = config.path("label_names");
    JsonNode descriptions = config.path("label_descriptions");
    List<String> labels = new ArrayList<>();
    if (byIndex.isObject()) {
      for (int i = 0; byIndex.path(Integer.toString(i)).isString(); i++) {
        labels.add(byIndex.path(Integer.toString(i)).asString());
      }
      return labels.size() == byIndex.size() ? labels : List.of();
    }
    for (JsonNode name : names) {
      String text = name.asString("");
      labels.add(descriptions.path(text).asString(text));
    }
    return labels;
  }

  /** How point clouds are prepared, if the file says. */
  Optional<PointPreprocessing> points() {
    JsonNode points = config.path(SidecarWriter.POINTS);
    return points.isMissingNode()
        ? Optional.empty()
        : Optional.of(read(points.path("input"), PointPreprocessing.class));
  }

  /** Whether there is a class token, if the file says. */
  Optional<Boolean> classToken() {
    JsonNode token = config.path(SidecarWriter.POINTS).path(SidecarWriter.CLASS_TOKEN);
    return token.isMissingNode() ? Optional.empty() : Optional.of(read(token, Boolean.class));
  }

  /** When positions are added, if the file says. */
  Optional<PointConfig.Positions> positions() {
    JsonNode positions = config.path(SidecarWriter.POINTS).path("positions");
    return positions.isMissingNode()
        ? Optional.empty()
        : Optional.of(read(positions, PointConfig.Positions.class));
  }

  private <T> T read(JsonNode node, Class<T> type) {
    try {
      return Settings.convert(node, type, SidecarWriter.POINTS);
    } catch (ConfigException e) {
      throw new CheckpointException(configPlace + ": " + e.getMessage(), e);
    }
  }

  /** The name of PIL's number. */
  private static String resampling(int number) {
    return switch (number) {
      case 1 -> "lanczos";
      case 2 -> "bilinear";
      case 3 -> "bicubic";
      case 4 -> "box";
      default -> "resample " + number;
    };
  }

  /** What timm or open_clip call a way to a square. */
  private Crop crop(String key, JsonNode mode, String center) {
    String name = mode.asString(center);
    if (!name.equals(center) && !name.equals("squash")) {
      throw wrong(key, center + " or squash", mode);
    }
    return name.equals("squash") ? Crop.SQUASH : Crop.CENTER;
  }

  /** transformers squash where they are given height and width, or one number and no crop. */
  private Crop huggingFaceWay() {
    JsonNode size = preprocessor.path("size");
    boolean cropped = preprocessor.path("do_center_crop").asBoolean(false);
    boolean shortest = size.has("shortest_edge") || (size.isNumber() && cropped);
    return shortest ? Crop.CENTER : Crop.SQUASH;
  }

  /**
   * transformers give the resized size and the crop; without a crop the image is resized straight
   * to the input.
   */
  private double huggingFaceCrop() {
    if (!preprocessor.path("do_center_crop").asBoolean(false)) {
      return 1;
    }
    double crop = side(preprocessor.path("crop_size"));
    double size = side(preprocessor.path("size"));
    return crop > 0 && size >= crop ? crop / size : 1;
  }

  private static double side(JsonNode size) {
    if (size.isNumber()) {
      return size.asDouble();
    }
    return size.path(size.has("shortest_edge") ? "shortest_edge" : "height").asDouble(0);
  }

  private List<Double> numbers(String key, JsonNode array) {
    List<Double> numbers = new ArrayList<>();
    for (JsonNode number : array) {
      if (!number.isNumber()) {
        throw wrong(key, "numbers", array);
      }
      numbers.add(number.asDouble());
    }
    return numbers;
  }

  private CheckpointException wrong(String key, String expected, JsonNode found) {
    String text = found.toString();
    return new CheckpointException(
        "%s: %s: expected %s, found %s"
            .formatted(
                configPlace,
                key,
                expected,
                text.length() > 80 ? text.substring(0, 80) + "…" : text));
  }
}
