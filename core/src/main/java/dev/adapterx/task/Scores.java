package dev.adapterx.task;

import java.util.List;

/** What predictions on a split were worth. */
public interface Scores {
  /** The score that epochs, runs and methods are compared by. */
  Score primary();

  /** All scores, the primary one first. */
  List<Score> all();

  /** The mean loss. */
  double loss();

  /** Wall clock of the evaluation. */
  double seconds();
}
