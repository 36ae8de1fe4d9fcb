package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;
import dev.adapterx.scenes.draw.Draw;

/**
 * A sine bent by two others, {@code sin 2π(f·s + a sin 2π(g·t + φ₁) + b sin 2π(h·(s + t) + φ₂))}:
 * waves, scales, marble. {@code (s, t)} are rotated coordinates, or for a radial pattern s is the
 * distance from a centre, drawn per instance like the phases.
 */
record WarpedSines(
    double frequency,
    double bend,
    double bendFrequency,
    double swirl,
    double swirlFrequency,
    double turns,
    boolean radial,
    Tone tone)
    implements Texture.Pattern {

  static WarpedSines draw(Rng rng) {
    Tone tone = Draw.one(rng, Tone.values());
    return new WarpedSines(
        Draw.logUniform(rng, 2.5, tone.finest()),
        Draw.uniform(rng, 0, 0.7),
        Draw.logUniform(rng, 1, 7),
        Draw.chance(rng, 0.5) ? 0 : Draw.uniform(rng, 0.1, 0.7),
        Draw.logUniform(rng, 1, 6),
        rng.nextDouble(),
        Draw.chance(rng, 0.3),
        tone);
  }

  @Override
  public Field field(Rng rng) {
    double scale = Draw.uniform(rng, 0.92, 1.08);
    double turn = turns + Draw.uniform(rng, -0.02, 0.02);
    double cos = scale * Waves.cos(turn);
    double sin = scale * Waves.sin(turn);
    double phase = rng.nextDouble();
    double bendPhase = rng.nextDouble();
    double swirlPhase = rng.nextDouble();
    double cx = Draw.uniform(rng, 0.2, 0.8);
    double cy = Draw.uniform(rng, 0.2, 0.8);
    return (x, y) -> {
      double dx = x - cx;
      double dy = y - cy;
      double t = dy * cos - dx * sin;
      double s = radial ? scale * Math.sqrt(dx * dx + dy * dy) : dx * cos + dy * sin;
      double bent = bend * Waves.sin(bendFrequency * t + bendPhase);
      double swirled = swirl * Waves.sin(swirlFrequency * (s + t) + swirlPhase);
      return tone.of(Waves.sin(frequency * s + bent + swirled + phase));
    };
  }
}
