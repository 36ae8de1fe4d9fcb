package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;
import dev.adapterx.data.image.RgbImage;
import java.util.List;

/**
 * Names the thing in a picture by laying every outline over it in many poses: the best is the one
 * across whose edge the brightness changes most. It knows the outlines and learns nothing.
 */
final class OutlineMatcher {
  private static final int SIDE = 48;
  private static final double CAP = 24;

  private OutlineMatcher() {}

  static Silhouette name(RgbImage image) {
    double[][] gradient = gradient(image);
    Lattice none = new Lattice(Rng.of(0, "unused"));
    Silhouette best = Silhouette.ARROW;
    double most = -1;
    for (Silhouette thing : Silhouette.values()) {
      for (double radius = 0.28; radius < 0.42; radius += 0.035) {
        for (double turns = -0.08; turns < 0.085; turns += 0.04) {
          for (int mirror = -1; mirror <= 1; mirror += 2) {
            AffineMap pose = AffineMap.pose(0, 0, mirror * radius, radius, turns);
            double score = best(thing.drawn(none, 0, pose), gradient, 0.85 * radius);
            if (score > most) {
              most = score;
              best = thing;
            }
          }
        }
      }
    }
    return best;
  }

  private static double best(List<Outline> outlines, double[][] gradient, double margin) {
    double best = 0;
    for (double x = margin; x <= 1 - margin + 1e-9; x += 1.0 / SIDE) {
      for (double y = margin; y <= 1 - margin + 1e-9; y += 1.0 / SIDE) {
        best = Math.max(best, score(outlines, gradient, x, y));
      }
    }
    return best;
  }

  private static double score(List<Outline> outlines, double[][] gradient, double x, double y) {
    double sum = 0;
    double weight = 0;
    for (Outline o : outlines) {
      for (int i = 0; i < o.x.length; i++) {
        int j = (i + 1) % o.x.length;
        int column = (int) Math.floor(((o.x[i] + o.x[j]) / 2 + x) * SIDE);
        int row = (int) Math.floor(((o.y[i] + o.y[j]) / 2 + y) * SIDE);
        double dx = o.x[j] - o.x[i];
        double dy = o.y[j] - o.y[i];
        weight += Math.sqrt(dx * dx + dy * dy);
        if (column >= 0 && row >= 0 && column < SIDE && row < SIDE) {
          double[] g = gradient[row * SIDE + column];
          sum += Math.abs(g[0] * dy - g[1] * dx);
        }
      }
    }
    return sum / weight;
  }

  /** Of the picture at half size, in grey, no longer than {@link #CAP}. */
  private static double[][] gradient(RgbImage image) {
    double[] grey = new double[SIDE * SIDE];
    for (int i = 0; i < image.pixels().length; i++) {
      int pixel = i / 3;
      int at = pixel / image.width() / 2 * SIDE + pixel % image.width() / 2;
      grey[at] += (image.pixels()[i] & 0xFF) / 12.0;
    }
    double[][] gradient = new double[SIDE * SIDE][2];
    for (int y = 1; y < SIDE - 1; y++) {
      for (int x = 1; x < SIDE - 1; x++) {
        int at = y * SIDE + x;
        double dx = grey[at + 1] - grey[at - 1];
        double dy = grey[at + SIDE] - grey[at - SIDE];
        double limit = Math.min(1, CAP / (Math.sqrt(dx * dx + dy * dy) + 1e-9));
        gradient[at] = new double[] {dx * limit, dy * limit};
      }
    }
    return gradient;
  }
}
