package dev.adapterx.data.image;

import dev.adapterx.base.Rng;

/**
 * A rectangle of random area and aspect ratio, resized to a square.
 *
 * <p>As torchvision does: area {@code U(minScale, maxScale)} of the image, log of width / height
 * uniform; the first of ten tries that fits is taken, else the largest middle rectangle whose ratio
 * is in range.
 *
 * <p>Szegedy et al., Going Deeper with Convolutions, CVPR 2015, <a
 * href="https://arxiv.org/abs/1409.4842">paper</a>.
 */
public final class RandomResizedCrop implements Geometry {
  private static final int TRIES = 10;

  private final int size;
  private final double minScale;
  private final double maxScale;
  private final double minRatio;
  private final double maxRatio;
  private final Resize resize;

  /** A rectangle in source pixels. */
  record Box(int left, int top, int width, int height) {}

  public RandomResizedCrop(
      int size, double minScale, double maxScale, double minRatio, double maxRatio, Filter filter) {
    TransformChecks.range("random resized crop: scale", minScale, maxScale);
    TransformChecks.within("random resized crop: largest scale", maxScale, 0, 1);
    TransformChecks.range("random resized crop: ratio", minRatio, maxRatio);
    this.size = size;
    this.minScale = minScale;
    this.maxScale = maxScale;
    this.minRatio = minRatio;
    this.maxRatio = maxRatio;
    this.resize = Resize.to(size, size, filter);
  }

  /** With the usual ranges: 8 % to all of the area, ratios 3:4 to 4:3. */
  public static RandomResizedCrop of(int size, Filter filter) {
    return new RandomResizedCrop(size, 0.08, 1, 3 / 4.0, 4 / 3.0, filter);
  }

  @Override
  public Warp draw(int width, int height, Rng rng) {
    Box box = box(width, height, rng);
    return new Warp.Window(box.left, box.top, box.width, box.height, size, size, false, resize);
  }

  Box box(int width, int height, Rng rng) {
    double logMin = StrictMath.log(minRatio);
    double logMax = StrictMath.log(maxRatio);
    for (int i = 0; i < TRIES; i++) {
      double area = (double) width * height * between(minScale, maxScale, rng);
      double ratio = StrictMath.exp(between(logMin, logMax, rng));
      int w = (int) Math.rint(Math.sqrt(area * ratio));
      int h = (int) Math.rint(Math.sqrt(area / ratio));
      if (w > 0 && w <= width && h > 0 && h <= height) {
        int top = rng.nextInt(height - h + 1);
        return new Box(rng.nextInt(width - w + 1), top, w, h);
      }
    }
    return middle(width, height);
  }

  private Box middle(int width, int height) {
    double ratio = (double) width / height;
    int w = width;
    int h = height;
    if (ratio < minRatio) {
      h = Math.max(1, (int) Math.rint(w / minRatio));
    } else if (ratio > maxRatio) {
      w = Math.max(1, (int) Math.rint(h * maxRatio));
    }
    return new Box((width - w) / 2, (height - h) / 2, w, h);
  }

  private static double between(double from, double to, Rng rng) {
    return from + (to - from) * rng.nextDouble();
  }
}
