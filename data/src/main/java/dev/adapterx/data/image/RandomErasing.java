package dev.adapterx.data.image;

import dev.adapterx.base.Rng;

/**
 * Erases a rectangle of a normalised image with a probability.
 *
 * <p>As timm does: area {@code U(minArea, maxArea)} of the image, log of height / width uniform
 * between {@code log 0.3} and {@code -log 0.3}, the first of ten tries that fits.
 *
 * <p>Zhong et al., Random Erasing Data Augmentation, AAAI 2020, <a
 * href="https://arxiv.org/abs/1708.04896">paper</a>.
 */
public record RandomErasing(double probability, Mode mode, double minArea, double maxArea) {
  private static final int TRIES = 10;
  private static final double LOG_RATIO = -StrictMath.log(0.3);

  /** The content of the erased rectangle. */
  public enum Mode {
    /** 0, the mean. */
    CONST,
    /** One standard normal colour. */
    RAND,
    /** Standard normal noise. */
    PIXEL
  }

  public RandomErasing {
    TransformChecks.probability("random erasing: probability", probability);
    TransformChecks.range("random erasing: area", minArea, maxArea);
    TransformChecks.within("random erasing: largest area", maxArea, 0, 1);
  }

  /** With the usual areas, 2 % to a third. */
  public static RandomErasing of(double probability, Mode mode) {
    return new RandomErasing(probability, mode, 0.02, 1 / 3.0);
  }

  /** Erases in place in the image (3, height, width) that starts at {@code offset}. */
  public void apply(float[] values, int offset, int width, int height, Rng rng) {
    if (rng.nextDouble() >= probability) {
      return;
    }
    for (int i = 0; i < TRIES; i++) {
      double area = (double) width * height * (minArea + (maxArea - minArea) * rng.nextDouble());
      double ratio = StrictMath.exp(LOG_RATIO * (2 * rng.nextDouble() - 1));
      int h = (int) Math.rint(Math.sqrt(area * ratio));
      int w = (int) Math.rint(Math.sqrt(area / ratio));
      if (w < width && h < height) {
        int top = rng.nextInt(height - h + 1);
        int left = rng.nextInt(width - w + 1);
        for (int c = 0; c < 3; c++) {
          int corner = offset + (c * height + top) * width + left;
          erase(values, corner, width, w, h, rng);
        }
        return;
      }
    }
  }

  private void erase(float[] values, int corner, int stride, int w, int h, Rng rng) {
    float colour = mode == Mode.RAND ? (float) rng.nextGaussian() : 0;
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        values[corner + y * stride + x] = mode == Mode.PIXEL ? (float) rng.nextGaussian() : colour;
      }
    }
  }
}
