package dev.adapterx.data;

import dev.adapterx.base.Label;
import org.jspecify.annotations.Nullable;

/**
 * The steps from a sample of a data set to a row of a batch.
 *
 * @param <S> the type of a sample
 */
public interface Pipeline<S> {
  /** Number of floats of a finished sample. */
  int values();

  /** Number of floats of this finished sample, if samples differ; otherwise {@link #values}. */
  default int values(S sample) {
    return values();
  }

  /** The deterministic part, for example resize and crop; its result is cached. */
  Transform<S> geometry();

  /** The random part, drawn anew in every epoch; null for none. */
  @Nullable Transform<S> augment();

  /** Applied to the finished batch; null for none. */
  @Nullable BatchTransform mix();

  /**
   * Checks that a sample has the shape of the backbone's input after all transforms.
   *
   * @throws dev.adapterx.base.DataException naming {@code where}, what was expected and found
   */
  void requireFinished(S sample, String where);

  /** Writes a finished sample's values into a batch. */
  void write(S sample, float[] into, int offset);

  /** Whether samples are seen in several views. */
  default boolean hasViews() {
    return false;
  }

  /** The views of a finished sample, where it {@link #hasViews}; its values are theirs. */
  default Views views(S sample) {
    throw new IllegalStateException("Samples are seen whole");
  }

  /**
   * The target of a finished sample: its class, unless the sample contains a target.
   *
   * @param label from the data set, {@link Label#UNKNOWN} if there is none
   */
  default Object target(S sample, int label) {
    return Label.of(label);
  }

  /** The size of a sample, for messages. */
  String size(S sample);

  /** Memory a sample takes. */
  long bytes(S sample);

  /** Whether every epoch gives the same values for a sample. */
  default boolean repeats() {
    return augment() == null && mix() == null;
  }
}
