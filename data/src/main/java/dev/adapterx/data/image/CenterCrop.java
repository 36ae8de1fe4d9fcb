package dev.adapterx.data.image;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;

/**
 * The middle square, as torchvision's {@code CenterCrop(size)} cuts it: offsets are rounded half to
 * even, and a smaller image is first padded with black, the odd pixel going right and below.
 */
public record CenterCrop(int size) implements Geometry {
  public CenterCrop {
    if (size < 1) {
      throw new ConfigException("center crop: size must be at least 1, found " + size);
    }
  }

  @Override
  public Warp draw(int width, int height, Rng rng) {
    int left = offset(width);
    int top = offset(height);
    return Warp.Window.cut(left, top, size, size);
  }

  private int offset(int length) {
    return length < size ? -((size - length) / 2) : (int) Math.rint((length - size) / 2.0);
  }
}
