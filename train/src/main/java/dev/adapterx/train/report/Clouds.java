package dev.adapterx.train.report;

import java.util.Base64;
import java.util.List;

/**
 * A few point clouds that the reader can rotate, each point in the colour of the expert that its
 * group was routed to in the chosen block; without routing, coloured by depth.
 *
 * @param intro which samples are shown
 * @param experts number per block, at most 256; 0 without routing
 */
public record Clouds(String intro, List<Cloud> clouds, int experts) implements Section {
  /**
   * One input; its arrays are not copied.
   *
   * @param xyz (N, 3): coordinates in any unit, y pointing up
   * @param group (N): index of the nearest centre, 0 … G − 1; may be empty without routing
   * @param expert (L, G): the expert that got most of the group's sub-tokens in block l; empty
   *     without routing
   */
  @SuppressWarnings("ArrayRecordComponent") // points and matrices; compared nowhere
  public record Cloud(
      float[] xyz, int[] group, int[][] expert, String truth, List<Answer> answers) {
    public Cloud {
      answers = List.copyOf(answers);
      CloudData.check(xyz, group, expert);
    }
  }

  public Clouds {
    clouds = List.copyOf(clouds);
    ExpertKeys.require(experts);
    for (int i = 0; i < clouds.size(); i++) {
      CloudData.checkExperts(
          "cloud", i, clouds.get(i).expert, clouds.get(0).expert.length, experts);
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
    var html = new Html();
    html.element("p", intro);
    html.open("div", "class", "clouds");
    html.open("noscript").element("p", "The clouds are drawn by JavaScript, which is off here.");
    html.close("noscript");
    html.open("div", "class", "controls", "hidden", "");
    if (routed()) {
      chooser(html);
      ExpertKeys.legend(html, experts);
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
    html.open("p", "class", "set");
    String words = "Colours: the expert that got most of a group’s tokens in block ";
    ExpertKeys.chooser(html, words, clouds.get(0).expert.length - 1);
    turn(html);
    html.close("p");
  }

  private static void turn(Html html) {
    ExpertKeys.box(html, " turn by themselves", false);
  }

  private static void depth(Html html) {
    html.open("p", "class", "set").open("span").text("Colours: distance from the eye, near ");
    html.element("i", "", "class", "ramp").text(" far");
    html.close("span");
    turn(html);
    html.close("p");
  }

  private static void figure(Html html, Cloud cloud) {
    var verdict = new Verdict(cloud.truth, cloud.answers);
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
