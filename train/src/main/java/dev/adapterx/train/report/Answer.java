package dev.adapterx.train.report;

/**
 * What an input was taken for.
 *
 * @param by the method that answered; empty where there is only one
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

  /** The answer of the only model there is. */
  public static Answer of(String predicted, double probability) {
    return new Answer("", predicted, probability);
  }
}
