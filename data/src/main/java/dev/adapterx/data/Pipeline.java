package dev.adapterx.data;

import dev.adapterx.base.Label;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a sample between the data set and the batch.
 *
 * @param <S> what a sample is
 */
public interface Pipeline<S> {
  /** How many floats a finished sample takes in a batch. */
  int values();

  /** How many floats a finished sample takes, where samples differ; {@link #values} elsewhere. */
  default int values(S sample) {
    return values();
  }

  /**
   * The part that always gives the same result, for example resize and crop; its result is what is
   * cached.
   */
  Transform<S> geometry();

  /** The random part, drawn anew in every epoch; null for none. */
  @Nullable Transform<S> augment();

  /** Applied to the finished batch; null for none. */
  @Nullable BatchTransform mix();

  /**
   * Refuses a sample that is not what the backbone takes after all transforms.
   *
   * @throws dev.adapterx.base.DataException naming {@code where}, what was expected and found
   */
  void requireFinished(S sample, String where);

  /** Writes a finished sample's values into a batch. */
  void write(S sample, float[] into, int offset);

  /**
   * What is to be learned of a finished sample: the class of it, unless the sample brings its own.
   *
   * @param label the data set's, {@link Label#UNKNOWN} where there is none
   */
  default Object target(S sample, int label) {
    return Label.of(label);
  }

  /** Size of a sample in words, for messages. */
  String size(S sample);

  /** Memory a sample takes. */
  long bytes(S sample);

  /** Whether every epoch gives the same values for a sample. */
  default boolean repeats() {
    return augment() == null && mix() == null;
  }
}
