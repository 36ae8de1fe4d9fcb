package dev.adapterx.base;

import org.jspecify.annotations.Nullable;

/**
 * The class of a sample.
 *
 * @param index of the class, {@link #UNKNOWN} where it is not known
 * @param shares of all classes where samples were mixed (mixup, CutMix), summing to 1; absent: a
 *     share of 1 for {@code index}. Accuracy is still counted by {@code index}
 */
@SuppressWarnings("ArrayRecordComponent") // in transit to a tensor; never compared
public record Label(int index, float @Nullable [] shares) {
  /** The class is not known. */
  public static final int UNKNOWN = -1;

  /** The label of one class. */
  public static Label of(int index) {
    return new Label(index, null);
  }
}
