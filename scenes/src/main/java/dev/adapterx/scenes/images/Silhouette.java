package dev.adapterx.scenes.images;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The classes of {@link QuickstartImages}: parts and holes within about the unit circle, y down.
 * {@link FormulaImages} cannot generate any of them.
 */
enum Silhouette {
  ARROW(Outline.of(-0.95, -0.2, 0.1, -0.2, 0.1, -0.62, 0.98, 0, 0.1, 0.62, 0.1, 0.2, -0.95, 0.2)),
  BOLT(Outline.of(0.2, -1, -0.55, 0.15, -0.05, 0.15, -0.3, 1, 0.6, -0.25, 0.08, -0.25, 0.5, -1)),
  CRESCENT(
      Outline.arc(0, 0, 0.95, 0.95, 0.1, 0.9, 33)
          .then(Outline.arc(0.42, 0, 0.67, 0.67, 0.845, 0.155, 25))),
  CROSS(
      Outline.of(
          -0.26, -0.92, 0.26, -0.92, 0.26, -0.26, 0.92, -0.26, 0.92, 0.26, 0.26, 0.26, 0.26, 0.92,
          -0.26, 0.92, -0.26, 0.26, -0.92, 0.26, -0.92, -0.26, -0.26, -0.26)),
  FISH(
      Outline.arc(-0.2, 0, 0.75, 0.46, 0, 1, 33),
      Outline.of(0.3, 0, 0.98, -0.5, 0.8, 0, 0.98, 0.5)),
  HEART(heart()),
  HOUSE(
      Outline.of(
          -0.62, 0.85, -0.62, -0.05, -0.9, -0.05, 0, -0.9, 0.3, -0.62, 0.3, -0.85, 0.52, -0.85,
          0.52, -0.41, 0.9, -0.05, 0.62, -0.05, 0.62, 0.85),
      Outline.of(-0.15, 0.85, 0.15, 0.85, 0.15, 0.3, -0.15, 0.3)),
  KEY(
      Outline.arc(-0.55, 0, 0.42, 0.42, 0, 1, 29),
      Outline.arc(-0.55, 0, 0.2, 0.2, 1, 0, 21),
      Outline.of(
          -0.18, -0.11, 0.98, -0.11, 0.98, 0.5, 0.78, 0.5, 0.78, 0.11, 0.6, 0.11, 0.6, 0.4, 0.42,
          0.4, 0.42, 0.11, -0.18, 0.11)),
  MUG(
      Outline.of(-0.7, -0.75, 0.35, -0.75, 0.3, 0.75, -0.65, 0.75),
      Outline.arc(0.28, -0.05, 0.58, 0.5, -0.25, 0.25, 21)
          .then(Outline.arc(0.28, -0.05, 0.36, 0.28, 0.25, -0.25, 21))),
  UMBRELLA(
      Outline.arc(0, -0.05, 0.95, 0.85, 0.5, 1, 25)
          .then(Outline.of(0.63, -0.22, 0.32, -0.05, 0, -0.22, -0.32, -0.05, -0.63, -0.22)),
      Outline.of(
          -0.07, -0.3, 0.07, -0.3, 0.07, 0.7, 0.16, 0.8, 0.28, 0.7, 0.4, 0.75, 0.28, 0.95, 0.1,
          0.95, -0.07, 0.8));

  @SuppressWarnings("ImmutableEnumChecker") // its arrays are never written
  private final List<Outline> parts;

  Silhouette(Outline... parts) {
    this.parts = List.of(parts);
  }

  /** The name of the class and of its folder. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Displaced a little by the noise, as if drawn by hand, then placed. */
  List<Outline> drawn(Lattice noise, double wobble, AffineMap pose) {
    List<Outline> drawn = new ArrayList<>();
    for (Outline part : parts) {
      drawn.add(part.refined(3).wobbled(noise, wobble, 1.3).mapped(pose));
    }
    return drawn;
  }

  /** {@code (16 sin³ t, -13 cos t + 5 cos 2t + 2 cos 3t + cos 4t)}, scaled. */
  private static Outline heart() {
    double[] x = new double[40];
    double[] y = new double[40];
    for (int i = 0; i < x.length; i++) {
      double t = i / 40.0;
      double sin = Waves.sin(t);
      x[i] = 0.95 * sin * sin * sin;
      y[i] =
          (-13 * Waves.cos(t) + 5 * Waves.cos(2 * t) + 2 * Waves.cos(3 * t) + Waves.cos(4 * t))
                  / 17.0
              - 0.05;
    }
    return new Outline(x, y);
  }
}
