package dev.adapterx.train.report;

/**
 * What an input is and what it was taken for, told apart without colour.
 *
 * @param probability the model's, of {@code predicted}, 0 … 1
 */
record Verdict(String truth, String predicted, double probability) {

  /** Whether the prediction is right. */
  boolean correct() {
    return truth.equals(predicted);
  }

  /** The style of the figure. */
  String style() {
    return correct() ? "right" : "wrong";
  }

  /** Both names in words. */
  String inWords() {
    return "True class %s, predicted %s".formatted(truth, predicted);
  }

  /** Writes the caption of the figure. */
  void caption(Html html) {
    String mark = correct() ? "✓ right" : "✗ wrong";
    html.open("figcaption").open("span", "class", "verdict").text(mark).close("span");
    html.element("span", " " + Figures.percent(probability, 0), "class", "probability");
    label(html, "true ", truth);
    label(html, "predicted ", predicted);
    html.close("figcaption");
  }

  private static void label(Html html, String what, String name) {
    html.open("span", "class", "label").text(what).element("b", name).close("span");
  }
}
