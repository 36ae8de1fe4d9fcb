package dev.adapterx.model.input;

import dev.adapterx.base.CheckpointException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What transformers' {@code preprocessor_config.json} says about values and steps:
 *
 * <pre>
 *   v = (p · f − mean) / std,   p in 0 … 255
 * </pre>
 *
 * <p>with f = {@code rescale_factor}, or 1 where {@code do_rescale} is off, and mean 0, std 1 where
 * {@code do_normalize} is off. A step that is switched on and not known here is refused by name.
 *
 * <p>Source: <a href="https://github.com/huggingface/transformers">transformers</a>, {@code
 * image_processing_utils_fast.py}.
 */
public record HuggingFaceProcessor(JsonNode tree, String place) {
  private static final Set<String> KNOWN =
      Set.of(
          "do_resize",
          "do_rescale",
          "do_normalize",
          "do_center_crop",
          "do_convert_rgb", // pictures are always RGB here
          "do_reduce_labels"); // of segmentation maps

  /** Steps that do not begin with {@code do_}. */
  private static final Map<String, String> OTHERS =
      Map.of("offset", "subtracts 1", "rescale_offset", "subtracts 1");

  private static final double PIXEL = 255;

  /** Whether it says how values are normalised. */
  public boolean saysNormalisation() {
    return tree.has("image_mean") || isOff("do_normalize");
  }

  /** Whether pictures of another size than the input's are resized; transformers refuse them. */
  public boolean resizes() {
    return !isOff("do_resize");
  }

  /**
   * Refuses what would prepare pictures otherwise than here.
   *
   * @throws CheckpointException naming the key and the way out
   */
  public void requireSupported() {
    for (String key : tree.propertyNames()) {
      boolean step = (key.startsWith("do_") && !KNOWN.contains(key)) || OTHERS.containsKey(key);
      if (step && tree.path(key).asBoolean(false)) {
        throw new CheckpointException(
            "%s: %s is true, a step that is not supported%s; set it to false in that file to prepare pictures without it"
                .formatted(
                    place, key, OTHERS.containsKey(key) ? " (" + OTHERS.get(key) + ")" : ""));
      }
    }
    if (!resizes() && tree.path("do_center_crop").asBoolean(false)) {
      throw new CheckpointException(
          place
              + ": do_center_crop without do_resize crops pictures of any size, which is not"
              + " supported; set do_resize to true in that file, with the size to resize to");
    }
  }

  /** Means of values in 0 … 1. */
  public List<Double> mean() {
    return isOff("do_normalize") ? List.of(0.0, 0.0, 0.0) : scaled("image_mean");
  }

  /** Deviations of values in 0 … 1. */
  public List<Double> std() {
    double full = fullScale();
    return isOff("do_normalize") ? List.of(1 / full, 1 / full, 1 / full) : scaled("image_std");
  }

  private List<Double> scaled(String key) {
    JsonNode given = tree.path(key);
    double full = fullScale();
    List<Double> numbers = new ArrayList<>();
    for (JsonNode number : given.isNumber() ? List.of(given, given, given) : given) {
      if (!number.isNumber()) {
        throw wrong(key, "numbers", given);
      }
      numbers.add(number.asDouble() / full);
    }
    return numbers;
  }

  /** What the largest pixel value becomes before normalisation; usually 1. */
  private double fullScale() {
    JsonNode factor = tree.path("rescale_factor");
    if (isOff("do_rescale")) {
      return PIXEL;
    }
    if (factor.isMissingNode() || factor.isNull()) {
      return 1;
    }
    if (!(factor.asDouble(0) > 0)) {
      throw wrong("rescale_factor", "a positive number", factor);
    }
    double full = factor.asDouble() * PIXEL;
    return Math.abs(full - 1) < 1e-12 ? 1 : full;
  }

  /** Whether a step is switched off; absent, it is on. */
  private boolean isOff(String key) {
    JsonNode value = tree.path(key);
    if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
      throw wrong(key, "true or false", value);
    }
    return value.isBoolean() && !value.asBoolean();
  }

  private CheckpointException wrong(String key, String expected, JsonNode found) {
    String text = found.toString();
    return new CheckpointException(
        "%s: %s: expected %s, found %s"
            .formatted(
                place, key, expected, text.length() > 80 ? text.substring(0, 80) + "…" : text));
  }
}
