package dev.adapterx.data;

import org.jspecify.annotations.Nullable;

/**
 * Some samples, ready for the network. The arrays are the batch's own and not copied.
 *
 * @param values (B, …) a row for each sample, all of one length: pictures (3, S, S) channel by
 *     channel, row by row; clouds (G, K + 1, 3) group by group, or (N, 3) where the network groups,
 *     see {@link dev.adapterx.data.points.PointPipeline}
 * @param labels (B) class of each sample, {@link Dataset#UNLABELLED} where unknown
 * @param indices (B) place of each sample in the data set
 * @param targets (B, C) soft targets when samples were mixed, else null and the labels hold
 */
@SuppressWarnings("ArrayRecordComponent") // buffers on their way to a tensor; never compared
public record Batch(float[][] values, int[] labels, int[] indices, float @Nullable [] targets) {
  public Batch {
    if (labels.length == 0
        || labels.length != indices.length
        || (values.length != 0 && values.length != labels.length)
        || (targets != null && targets.length % labels.length != 0)) {
      throw new IllegalArgumentException(
          "Arrays of different batches: "
              + values.length
              + " rows of values, "
              + labels.length
              + " labels, "
              + indices.length
              + " indices"
              + (targets == null ? "" : ", " + targets.length + " targets"));
    }
  }

  /** Samples of one class each. */
  public static Batch of(float[][] values, int[] labels, int[] indices) {
    return new Batch(values, labels, indices, null);
  }

  /** Samples known by their index alone, for whoever has kept what it needs of them. */
  public static Batch withoutValues(int[] labels, int[] indices) {
    return of(new float[0][], labels, indices);
  }

  /** Number of samples, B. */
  public int size() {
    return labels.length;
  }
}
