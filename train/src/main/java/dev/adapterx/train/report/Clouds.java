package dev.adapterx.train.report;

import java.util.Base64;
import java.util.List;

/**
 * A few point clouds to turn by hand, each point in the colour of the expert that its group went to
 * in the block chosen; by their distance from the eye if nothing is routed.
 *
 * @param experts how many a block has, at most 256; 0 if the method does not route
 */
public record Clouds(List<Cloud> clouds, int experts) implements Section {
  private static final int MOST_EXPERTS = 256;

  /** Colours told apart in both themes and by colour-blind readers; beyond them hues go round. */
  private static final int COLOURS = 16;

  /** Degrees between neighbouring hues: the golden angle, which never repeats. */
  private static final double GOLDEN_ANGLE = 137.508;

  /**
   * One input; its arrays are not copied.
   *
   * @param xyz (N, 3): coordinates in any unit, y pointing up
   * @param group (N): index of the nearest centre, 0 … G − 1; may be empty if nothing is routed
   * @param expert (L, G): the expert that got most of the group's sub-tokens in block l; empty if
   *     the method does not route
   * @param probability the model's, of {@code predicted}, 0 … 1
   */
  @SuppressWarnings("ArrayRecordComponent") // points and matrices; compared nowhere
  public record Cloud(
      float[] xyz,
      int[] group,
      int[][] expert,
      String truth,
      String predicted,
      double probability) {
    public Cloud {
      CloudData.check(xyz, group, expert);
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException(
            "A probability must lie within 0 … 1; found %s of '%s'"
                .formatted(probability, predicted));
      }
    }

    /** Whether the prediction is right. */
    public boolean correct() {
      return truth.equals(predicted);
    }
  }

  public Clouds {
    clouds = List.copyOf(clouds);
    if (experts < 0 || experts > MOST_EXPERTS) {
      throw new IllegalArgumentException(
          "A block may have 0 … %d experts; found %d".formatted(MOST_EXPERTS, experts));
    }
    for (int i = 0; i < clouds.size(); i++) {
      CloudData.checkExperts(i, clouds.get(i).expert, clouds.get(0).expert.length, experts);
    }
  }

  @Override
  public String heading() {
    return "Samples";
  }

  @Override
  public boolean empty() {
    return clouds.isEmpty();
  }

  @Override
  public String body() {
    long right = clouds.stream().filter(Cloud::correct).count();
    var html = new Html();
    html.element("p", right + " of these " + clouds.size() + " are right.");
    html.open("div", "class", "clouds");
    html.open("noscript").element("p", "The clouds are drawn by JavaScript, which is off here.");
    html.close("noscript");
    html.open("div", "class", "controls", "hidden", "");
    if (routed()) {
      chooser(html);
      legend(html);
    } else {
      depth(html);
    }
    html.element("p", hint(), "class", "key");
    html.close("div").open("div", "class", "samples");
    clouds.forEach(cloud -> figure(html, cloud));
    return html.close("div").close("div").toString();
  }

  private boolean routed() {
    return !clouds.isEmpty() && clouds.get(0).expert.length > 0;
  }

  private String hint() {
    return "Drag or arrow keys turn a cloud, Ctrl and wheel or + and − zoom, double-click or Home resets."
        + (routed() ? " Pick an expert to see its points alone." : "");
  }

  private void chooser(Html html) {
    int last = clouds.get(0).expert.length - 1;
    html.open("p", "class", "set").open("label", "class", "block");
    html.text("Colours: the expert that got most of a group’s tokens in block ");
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
    turn(html);
    html.close("p");
  }

  private static void turn(Html html) {
    html.open("label", "class", "turn");
    html.empty("input", "type", "checkbox", "autocomplete", "off").text(" turn by themselves");
    html.close("label");
  }

  private void legend(Html html) {
    html.open("ul", "class", "legend keys");
    for (int expert = 0; expert < experts; expert++) {
      String style =
          expert < COLOURS
              ? "--c:var(--e" + expert + ")"
              : "--h:" + Figures.fixed(expert * GOLDEN_ANGLE % 360, 0);
      html.open("li").open("button", "type", "button", "aria-pressed", "false");
      html.element("i", "", "class", expert < COLOURS ? "swatch" : "swatch hue", "style", style);
      html.text("expert\u00a0" + expert).close("button").close("li");
    }
    html.close("ul");
  }

  private static void depth(Html html) {
    html.open("p", "class", "set").open("span").text("Colours: distance from the eye, near ");
    html.element("i", "", "class", "ramp").text(" far");
    html.close("span");
    turn(html);
    html.close("p");
  }

  private static void figure(Html html, Cloud cloud) {
    var verdict = new Verdict(cloud.truth, cloud.predicted, cloud.probability);
    html.open("figure", "class", verdict.style());
    html.open(
        "canvas",
        "hidden",
        "",
        "tabindex",
        "0",
        "role",
        "img",
        "aria-label",
        "Point cloud. " + verdict.inWords() + ". Arrow keys turn it.",
        "data-points",
        base64(CloudData.quantised(cloud.xyz)),
        "data-groups",
        base64(CloudData.groups(cloud.group, cloud.expert)),
        "data-experts",
        base64(CloudData.experts(cloud.expert)));
    html.close("canvas");
    verdict.caption(html);
    html.close("figure");
  }

  private static String base64(byte[] data) {
    return Base64.getEncoder().encodeToString(data);
  }
}
