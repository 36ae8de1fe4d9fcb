package dev.adapterx.scenes.images;

import java.util.Arrays;

/** A closed polygon. Points are in the order drawn; a hole has the opposite direction. */
final class Outline {
  final double[] x;
  final double[] y;

  Outline(double[] x, double[] y) {
    this.x = x;
    this.y = y;
  }

  /** From {@code x, y, x, y, …}. */
  static Outline of(double... points) {
    double[] x = new double[points.length / 2];
    double[] y = new double[points.length / 2];
    for (int i = 0; i < x.length; i++) {
      x[i] = points[2 * i];
      y[i] = points[2 * i + 1];
    }
    return new Outline(x, y);
  }

  /** A part of an ellipse, from one angle to another (in turns), closed by its chord. */
  static Outline arc(
      double cx, double cy, double rx, double ry, double fromTurns, double toTurns, int steps) {
    double[] x = new double[steps];
    double[] y = new double[steps];
    for (int i = 0; i < steps; i++) {
      double turns = fromTurns + (toTurns - fromTurns) * i / (steps - 1);
      x[i] = cx + rx * Waves.cos(turns);
      y[i] = cy + ry * Waves.sin(turns);
    }
    return new Outline(x, y);
  }

  /** The points of this outline, then those of the other: one closed line. */
  Outline then(Outline next) {
    double[] bothX = Arrays.copyOf(x, x.length + next.x.length);
    double[] bothY = Arrays.copyOf(y, y.length + next.y.length);
    System.arraycopy(next.x, 0, bothX, x.length, next.x.length);
    System.arraycopy(next.y, 0, bothY, y.length, next.y.length);
    return new Outline(bothX, bothY);
  }

  Outline mapped(AffineMap map) {
    double[] newX = new double[x.length];
    double[] newY = new double[y.length];
    for (int i = 0; i < x.length; i++) {
      newX[i] = map.x(x[i], y[i]);
      newY[i] = map.y(x[i], y[i]);
    }
    return new Outline(newX, newY);
  }

  /** The same line with {@code parts} points on every edge. */
  Outline refined(int parts) {
    double[] newX = new double[x.length * parts];
    double[] newY = new double[y.length * parts];
    for (int i = 0; i < newX.length; i++) {
      int corner = i / parts;
      int next = (corner + 1) % x.length;
      double share = (double) (i % parts) / parts;
      newX[i] = x[corner] + (x[next] - x[corner]) * share;
      newY[i] = y[corner] + (y[next] - y[corner]) * share;
    }
    return new Outline(newX, newY);
  }

  /** Every point displaced by smooth noise of the given strength: a hand-drawn look. */
  Outline wobbled(Lattice noise, double strength, double cells) {
    double[] newX = new double[x.length];
    double[] newY = new double[y.length];
    for (int i = 0; i < x.length; i++) {
      newX[i] = x[i] + strength * noise.at(x[i] * cells, y[i] * cells);
      newY[i] = y[i] + strength * noise.at(x[i] * cells + 7.5, y[i] * cells + 3.5);
    }
    return new Outline(newX, newY);
  }
}
