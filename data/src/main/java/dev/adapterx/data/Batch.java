package dev.adapterx.data;

import org.jspecify.annotations.Nullable;

/**
 * Some samples, ready for the network. The arrays are the batch's own and not copied.
 *
 * @param pixels (B, 3, S, S) in one row: image by image, channel by channel, row by row
 * @param labels (B) class of each image, {@link Dataset#UNLABELLED} where unknown
 * @param indices (B) place of each image in the data set
 * @param targets (B, C) soft targets when images or labels were mixed, else null and the labels
 *     hold
 */
@SuppressWarnings("ArrayRecordComponent") // buffers on their way to a tensor; never compared
public record Batch(float[] pixels, int[] labels, int[] indices, float @Nullable [] targets) {
  public Batch {
    if (labels.length == 0
        || labels.length != indices.length
        || pixels.length % labels.length != 0
        || (targets != null && targets.length % labels.length != 0)) {
      throw new IllegalArgumentException(
          "Arrays of different batches: "
              + pixels.length
              + " pixels, "
              + labels.length
              + " labels, "
              + indices.length
              + " indices"
              + (targets == null ? "" : ", " + targets.length + " targets"));
    }
  }

  /** Samples known by their index alone, for whoever has kept what it needs of their pixels. */
  public static Batch withoutPixels(int[] labels, int[] indices) {
    return new Batch(new float[0], labels, indices, null);
  }

  /** Number of images, B. */
  public int size() {
    return labels.length;
  }
}
