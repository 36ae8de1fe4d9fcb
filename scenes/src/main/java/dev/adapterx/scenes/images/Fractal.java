package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;
import dev.adapterx.scenes.draw.Draw;
import java.util.ArrayList;
import java.util.List;

/**
 * The attractor of an iterated function system of 2 to 8 affine contractions {@code wᵢ}, drawn by
 * the chaos game {@code x ← wᵢ(x)} with {@code P(i) ∝ |det wᵢ|}, after FractalDB (Kataoka et al.,
 * "Pre-training without Natural Images", ACCV 2020, <a
 * href="https://arxiv.org/abs/2101.08515">arXiv:2101.08515</a>).
 *
 * <p>A class is one system, accepted when it fills {@value #LEAST_FILLING} to {@value
 * #MOST_FILLING} of a 32 x 32 grid over its bounding box and that box is not too narrow. An
 * instance scales one of the six parameters in all maps by 0.85 … 1.15, rotates, mirrors, scales
 * and moves the image, and draws colours and the mark: a dot, a soft density, or one random 3 x 3
 * patch.
 *
 * <p>Deviations: maps are drawn by their singular values, which gives contractions without
 * rejection; there is an upper filling rate, because filled squares all look alike; and the colour
 * may follow the last map used.
 */
record Fractal(List<AffineMap> maps) implements Formula {
  static final double LEAST_FILLING = 0.18;
  static final double MOST_FILLING = 0.62;
  private static final double NARROWEST = 0.35;
  private static final int GRID = 32;

  static Fractal draw(Rng rng) {
    for (long attempt = 0; ; attempt++) {
      Rng candidate = rng.at(attempt);
      List<AffineMap> maps = new ArrayList<>();
      for (int i = Draw.whole(candidate, 2, 8); i > 0; i--) {
        maps.add(AffineMap.contraction(candidate));
      }
      Orbit orbit = Orbit.of(maps, candidate, 4 * GRID * GRID);
      double filling = orbit.filling(GRID);
      if (filling >= LEAST_FILLING && filling <= MOST_FILLING && orbit.narrowness() > NARROWEST) {
        return new Fractal(List.copyOf(maps));
      }
    }
  }

  @Override
  public void paint(Canvas canvas, Rng rng) {
    Look look = Look.draw(rng);
    canvas.paint(look.background());
    List<AffineMap> varied = varied(rng);
    AffineMap pose = AffineMap.pose(0, 0, 1, Draw.chance(rng, 0.5) ? -1 : 1, rng.nextDouble());
    double scale = Draw.uniform(rng, 0.6, 1.0);
    double left = Draw.uniform(rng, 0, 1 - scale);
    double top = Draw.uniform(rng, 0, 1 - scale);
    boolean patch = Draw.chance(rng, 0.5);
    int stamp = patch ? Draw.whole(rng, 1, 511) : 1 << 4;
    float strength = patch ? 1 : (float) Draw.uniform(rng, 0.3, 1);
    boolean byMap = Draw.chance(rng, 0.5);
    Paint fill = look.fill(rng);

    Orbit orbit = Orbit.of(varied, rng, 2 * canvas.size * canvas.size).posed(pose);
    Coverage mask = new Coverage(canvas.size);
    float[] tone = new float[canvas.size * canvas.size];
    orbit.stamp(mask, tone, new AffineMap(scale, 0, 0, scale, left, top), stamp, strength);
    Field lastMap = Field.pixels(tone, canvas.size);
    canvas.paint(mask, byMap ? new Paint(look.ink(), look.second(), lastMap) : fill, 1);
  }

  /** One of the six parameters scaled in all maps, still contracting. */
  private List<AffineMap> varied(Rng rng) {
    double[] factor = {1, 1, 1, 1, 1, 1};
    factor[rng.nextInt(6)] = Draw.uniform(rng, 0.85, 1.15);
    List<AffineMap> varied = new ArrayList<>();
    for (AffineMap m : maps) {
      double a = m.a() * factor[0];
      double b = m.b() * factor[1];
      double c = m.c() * factor[2];
      double d = m.d() * factor[3];
      double tame = Math.min(1, 0.97 / new AffineMap(a, b, c, d, 0, 0).stretch());
      varied.add(
          new AffineMap(
              a * tame, b * tame, c * tame, d * tame, m.e() * factor[4], m.f() * factor[5]));
    }
    return varied;
  }
}
