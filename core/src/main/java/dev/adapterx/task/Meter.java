package dev.adapterx.task;

/**
 * Compares predictions with targets, sample by sample in the order of a split. Used by one thread.
 *
 * @param <T> target
 * @param <P> prediction
 */
public interface Meter<T, P> {
  /**
   * Adds one sample.
   *
   * @param index of the sample in the data set
   */
  void add(int index, T target, P prediction);

  /**
   * The scores of all samples so far.
   *
   * @param seconds wall clock
   */
  Scores result(double seconds);
}
