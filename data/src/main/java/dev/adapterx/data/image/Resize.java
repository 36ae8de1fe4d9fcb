package dev.adapterx.data.image;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Resizes bit for bit as PIL's {@code Image.resize} does for 8-bit RGB, unlike AWT's scalers: with
 * antialiasing, in fixed point, first horizontally, then vertically, rounded to 8 bits after each
 * pass; a pass is skipped where the size is unchanged.
 *
 * <p>Weights are cached per pair of lengths. Thread-safe; draws nothing from the stream.
 */
public final class Resize implements Geometry {
  private static final int MOST_AXES = 64;

  /**
   * Limit of the intermediate and the final image: 768 MiB, which only images of extreme aspect
   * ratio reach.
   */
  public static final long MOST_PIXELS = 1 << 26;

  private record Axis(int in, int out) {}

  private record Size(int width, int height) {}

  @FunctionalInterface
  private interface Target {
    Size of(int width, int height);
  }

  private final Target target;
  private final Filter filter;
  private final Map<Axis, Resample> weights = new ConcurrentHashMap<>();

  private Resize(Target target, Filter filter) {
    this.target = target;
    this.filter = filter;
  }

  /** To exactly this size; changes the aspect ratio. */
  public static Resize to(int width, int height, Filter filter) {
    Size size = new Size(positive("width", width), positive("height", height));
    return new Resize((w, h) -> size, filter);
  }

  /**
   * The shorter side to {@code size} and the longer one to {@code ⌊size · long / short⌋}, as
   * torchvision's {@code Resize(size)} does.
   */
  public static Resize shorterSide(int size, Filter filter) {
    positive("size", size);
    return new Resize(
        (w, h) -> w <= h ? new Size(size, longer(size, h, w)) : new Size(longer(size, w, h), size),
        filter);
  }

  @Override
  public Warp draw(int width, int height, Rng rng) {
    Size size = target.of(width, height);
    return new Warp.Window(0, 0, width, height, size.width, size.height, false, this);
  }

  /** The resized image, or the image itself if it already has the size. */
  public RgbImage apply(RgbImage image) {
    Size size = target.of(image.width(), image.height());
    boolean horizontal = size.width != image.width();
    boolean vertical = size.height != image.height();
    if (!horizontal && !vertical) {
      return image;
    }
    if ((long) size.width * size.height > MOST_PIXELS
        || (long) size.width * image.height() > MOST_PIXELS) {
      throw new DataException(
          "an image of %d x %d pixels is too long and narrow to be resized to %d x %d"
              .formatted(image.width(), image.height(), size.width, size.height));
    }
    int[] values =
        horizontal
            ? axis(image.width(), size.width)
                .horizontally(image.pixels(), image.width(), image.height())
            : unsigned(image.pixels());
    if (vertical) {
      values = axis(image.height(), size.height).vertically(values, size.width);
    }
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) values[i];
    }
    return new RgbImage(size.width, size.height, pixels);
  }

  private static int[] unsigned(byte[] pixels) {
    int[] values = new int[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = pixels[i] & 0xFF;
    }
    return values;
  }

  private Resample axis(int in, int out) {
    if (weights.size() > MOST_AXES) {
      weights.clear(); // photos of all sizes would otherwise fill the memory
    }
    return weights.computeIfAbsent(new Axis(in, out), a -> new Resample(a.in, a.out, filter));
  }

  private static int longer(int size, int longSide, int shortSide) {
    return Math.toIntExact((long) size * longSide / shortSide);
  }

  private static int positive(String what, int value) {
    if (value < 1) {
      throw new ConfigException("resize: " + what + " must be at least 1, found " + value);
    }
    return value;
  }
}
