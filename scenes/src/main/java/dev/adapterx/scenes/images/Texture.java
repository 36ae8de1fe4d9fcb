package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;
import dev.adapterx.scenes.draw.Draw;

/**
 * A pattern over the whole image. The class is a {@link Pattern}'s parameters, the instance its
 * phases, a small jitter, two colours and, in half of the images, uneven light.
 */
record Texture(Pattern pattern) implements Formula {

  /** A family of stochastic fields; each call of {@link #field} draws another sample. */
  sealed interface Pattern permits Gratings, BandNoise, Cells, WarpedSines {
    Field field(Rng instance);
  }

  /** The kinds take turns, so that all are equally frequent. */
  static Texture draw(Rng rng, int ordinal) {
    return new Texture(
        switch (ordinal % 4) {
          case 0 -> Gratings.draw(rng);
          case 1 -> BandNoise.draw(rng);
          case 2 -> Cells.draw(rng);
          default -> WarpedSines.draw(rng);
        });
  }

  @Override
  public void paint(Canvas canvas, Rng rng) {
    Rgb first = Rgb.any(rng);
    Rgb second = Rgb.standingOut(rng, Draw.uniform(rng, 0.2, 0.6), first);
    canvas.paint(new Paint(first, second, pattern.field(rng)));
    if (Draw.chance(rng, 0.5)) {
      canvas.light(Field.clouds(rng, 2), 0.3);
    }
  }
}
