package dev.adapterx.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Labelled samples by index. Implementations are immutable and may be read by many threads at once.
 *
 * @param <S> the type of a sample: an image, a point cloud
 */
public interface Dataset<S> {
  /** The label of an unlabelled sample: for prediction only. */
  int UNLABELLED = -1;

  /** Number of samples. A list that repeats a line has it twice. */
  int size();

  /** Class of sample {@code i}: an index into {@link #classes()}, or {@link #UNLABELLED}. */
  int label(int i);

  /** The name of sample {@code i}: the file relative to the data set, or a generated name. */
  String name(int i);

  /**
   * Reads sample {@code i}.
   *
   * @throws dev.adapterx.base.DataException naming the file when it is missing or broken
   */
  S sample(int i);

  /**
   * Roughly how many bytes of the heap reading sample {@code i} needs, so that not too many large
   * ones are read at once; 0: negligible.
   */
  default long memory(int i) {
    return 0;
  }

  /** Names of the classes; the position is the label. */
  List<String> classes();

  /** The file behind sample {@code i}; empty where samples are generated. */
  default Optional<Path> file(int i) {
    return Optional.empty();
  }

  /** Where to look for sample {@code i}: its full path if it is a file, else its name. */
  default String where(int i) {
    return file(i).map(Path::toString).orElse(name(i));
  }

  /**
   * Whether sample {@code i} shows anything that can be learned or measured. A picture without an
   * object, and a mask or a cloud of which nothing has a class, do not; they may still be samples.
   *
   * @throws dev.adapterx.base.DataException when its target cannot be read
   */
  default boolean hasTarget(int i) {
    return true;
  }

  /** A note on what was left out when sample {@code i} was read; known once it has been read. */
  default Optional<String> note(int i) {
    return Optional.empty();
  }
}
