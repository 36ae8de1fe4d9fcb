package dev.adapterx.task;

import java.util.List;

/** The scores of a model's predictions on a split. */
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
