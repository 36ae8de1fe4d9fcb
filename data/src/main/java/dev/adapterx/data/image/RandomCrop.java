package dev.adapterx.data.image;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;

/**
 * A square at a uniformly drawn position, after padding all four sides with black.
 *
 * <p>Throws {@link DataException} for images that are smaller than the square even when padded.
 */
public record RandomCrop(int size, int padding) implements Geometry {
  public RandomCrop {
    TransformChecks.positive("random crop: size", size);
    if (padding < 0) {
      throw new ConfigException("random crop: padding must not be negative, found " + padding);
    }
  }

  @Override
  public Warp draw(int width, int height, Rng rng) {
    int spareX = width + 2 * padding - size;
    int spareY = height + 2 * padding - size;
    if (spareX < 0 || spareY < 0) {
      throw new DataException(
          "Random crop of "
              + size
              + " with padding "
              + padding
              + ": found an image of "
              + width
              + " x "
              + height
              + " pixels; resize it first");
    }
    int top = rng.nextInt(spareY + 1) - padding;
    int left = rng.nextInt(spareX + 1) - padding;
    return Warp.Window.cut(left, top, size, size);
  }
}
