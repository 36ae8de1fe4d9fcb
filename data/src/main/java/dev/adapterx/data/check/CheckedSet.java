package dev.adapterx.data.check;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A data set to check: what differs between kinds of samples. */
public interface CheckedSet<F extends SplitFacts> {

  SampleKind<F> kind();

  /** The folder, or the file, of the data set. */
  Path root();

  /** The layout, in words. */
  String description();

  /** Names of the splits that exist. */
  List<String> splits();

  /**
   * Of point clouds, whether reading centres and scales each cloud into the unit sphere; empty for
   * other samples.
   */
  default Optional<Boolean> unitSphere() {
    return Optional.empty();
  }

  /**
   * Opens all splits with {@link Findings#opened} and reads their samples.
   *
   * @return those that could be opened
   */
  List<CheckedSplit<F>> read(Findings findings);

  /** Reports the problems and warnings of one split. */
  void judge(F split, List<String> classes, Findings findings);

  /** Reports what the splits show together. */
  void compare(List<F> splits, Findings findings);

  /** Whether a split that is trained on and one that is measured on may share no sample. */
  boolean mustDiffer(String trained, String measured);

  /** The counts of the published data set, if it is one. */
  Optional<PublishedCounts> published();
}
