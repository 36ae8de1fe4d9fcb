package dev.adapterx.dense.picture;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import java.util.List;

/**
 * What is changed of pictures and their masks while training.
 *
 * @param preset {@code none}: the shorter side to S, the middle S × S; {@code flip}: mirrored half
 *     of the time too; {@code crop-flip}: a random place instead of the middle; {@code dense}:
 *     random scale, place, mirroring and colours
 * @param scale of {@code dense}: least and largest ratio of the shorter side to S, drawn uniformly
 * @param catMaxRatio of {@code dense}: a place is drawn again, up to ten times, while one class has
 *     this share of the labelled pixels or more; 1: never
 * @param photometric of {@code dense}: whether brightness, contrast, saturation and hue change
 */
public record MaskAugment(
    String preset, List<Double> scale, double catMaxRatio, boolean photometric) {
  /** Names of the presets. */
  public static final List<String> PRESETS = List.of("none", "flip", "crop-flip", "dense");

  private static final double LARGEST = 16;

  public MaskAugment {
    scale = List.copyOf(scale);
    if (!PRESETS.contains(preset)) {
      throw new ConfigException(
          "data.augment: "
              + preset
              + " is none of the augmentations of pictures with masks"
              + Names.hint(preset, PRESETS)
              + " Known: "
              + String.join(", ", PRESETS));
    }
    if (scale.size() != 2
        || !(scale.get(0) > 0 && scale.get(0) <= scale.get(1) && scale.get(1) <= LARGEST)) {
      throw new ConfigException(
          "data.masks.scale: expected a least and a largest ratio such as [0.5, 2], found "
              + scale);
    }
    if (!(catMaxRatio > 0 && catMaxRatio <= 1)) {
      throw new ConfigException(
          "data.masks.cat-max-ratio: expected a share in (0, 1], found " + catMaxRatio);
    }
  }

  /** In words, for result lines. */
  public String text() {
    return preset.equals("dense")
        ? "dense (scale %s to %s, crop%s, flip%s)"
            .formatted(
                scale.get(0),
                scale.get(1),
                catMaxRatio < 1 ? " of at most " + catMaxRatio + " one class" : "",
                photometric ? ", photometric" : "")
        : preset;
  }
}
