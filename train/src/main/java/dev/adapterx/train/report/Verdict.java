package dev.adapterx.train.report;

import dev.adapterx.train.text.Figures;
import java.util.List;
import java.util.stream.Collectors;

/** What an input is and what it was taken for, told apart without colour. */
record Verdict(String truth, List<Answer> answers) {
  Verdict {
    answers = List.copyOf(answers);
    if (answers.isEmpty()) {
      throw new IllegalArgumentException("A sample needs an answer, found none");
    }
  }

  /** Whether all answers are right. */
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

  /** All names in words. */
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

  /** What is right needs no name a second time. */
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
