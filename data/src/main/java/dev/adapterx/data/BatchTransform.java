package dev.adapterx.data;

import dev.adapterx.base.Rng;

/** Changes a whole batch, for example mixes its images (mixup, CutMix). May work in place. */
@FunctionalInterface
public interface BatchTransform {
  /**
   * Gives the batch to train on.
   *
   * @param rng the batch's own stream, named by seed, epoch and the batch's number
   */
  Batch<?> apply(Batch<?> batch, Rng rng);
}
