package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;
import dev.adapterx.scenes.draw.Draw;

/** A colour, each channel 0 … 1. */
record Rgb(double red, double green, double blue) {

  /** A grey moved towards a random colour by a random share: vivid colours are rarer. */
  static Rgb any(Rng rng) {
    double grey = rng.nextDouble();
    double vivid = rng.nextDouble();
    return new Rgb(
        grey + vivid * (rng.nextDouble() - grey),
        grey + vivid * (rng.nextDouble() - grey),
        grey + vivid * (rng.nextDouble() - grey));
  }

  /** The first drawn colour that contrasts with all of {@code others}. */
  static Rgb standingOut(Rng rng, double least, Rgb... others) {
    Rgb best = any(rng);
    for (int i = 0; i < 12 && best.contrast(others) < least; i++) {
      Rgb next = any(rng);
      if (next.contrast(others) > best.contrast(others)) {
        best = next;
      }
    }
    return best;
  }

  /** This colour with every channel moved by at most {@code reach}. */
  Rgb near(Rng rng, double reach) {
    return new Rgb(
        Field.clamp(red + Draw.uniform(rng, -reach, reach)),
        Field.clamp(green + Draw.uniform(rng, -reach, reach)),
        Field.clamp(blue + Draw.uniform(rng, -reach, reach)));
  }

  /** Distance in luma (Rec. 601) plus a third of the largest distance in a channel. */
  double contrast(Rgb other) {
    double dr = Math.abs(red - other.red);
    double dg = Math.abs(green - other.green);
    double db = Math.abs(blue - other.blue);
    return Math.abs(luma() - other.luma()) + Math.max(dr, Math.max(dg, db)) / 3;
  }

  private double contrast(Rgb... others) {
    double least = Double.MAX_VALUE;
    for (Rgb other : others) {
      least = Math.min(least, contrast(other));
    }
    return least;
  }

  private double luma() {
    return 0.299 * red + 0.587 * green + 0.114 * blue;
  }
}
