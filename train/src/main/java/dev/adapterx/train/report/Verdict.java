package dev.adapterx.train.report;

import dev.adapterx.train.text.Figures;
import java.util.List;
import java.util.stream.Collectors;

/** An input's label and the predictions for it, distinguishable without colour. */
record Verdict(String truth, List<Answer> answers) {
  Verdict {
    answers = List.copyOf(answers);
    if (answers.isEmpty()) {
      throw new IllegalArgumentException("A sample needs an answer, found none");
    }
  }

  /** Whether all predictions are correct. */
  boolean correct() {
    return answers.stream().allMatch(this::correct);
  }

  private boolean correct(Answer answer) {
    return truth.equals(answer.predicted());
  }

  /** The style of the figure. */
  String style() {
    return correct() ? "right" : "wrong";
  }

  /** All names as text. */
  String inWords() {
    return "True class "
        + truth
        + ", "
        + answers.stream()
            .map(
                a -> a.by().isEmpty() ? "predicted " + a.predicted() : a.by() + " " + a.predicted())
            .collect(Collectors.joining(", "));
  }

  /** Writes the caption of the figure. */
  void caption(Html html) {
    html.open("figcaption");
    if (answers.size() == 1 && answers.get(0).by().isEmpty()) {
      Answer only = answers.get(0);
      mark(html, correct() ? "✓ right" : "✗ wrong", only);
      label(html, "true ", truth);
      label(html, "predicted ", only.predicted());
    } else {
      label(html, "true ", truth);
      answers.forEach(answer -> answer(html, answer));
    }
    html.close("figcaption");
  }

  /** A correct prediction does not repeat the class's name. */
  private void answer(Html html, Answer answer) {
    boolean right = correct(answer);
    html.open("span", "class", right ? "answer right" : "answer wrong");
    mark(html, (right ? "✓ " : "✗ ") + answer.by(), answer);
    if (!right) {
      label(html, "", answer.predicted());
    }
    html.close("span");
  }

  private static void mark(Html html, String text, Answer answer) {
    html.element("span", text, "class", "verdict");
    html.element("span", " " + Figures.percent(answer.probability(), 0), "class", "probability");
  }

  private static void label(Html html, String what, String name) {
    html.open("span", "class", "label").text(what).element("b", name).close("span");
  }
}
