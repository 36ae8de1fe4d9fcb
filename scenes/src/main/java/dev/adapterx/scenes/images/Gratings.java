package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;
import dev.adapterx.scenes.draw.Draw;
import java.util.ArrayList;
import java.util.List;

/**
 * One to three oriented gratings {@code sin 2π(f · p + φ)}, added or multiplied. Frequencies and
 * directions belong to the class; an instance rotates them together by up to 7°, scales them by up
 * to 8 % and draws the phases.
 */
record Gratings(List<Wave> waves, boolean product, Tone tone) implements Texture.Pattern {
  private static final double TURN = 0.02;

  /** Cycles per image and the direction across the bars, in turns. */
  record Wave(double frequency, double turns) {}

  static Gratings draw(Rng rng) {
    Tone tone = Draw.one(rng, Tone.values());
    double frequency = Draw.logUniform(rng, 2.5, tone.finest());
    double first = rng.nextDouble();
    List<Wave> waves = new ArrayList<>();
    waves.add(new Wave(frequency, first));
    for (int more = rng.nextInt(3); more > 0; more--) {
      double factor = Draw.chance(rng, 0.5) ? 1 : Draw.logUniform(rng, 0.5, 2);
      double turns = first + Draw.uniform(rng, 0.08, 0.42);
      waves.add(new Wave(Math.min(1.2 * tone.finest(), frequency * factor), turns));
    }
    boolean product = waves.size() > 1 && Draw.chance(rng, 0.4);
    return new Gratings(List.copyOf(waves), product, tone);
  }

  @Override
  public Field field(Rng rng) {
    int n = waves.size();
    double turn = Draw.uniform(rng, -TURN, TURN);
    double scale = Draw.uniform(rng, 0.92, 1.08);
    double[] fx = new double[n];
    double[] fy = new double[n];
    double[] phase = new double[n];
    for (int i = 0; i < n; i++) {
      double frequency = waves.get(i).frequency() * scale;
      fx[i] = frequency * Waves.cos(waves.get(i).turns() + turn);
      fy[i] = frequency * Waves.sin(waves.get(i).turns() + turn);
      phase[i] = rng.nextDouble();
    }
    return (x, y) -> {
      double sum = 0;
      double times = 1;
      for (int i = 0; i < n; i++) {
        double wave = Waves.sin(fx[i] * x + fy[i] * y + phase[i]);
        sum += wave;
        times *= wave;
      }
      return tone.of(product ? times : sum / n);
    };
  }
}
