package dev.adapterx.data.image;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;

/**
 * Changes brightness, contrast and saturation in random order, each by a factor drawn from {@code
 * [max(0, 1 - s), 1 + s]} with s the strength given; 0 leaves that one out. As torchvision's, which
 * can change the hue too.
 */
public record ColorJitter(double brightness, double contrast, double saturation) implements Colour {
  public ColorJitter {
    strength("brightness", brightness);
    strength("contrast", contrast);
    strength("saturation", saturation);
  }

  @Override
  public RgbImage apply(RgbImage image, Rng rng) {
    double brighter = factor(brightness, rng);
    double starker = factor(contrast, rng);
    double richer = factor(saturation, rng);
    RgbImage out = image;
    for (int step : rng.permutation(3)) {
      out =
          switch (step) {
            case 0 -> Tones.brightness(out, brighter);
            case 1 -> Tones.contrast(out, starker);
            default -> Tones.color(out, richer);
          };
    }
    return out;
  }

  private static double factor(double strength, Rng rng) {
    double low = Math.max(0, 1 - strength);
    return low + (1 + strength - low) * rng.nextDouble();
  }

  private static void strength(String what, double value) {
    if (!(value >= 0) || !Double.isFinite(value)) {
      throw new ConfigException("color jitter: " + what + " must not be negative, found " + value);
    }
  }
}
