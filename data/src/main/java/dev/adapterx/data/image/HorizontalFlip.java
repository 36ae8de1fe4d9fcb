package dev.adapterx.data.image;

import dev.adapterx.base.Rng;

/** Mirrors left and right with a probability. */
public record HorizontalFlip(double probability) implements Geometry {
  public HorizontalFlip {
    TransformChecks.probability("horizontal flip: probability", probability);
  }

  @Override
  public Warp draw(int width, int height, Rng rng) {
    boolean mirrored = rng.nextDouble() < probability;
    return new Warp.Window(0, 0, width, height, width, height, mirrored, null);
  }
}
