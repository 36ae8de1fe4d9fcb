package dev.adapterx.train;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Batch;
import dev.adapterx.data.BatchTransform;
import dev.adapterx.data.image.MixUp;

/**
 * {@link MixUp} on batches: labels become distributions over C classes, which mix as the images do.
 * The batch keeps its labels, so accuracy is measured on each image's own class.
 */
record Mixing(MixUp mixup, int classes) implements BatchTransform {
  /** Every batch is mixed; by either way in turn, drawn by lot, when both strengths are above 0. */
  static Mixing of(double mixupAlpha, double cutmixAlpha, int classes) {
    return new Mixing(new MixUp(mixupAlpha, cutmixAlpha, 1, 0.5), classes);
  }

  @Override
  public Batch apply(Batch batch, Rng rng) {
    int side = (int) Math.round(Math.sqrt(batch.values()[0].length / 3.0));
    float[][] targets = new float[batch.size()][classes];
    for (int i = 0; i < batch.size(); i++) {
      targets[i][batch.labels()[i]] = 1;
    }
    mixup.apply(batch.values(), targets, side, side, rng);
    float[] soft = new float[batch.size() * classes];
    for (int i = 0; i < batch.size(); i++) {
      System.arraycopy(targets[i], 0, soft, i * classes, classes);
    }
    return new Batch(batch.values(), batch.labels(), batch.indices(), soft);
  }
}
