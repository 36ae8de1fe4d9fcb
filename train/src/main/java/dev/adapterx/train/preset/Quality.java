package dev.adapterx.train.preset;

/** How much time a recipe made for data may take. */
public enum Quality {
  /** A look at whether it works: some 150 optimiser steps. */
  FAST(150, 3, 30),
  /** What the studies in docs/results.md took: some 600 steps. */
  GOOD(600, 10, 100),
  /** As {@link #GOOD}, for each of several methods; see {@link BestOf}. */
  BEST(600, 10, 100);

  private final int steps;
  private final int fewest;
  private final int most;

  Quality(int steps, int fewest, int most) {
    this.steps = steps;
    this.fewest = fewest;
    this.most = most;
  }

  /** Epochs of that many steps. */
  int epochs(int stepsPerEpoch) {
    return Math.max(fewest, Math.min(most, Math.round((float) steps / stepsPerEpoch)));
  }
}
