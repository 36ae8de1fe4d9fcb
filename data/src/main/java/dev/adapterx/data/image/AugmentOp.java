package dev.adapterx.data.image;

import dev.adapterx.base.Rng;
import java.util.Locale;

/**
 * The operations that {@link RandAugment} draws from, with timm's mapping of a magnitude m in 0 …
 * 10 to the operation's own amount.
 *
 * <p>An amount that has a direction gets a random sign. With {@code increasing}, posterize,
 * solarize and the four enhancements grow stronger with m; in the original set some become weaker
 * or go from one extreme to the other.
 */
enum AugmentOp {
  AUTO_CONTRAST,
  EQUALIZE,
  INVERT,
  ROTATE,
  POSTERIZE,
  SOLARIZE,
  SOLARIZE_ADD,
  COLOR,
  CONTRAST,
  BRIGHTNESS,
  SHARPNESS,
  SHEAR_X,
  SHEAR_Y,
  TRANSLATE_X,
  TRANSLATE_Y;

  /** How geometric operations sample pixels. */
  record Look(Sampling sampling, Fill fill) {}

  /**
   * The amount for a magnitude: degrees, kept bits, a threshold, an addend, a factor, a shear or a
   * share of the side; 0 where there is none.
   *
   * @param sign 1 or -1
   */
  double amount(double magnitude, boolean increasing, int sign) {
    double share = magnitude / 10;
    return switch (this) {
      case AUTO_CONTRAST, EQUALIZE, INVERT -> 0;
      case ROTATE -> sign * 30 * share;
      case POSTERIZE -> increasing ? 4 - (int) (4 * share) : (int) (4 * share);
      case SOLARIZE -> {
        int threshold = Math.min(256, (int) (256 * share));
        yield increasing ? 256 - threshold : threshold;
      }
      case SOLARIZE_ADD -> Math.min(128, (int) (110 * share));
      case COLOR, CONTRAST, BRIGHTNESS, SHARPNESS ->
          increasing ? Math.max(0.1, 1 + sign * 0.9 * share) : 1.8 * share + 0.1;
      case SHEAR_X, SHEAR_Y -> sign * 0.3 * share;
      case TRANSLATE_X, TRANSLATE_Y -> sign * 0.45 * share;
    };
  }

  RgbImage apply(RgbImage image, double magnitude, boolean increasing, Rng rng, Look look) {
    int sign = rng.nextDouble() < 0.5 ? 1 : -1;
    return apply(image, amount(magnitude, increasing, sign), look);
  }

  RgbImage apply(RgbImage image, double amount, Look look) {
    return switch (this) {
      case AUTO_CONTRAST -> Tones.autoContrast(image);
      case EQUALIZE -> Tones.equalize(image);
      case INVERT -> Tones.invert(image);
      case POSTERIZE -> Tones.posterize(image, (int) amount);
      case SOLARIZE -> Tones.solarize(image, (int) amount);
      case SOLARIZE_ADD -> Tones.solarizeAdd(image, (int) amount);
      case COLOR -> Tones.color(image, amount);
      case CONTRAST -> Tones.contrast(image, amount);
      case BRIGHTNESS -> Tones.brightness(image, amount);
      case SHARPNESS -> Tones.sharpness(image, amount);
      case ROTATE, SHEAR_X, SHEAR_Y, TRANSLATE_X, TRANSLATE_Y ->
          map(image, amount).apply(image, look.sampling(), look.fill());
    };
  }

  private Affine map(RgbImage image, double amount) {
    return switch (this) {
      case ROTATE -> Affine.rotate(amount, image.width(), image.height());
      case SHEAR_X -> Affine.shearX(amount);
      case SHEAR_Y -> Affine.shearY(amount);
      case TRANSLATE_X -> Affine.translate(amount * image.width(), 0);
      case TRANSLATE_Y -> Affine.translate(0, amount * image.height());
      default -> throw new IllegalStateException(name().toLowerCase(Locale.ROOT));
    };
  }
}
