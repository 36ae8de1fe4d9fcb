package dev.adapterx.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Labelled samples by index. Implementations are immutable and may be read by many threads at once.
 *
 * @param <S> what a sample is: a picture, a point cloud
 */
public interface Dataset<S> {
  /** The label of a sample nobody has labelled: for prediction only. */
  int UNLABELLED = -1;

  /** Number of samples. A list that repeats a line has it twice. */
  int size();

  /** Class of sample {@code i}: an index into {@link #classes()}, or {@link #UNLABELLED}. */
  int label(int i);

  /** What sample {@code i} is called: the file relative to the data set, or a generated name. */
  String name(int i);

  /**
   * Reads sample {@code i}.
   *
   * @throws dev.adapterx.base.DataException naming the file when it is missing or broken
   */
  S sample(int i);

  /**
   * About how many bytes of the heap reading sample {@code i} takes, so that not too many large
   * ones are read at once; 0: not worth counting.
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

  /** What was left out of sample {@code i} when it was read, in words; known once it was read. */
  default Optional<String> note(int i) {
    return Optional.empty();
  }
}
