package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;
import dev.adapterx.scenes.draw.Draw;

/**
 * Nested closed polygons around one centre, after the radial contours of RCDB (Kataoka et al.,
 * "Replacing Labeled Real-image Datasets with Auto-generated Contours", CVPR 2022, <a
 * href="https://arxiv.org/abs/2206.09132">arXiv:2206.09132</a>).
 *
 * <p>Vertex i of n on polygon k lies at the angle {@code t = i/n + k · twist} and the radius {@code
 * shrinkᵏ · (1 + roughness · noise(unrest · (cos t, sin t) + drift · k) ± spikes)}. A class is
 * these parameters, its noise and its line width; an instance draws position, rotation, mirroring,
 * scale, a slight stretch, a little noise of its own, colours, and whether lines or filled bands
 * are drawn.
 *
 * <p>Deviation: the noise belongs to the class, not to the instance, so that the outline itself can
 * be recognised; numbers of vertices and line widths are limited to what 64 pixels can show.
 */
record RadialContour(
    int vertices,
    int polygons,
    double shrink,
    double twist,
    double aspect,
    double spikes,
    double roughness,
    double unrest,
    double drift,
    double lineWidth,
    Lattice noise)
    implements Formula {

  static RadialContour draw(Rng rng) {
    int vertices = (int) Draw.logUniform(rng, 3, 49);
    int polygons = (int) Draw.logUniform(rng, 1, 8);
    double smallest = Draw.uniform(rng, 0.12, 0.6);
    double shrink = polygons == 1 ? 1 : StrictMath.pow(smallest, 1.0 / (polygons - 1));
    return new RadialContour(
        vertices,
        polygons,
        shrink,
        Draw.chance(rng, 0.5) ? 0 : Draw.uniform(rng, 0.1, 0.5) / vertices,
        Draw.chance(rng, 0.5) ? 1 : Draw.uniform(rng, 0.45, 0.9),
        vertices > 5 && Draw.chance(rng, 0.3) ? Draw.uniform(rng, 0.1, 0.45) : 0,
        Draw.chance(rng, 0.3) ? 0 : Draw.uniform(rng, 0.1, 0.6),
        Draw.logUniform(rng, 0.3, 2.7),
        Draw.uniform(rng, 0, 0.6),
        Draw.logUniform(rng, 0.012, 0.05),
        new Lattice(rng));
  }

  @Override
  public void paint(Canvas canvas, Rng rng) {
    Look look = Look.draw(rng);
    canvas.paint(look.background());
    look.clutter(canvas, rng);
    double radius = Draw.uniform(rng, 0.26, 0.46);
    AffineMap pose =
        AffineMap.pose(
            Draw.uniform(rng, 0.42, 0.58),
            Draw.uniform(rng, 0.42, 0.58),
            radius * Draw.uniform(rng, 0.88, 1.12),
            radius * aspect * (Draw.chance(rng, 0.5) ? -1 : 1),
            rng.nextDouble());
    Lattice own = new Lattice(rng);
    boolean bands = Draw.chance(rng, 0.3);
    double width = lineWidth * Draw.uniform(rng, 0.85, 1.2);
    Paint fill = look.fill(rng);

    Coverage lines = new Coverage(canvas.size);
    for (int k = 0; k < polygons; k++) {
      Outline outline = polygon(k, own).mapped(pose);
      if (bands) {
        Coverage band = new Coverage(canvas.size);
        band.fill(outline);
        canvas.paint(band, k % 2 == 0 ? fill : look.background(), 1);
      } else {
        lines.stroke(outline, width);
      }
    }
    canvas.paint(lines, fill, 1);
  }

  private Outline polygon(int k, Lattice own) {
    double scale = StrictMath.pow(shrink, k);
    double[] x = new double[vertices];
    double[] y = new double[vertices];
    for (int i = 0; i < vertices; i++) {
      double turns = (double) i / vertices;
      double rough = roughness * closed(turns, drift * k);
      double jitter = 0.04 * own.at(turns * 16, k);
      double spike = i % 2 == 0 ? spikes : -spikes;
      double radius = scale * Math.max(0.1, 1 + rough + jitter + spike);
      x[i] = radius * Waves.cos(turns + k * twist);
      y[i] = radius * Waves.sin(turns + k * twist);
    }
    return new Outline(x, y);
  }

  /** Noise on a circle in the lattice, so that it is periodic. */
  private double closed(double turns, double depth) {
    return noise.at(8 + depth + unrest * Waves.cos(turns), 8 + depth + unrest * Waves.sin(turns));
  }
}
