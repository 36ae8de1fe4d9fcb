package dev.adapterx.tasks.detect;

import dev.adapterx.base.ConfigException;
import dev.adapterx.dense.boxes.BoxLayout;
import dev.adapterx.dense.picture.BoxAugment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said of pictures with boxes: {@code data.boxes}.
 *
 * @param classes names of the classes that are wanted, in the order of their labels; boxes of
 *     others are left out; absent: all
 * @param tile pixels of a picture along a tile, for small objects in large pictures; 0: pictures
 *     are seen whole
 * @param scale of the augmentation {@code dense}: least and largest ratio to the size that pictures
 *     are evaluated in
 * @param photometric of {@code dense}: whether colours change
 */
public record BoxKeys(
    @Nullable List<String> classes, int tile, List<Double> scale, boolean photometric) {
  public BoxKeys {
    classes = classes == null ? null : List.copyOf(classes);
    scale = List.copyOf(scale);
    new BoxAugment("none", scale, photometric); // says what is wrong
    if (tile < 0) {
      throw new ConfigException(
          "tile: expected the side of a tile in pixels of the picture, or 0 to see it whole, found "
              + tile);
    }
  }

  /** All classes, pictures whole, half to one and a half times their size. */
  public static BoxKeys defaults() {
    return new BoxKeys(null, 0, List.of(0.5, 1.5), false);
  }

  /** How a folder is read. */
  public BoxLayout.Options options() {
    return new BoxLayout.Options(classes);
  }

  /** The augmentation of a name. */
  public BoxAugment augment(String preset) {
    return new BoxAugment(preset, scale, photometric);
  }
}
