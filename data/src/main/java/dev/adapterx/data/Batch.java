package dev.adapterx.data;

import java.util.List;

/**
 * A batch of samples, ready for the network. The arrays are the batch's own and not copied.
 *
 * @param <T> the target of a sample: a label, a mask, boxes
 * @param values (B, …) a row for each sample, all of the same length unless samples have several
 *     views, one after the other: pictures (3, S, S) channel by channel, row by row; clouds (G, K +
 *     1, 3) group by group, or (N, 3) where the network groups, see {@link
 *     dev.adapterx.data.points.PointPipeline}
 * @param targets B of them
 * @param indices (B) place of each sample in the data set
 * @param views B of them where samples are seen in several, and {@code values} then has none; else
 *     empty
 */
@SuppressWarnings("ArrayRecordComponent") // buffers on their way to a tensor; never compared
public record Batch<T>(float[][] values, List<T> targets, int[] indices, List<Views> views) {
  public Batch {
    targets = List.copyOf(targets);
    views = List.copyOf(views);
    if (indices.length == 0
        || targets.size() != indices.length
        || (values.length != 0 && values.length != indices.length)) {
      throw new IllegalArgumentException(
          "Parts of different batches: "
              + values.length
              + " rows of values, "
              + targets.size()
              + " targets, "
              + indices.length
              + " indices");
    }
  }

  /** Of samples that are seen whole. */
  public Batch(float[][] values, List<T> targets, int[] indices) {
    this(values, targets, indices, List.of());
  }

  /** Samples without values, for callers that have cached what they need. */
  public static <T> Batch<T> withoutValues(List<T> targets, int[] indices) {
    return new Batch<>(new float[0][], targets, indices);
  }

  /** Number of samples, B. */
  public int size() {
    return indices.length;
  }

  /**
   * The targets of some samples.
   *
   * @param type the required type
   * @param start the first sample
   * @param count number of samples
   * @throws IllegalArgumentException when a target has another type
   */
  public <U> List<U> targets(Class<U> type, int start, int count) {
    List<T> some = targets.subList(start, start + count);
    if (!some.stream().allMatch(type::isInstance)) {
      throw new IllegalArgumentException(
          "Expected targets of "
              + type.getSimpleName()
              + ", found "
              + some.get(0).getClass().getSimpleName()
              + "; the data do not fit the task");
    }
    return some.stream().map(type::cast).toList();
  }
}
