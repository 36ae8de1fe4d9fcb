package dev.adapterx.data.image;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;

/**
 * Mixes the images of a batch and their targets, one λ per batch: MixUp blends the pixels, CutMix
 * pastes a rectangle.
 *
 * <p>{@code λ ~ Beta(α, α)}; sample i is mixed with sample B - 1 - i, {@code x = λ x_i + (1 - λ)
 * x_j} or {@code x = x_i} outside and {@code x_j} inside a box that covers 1 - λ of the image; then
 * {@code t = λ t_i + (1 - λ) t_j}. The box is clipped at the edges and λ corrected to the remaining
 * area, as in timm.
 *
 * <p>Zhang et al., mixup, ICLR 2018, <a href="https://arxiv.org/abs/1710.09412">paper</a>; Yun et
 * al., CutMix, ICCV 2019, <a href="https://arxiv.org/abs/1905.04899">paper</a>.
 *
 * @param mixupAlpha α of MixUp; 0 turns it off
 * @param cutmixAlpha α of CutMix; 0 turns it off
 * @param probability that a batch is mixed at all
 * @param switchProbability that it is CutMix, when both are on
 */
public record MixUp(
    double mixupAlpha, double cutmixAlpha, double probability, double switchProbability) {
  public MixUp {
    alpha("mixup alpha", mixupAlpha);
    alpha("cutmix alpha", cutmixAlpha);
    if (mixupAlpha == 0 && cutmixAlpha == 0) {
      throw new ConfigException("mixup: one of mixup alpha and cutmix alpha must be above 0");
    }
    TransformChecks.probability("mixup: probability", probability);
    TransformChecks.probability("mixup: switch probability", switchProbability);
  }

  /** timm's default: MixUp with α = 0.8 or CutMix with α = 1, half the batches each. */
  public static MixUp usual() {
    return new MixUp(0.8, 1, 1, 0.5);
  }

  /**
   * Mixes in place.
   *
   * @param images B images, each (3, height, width)
   * @param targets B distributions over C classes, one-hot or soft
   * @return λ, the share of each image that is unchanged
   */
  public double apply(float[][] images, float[][] targets, int width, int height, Rng rng) {
    check(images, targets, width, height);
    if (rng.nextDouble() >= probability) {
      return 1;
    }
    boolean cut = mixupAlpha == 0 || (cutmixAlpha > 0 && rng.nextDouble() < switchProbability);
    double lambda = beta(cut ? cutmixAlpha : mixupAlpha, rng);
    if (cut) {
      Box box = Box.draw(lambda, width, height, rng);
      lambda = 1 - (double) box.area() / ((double) width * height);
      box.swap(images, width, height);
    } else {
      blend(images, lambda);
    }
    blend(targets, lambda);
    return lambda;
  }

  /** The rectangle that is exchanged, from (left, top) up to but excluding (right, bottom). */
  record Box(int left, int top, int right, int bottom) {
    static Box draw(double lambda, int width, int height, Rng rng) {
      double ratio = Math.sqrt(1 - lambda);
      int halfHeight = (int) (height * ratio) / 2;
      int halfWidth = (int) (width * ratio) / 2;
      int y = rng.nextInt(height);
      int x = rng.nextInt(width);
      return new Box(
          Math.max(0, x - halfWidth),
          Math.max(0, y - halfHeight),
          Math.min(width, x + halfWidth),
          Math.min(height, y + halfHeight));
    }

    int area() {
      return (right - left) * (bottom - top);
    }

    private void swap(float[][] images, int width, int height) {
      float[] kept = new float[right - left];
      for (int i = 0, j = images.length - 1; i < j; i++, j--) {
        for (int c = 0; c < 3; c++) {
          for (int y = top; y < bottom; y++) {
            int at = (c * height + y) * width + left;
            System.arraycopy(images[i], at, kept, 0, kept.length);
            System.arraycopy(images[j], at, images[i], at, kept.length);
            System.arraycopy(kept, 0, images[j], at, kept.length);
          }
        }
      }
    }
  }

  private static void blend(float[][] rows, double lambda) {
    float own = (float) lambda;
    float other = (float) (1 - lambda);
    for (int i = 0, j = rows.length - 1; i < j; i++, j--) {
      for (int k = 0; k < rows[i].length; k++) {
        float a = rows[i][k];
        float b = rows[j][k];
        rows[i][k] = own * a + other * b;
        rows[j][k] = own * b + other * a;
      }
    }
  }

  /** Beta(α, α) as a ratio of two gamma variates. */
  static double beta(double alpha, Rng rng) {
    double a = gamma(alpha, rng);
    double b = gamma(alpha, rng);
    return a + b > 0 ? a / (a + b) : 0.5;
  }

  /** Marsaglia and Tsang, "A simple method for generating gamma variables", TOMS 2000. */
  private static double gamma(double alpha, Rng rng) {
    if (alpha < 1) {
      return gamma(alpha + 1, rng) * StrictMath.pow(1 - rng.nextDouble(), 1 / alpha);
    }
    double d = alpha - 1 / 3.0;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double normal = rng.nextGaussian();
      double root = 1 + c * normal;
      if (root > 0) {
        double v = root * root * root;
        double u = 1 - rng.nextDouble();
        if (StrictMath.log(u) < 0.5 * normal * normal + d * (1 - v + StrictMath.log(v))) {
          return d * v;
        }
      }
    }
  }

  private static void check(float[][] images, float[][] targets, int width, int height) {
    if (images.length != targets.length) {
      throw new DataException(
          "mixup: found " + images.length + " images and " + targets.length + " targets");
    }
    for (int i = 0; i < images.length; i++) {
      if (images[i].length != 3L * width * height || targets[i].length != targets[0].length) {
        throw new DataException(
            "mixup: sample "
                + i
                + " has "
                + images[i].length
                + " values and "
                + targets[i].length
                + " classes, expected "
                + 3L * width * height
                + " and "
                + targets[0].length);
      }
    }
  }

  private static void alpha(String what, double value) {
    if (!(value >= 0) || !Double.isFinite(value)) {
      throw new ConfigException("mixup: " + what + " must not be negative, found " + value);
    }
  }
}
