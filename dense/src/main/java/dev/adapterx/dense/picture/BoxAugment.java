package dev.adapterx.dense.picture;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import java.util.List;

/**
 * What is changed of pictures and their boxes while training.
 *
 * @param preset {@code none}: the picture whole, or of tiles one in its middle; {@code flip}:
 *     mirrored half of the time too; {@code dense}: random scale, place and mirroring
 * @param scale of {@code dense}: least and largest ratio to the size that pictures are evaluated
 *     in, drawn uniformly
 * @param photometric of {@code dense}: whether brightness, contrast, saturation and hue change
 */
public record BoxAugment(String preset, List<Double> scale, boolean photometric) {
  /** Names of the presets. */
  public static final List<String> PRESETS = List.of("none", "flip", "dense");

  private static final double LARGEST = 16;

  public BoxAugment {
    scale = List.copyOf(scale);
    if (!PRESETS.contains(preset)) {
      throw new ConfigException(
          "data.augment: "
              + preset
              + " is none of the augmentations of pictures with boxes"
              + Names.hintSentence(preset, PRESETS)
              + " Known: "
              + String.join(", ", PRESETS));
    }
    if (scale.size() != 2
        || !(scale.get(0) > 0 && scale.get(0) <= scale.get(1) && scale.get(1) <= LARGEST)) {
      throw new ConfigException(
          "data.boxes.scale: expected a least and a largest ratio such as [0.5, 1.5], found "
              + scale);
    }
  }

  /** In words, for result lines. */
  public String text() {
    return preset.equals("dense")
        ? "dense (scale %s to %s, crop, flip%s)"
            .formatted(scale.get(0), scale.get(1), photometric ? ", photometric" : "")
        : preset;
  }
}
