package dev.adapterx.train.report;

/**
 * A model's prediction for an input.
 *
 * @param by the method that predicted; empty if there is only one
 * @param predicted the class
 * @param probability the model's, of {@code predicted}, 0 … 1
 */
public record Answer(String by, String predicted, double probability) {
  public Answer {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "A probability must lie within 0 … 1; found %s of '%s'"
              .formatted(probability, predicted));
    }
  }

  /** The prediction of a single model. */
  public static Answer of(String predicted, double probability) {
    return new Answer("", predicted, probability);
  }
}
