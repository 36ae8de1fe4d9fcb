package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;
import dev.adapterx.scenes.draw.Draw;

/**
 * The colours of one instance, which are independent of its class: a background and two colours
 * that contrast with it.
 */
record Look(Paint background, Rgb ink, Rgb second) {
  private static final double CONTRAST = 0.35;

  static Look draw(Rng rng) {
    Rgb ground = Rgb.any(rng);
    Rgb shaded = ground.near(rng, 0.25);
    Field field =
        switch (rng.nextInt(4)) {
          case 0 -> Field.plain();
          case 1 -> Field.ramp(rng);
          case 2 -> Field.clouds(rng, Draw.logUniform(rng, 1.5, 6));
          default -> Field.clouds(rng, Draw.logUniform(rng, 6, 16));
        };
    Rgb ink = Rgb.standingOut(rng, CONTRAST, ground, shaded);
    Rgb second =
        Draw.chance(rng, 0.5)
            ? ink.near(rng, 0.15)
            : Rgb.standingOut(rng, CONTRAST, ground, shaded);
    return new Look(new Paint(ground, shaded, field), ink, second);
  }

  /** The two colours as a plain fill, a ramp, clouds or stripes. */
  Paint fill(Rng rng) {
    return switch (rng.nextInt(5)) {
      case 0, 1 -> Paint.plain(ink);
      case 2 -> new Paint(ink, second, Field.ramp(rng));
      case 3 -> new Paint(ink, second, Field.clouds(rng, Draw.logUniform(rng, 3, 12)));
      default -> new Paint(ink, second, Field.stripes(rng, Draw.logUniform(rng, 4, 14), 1));
    };
  }

  /** A few faint strokes behind the shapes, in a third of the images. */
  void clutter(Canvas canvas, Rng rng) {
    if (!Draw.chance(rng, 0.33)) {
      return;
    }
    Coverage strokes = new Coverage(canvas.size);
    for (int i = Draw.whole(rng, 1, 4); i > 0; i--) {
      double width = Draw.uniform(rng, 0.01, 0.04);
      strokes.line(rng.nextDouble(), rng.nextDouble(), rng.nextDouble(), rng.nextDouble(), width);
    }
    canvas.paint(strokes, Paint.plain(background.from().near(rng, 0.35)), 0.8);
  }
}
