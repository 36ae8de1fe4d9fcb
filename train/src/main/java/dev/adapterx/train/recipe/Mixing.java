package dev.adapterx.train.recipe;

import dev.adapterx.base.Label;
import dev.adapterx.base.Rng;
import dev.adapterx.data.Batch;
import dev.adapterx.data.BatchTransform;
import dev.adapterx.data.image.MixUp;
import java.util.List;
import java.util.stream.IntStream;

/**
 * {@link MixUp} on batches: labels become distributions over C classes, which mix as the images do.
 * Each keeps its index, so what is right is counted by each image's own class.
 */
record Mixing(MixUp mixup, int classes) implements BatchTransform {
  /** Every batch is mixed; by either way in turn, drawn by lot, when both strengths are above 0. */
  static Mixing of(double mixupAlpha, double cutmixAlpha, int classes) {
    return new Mixing(new MixUp(mixupAlpha, cutmixAlpha, 1, 0.5), classes);
  }

  @Override
  public Batch<Label> apply(Batch<?> batch, Rng rng) {
    int side = (int) Math.round(Math.sqrt(batch.values()[0].length / 3.0));
    List<Label> labels = batch.targets(Label.class, 0, batch.size());
    float[][] shares = new float[batch.size()][classes];
    for (int i = 0; i < batch.size(); i++) {
      shares[i][labels.get(i).index()] = 1;
    }
    mixup.apply(batch.values(), shares, side, side, rng);
    return new Batch<>(
        batch.values(),
        IntStream.range(0, batch.size())
            .mapToObj(i -> new Label(labels.get(i).index(), shares[i]))
            .toList(),
        batch.indices());
  }
}
