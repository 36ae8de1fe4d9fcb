package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;
import dev.adapterx.scenes.draw.Draw;

/**
 * Band-limited noise: 14 plane waves whose frequencies and directions are drawn for each instance
 * from the class's distribution, {@code f = f₀ · 2^(bandwidth · N(0,1))}, {@code θ = θ₀ + spread ·
 * N(0,1)}. A narrow spread looks like wood grain, a wide one like clouds and labyrinths.
 */
record BandNoise(double frequency, double bandwidth, double turns, double spread, Tone tone)
    implements Texture.Pattern {
  private static final int WAVES = 14;

  static BandNoise draw(Rng rng) {
    Tone tone = Draw.one(rng, Tone.values());
    return new BandNoise(
        Draw.logUniform(rng, 2.5, tone.finest()),
        Draw.uniform(rng, 0.03, 0.5),
        rng.nextDouble(),
        Draw.logUniform(rng, 0.012, 0.3),
        tone);
  }

  @Override
  public Field field(Rng rng) {
    double[] fx = new double[WAVES];
    double[] fy = new double[WAVES];
    double[] phase = new double[WAVES];
    for (int i = 0; i < WAVES; i++) {
      double f = frequency * StrictMath.pow(2, bandwidth * Draw.grain(rng));
      double direction = turns + spread * Draw.grain(rng);
      fx[i] = Math.min(f, 20) * Waves.cos(direction);
      fy[i] = Math.min(f, 20) * Waves.sin(direction);
      phase[i] = rng.nextDouble();
    }
    double unit = Math.sqrt(1.0 / WAVES);
    return (x, y) -> {
      double sum = 0;
      for (int i = 0; i < WAVES; i++) {
        sum += Waves.sin(fx[i] * x + fy[i] * y + phase[i]);
      }
      return tone.of(sum * unit);
    };
  }
}
