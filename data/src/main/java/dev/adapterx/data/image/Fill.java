package dev.adapterx.data.image;

import dev.adapterx.base.ConfigException;

/** The colour, 0 … 255 per channel, of pixels for which a geometric augmentation has no source. */
public record Fill(int red, int green, int blue) {
  /** Middle grey, timm's default without statistics. */
  public static final Fill GREY = new Fill(128, 128, 128);

  public Fill {
    if (((red | green | blue) & ~0xFF) != 0) {
      throw new ConfigException(
          "fill: colours must be in 0 … 255, found " + red + ", " + green + ", " + blue);
    }
  }

  /** The mean of a normalisation, which becomes 0 in the backbone's input. */
  public static Fill meanOf(Normalisation normalisation) {
    return new Fill(
        level(normalisation.mean().get(0)),
        level(normalisation.mean().get(1)),
        level(normalisation.mean().get(2)));
  }

  private static int level(float mean) {
    return (int) Math.max(0, Math.min(255, Math.rint(255 * mean)));
  }
}
