package dev.adapterx.train.recipe;

/**
 * Learning rates over a run. {@code TIMM} reproduces timm's CosineLRScheduler as the reference
 * trainers drive it, its quirks included, so that published recipes mean the same here; {@code
 * COSINE} is the plain form.
 */
public enum Schedule {
  /** Linear warm-up to the peak and a cosine to the floor, changing with every step. */
  COSINE,
  /**
   * {@code t < W: w + t (lr - w) / W}, else {@code min + (lr - min)(1 + cos(π t / T)) / 2}, with t
   * not shifted by the warm-up (so the rate jumps at t = W) and the floor from t = T on. The
   * references set the rate after each epoch, so epochs 0 and 1 both run at the warm-up rate and
   * epoch e at t = e - 1.
   */
  TIMM,
  /** The peak throughout, after a linear warm-up. */
  CONSTANT;

  /**
   * The learning rate of a step.
   *
   * @param r peak, floor, warm-up and epochs
   * @param epoch from 0
   * @param step within the epoch, from 0
   * @param steps of an epoch
   */
  public double rate(TrainRecipe r, int epoch, int step, int steps) {
    if (this == TIMM) {
      return timm(r, Math.max(0, epoch - 1));
    }
    double at = epoch + (double) step / steps;
    if (at < r.warmingUp()) {
      double after = at + 1.0 / steps;
      return r.warmupLr() + (r.lr() - r.warmupLr()) * Math.min(1, after / r.warmingUp());
    }
    if (this == CONSTANT) {
      return r.lr();
    }
    double progress = (at - r.warmingUp()) / Math.max(1e-9, (double) r.epochs() - r.warmingUp());
    return cosine(r, progress);
  }

  static double timm(TrainRecipe r, int t) {
    if (t < r.warmingUp()) {
      return r.warmupLr() + t * (r.lr() - r.warmupLr()) / r.warmingUp();
    }
    return t >= r.epochs() ? r.minLr() : cosine(r, (double) t / r.epochs());
  }

  private static double cosine(TrainRecipe r, double progress) {
    return r.minLr() + 0.5 * (r.lr() - r.minLr()) * (1 + StrictMath.cos(Math.PI * progress));
  }
}
