package dev.adapterx.train.report;

import dev.adapterx.train.text.Figures;

/** The colours of experts, and the page's controls for choosing block and expert. */
final class ExpertKeys {
  /** The largest number of experts: their indices are bytes. */
  static final int MOST = 256;

  /**
   * Colours that are distinguishable in both themes and for colour-blind readers; further experts
   * get generated hues.
   */
  private static final int COLOURS = 16;

  /** Degrees between neighbouring hues: the golden angle, which never repeats. */
  private static final double GOLDEN_ANGLE = 137.508;

  private ExpertKeys() {}

  static void require(int experts) {
    if (experts < 0 || experts > MOST) {
      throw new IllegalArgumentException(
          "A block may have 0 … %d experts; found %d".formatted(MOST, experts));
    }
  }

  /** The classes of an element in an expert's colour. */
  static String hued(int expert, String style) {
    return expert < COLOURS ? style : style + " hue";
  }

  /** Its colour, as {@code style}. */
  static String colour(int expert) {
    return expert < COLOURS
        ? "--c:var(--e" + expert + ")"
        : "--h:" + Figures.fixed(expert * GOLDEN_ANGLE % 360, 0);
  }

  /** A slider over the blocks, initially at the last. */
  static void chooser(Html html, String words, int last) {
    html.open("label", "class", "block").text(words);
    html.element("output", String.valueOf(last)).text(" ");
    html.empty(
        "input",
        "type",
        "range",
        "min",
        0,
        "max",
        last,
        "value",
        last,
        "autocomplete",
        "off",
        "aria-label",
        "Block");
    html.close("label");
  }

  /** A checkbox. */
  static void box(Html html, String words, boolean ticked) {
    html.open("label", "class", "turn");
    if (ticked) {
      html.empty("input", "type", "checkbox", "autocomplete", "off", "checked", "");
    } else {
      html.empty("input", "type", "checkbox", "autocomplete", "off");
    }
    html.text(words).close("label");
  }

  /** A button for each expert. */
  static void legend(Html html, int experts) {
    html.open("ul", "class", "legend keys");
    for (int expert = 0; expert < experts; expert++) {
      html.open("li").open("button", "type", "button", "aria-pressed", "false");
      html.element("i", "", "class", hued(expert, "swatch"), "style", colour(expert));
      html.text("expert\u00a0" + expert).close("button").close("li");
    }
    html.close("ul");
  }
}
