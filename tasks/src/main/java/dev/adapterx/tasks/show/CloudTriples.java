package dev.adapterx.tasks.show;

import dev.adapterx.train.report.Html;
import dev.adapterx.train.report.Section;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Clouds that turn, each point in the colour of its true class, of the one found, or of whether
 * they are the same.
 *
 * @param keys classes that are seen, with their colours
 */
public record CloudTriples(List<Cloud> clouds, List<Triples.Key> keys) implements Section {
  /** Points that are shown of a cloud. */
  public static final int MOST_POINTS = 4096;

  private static final int STEPS = 127;
  private static final List<String> VIEWS = List.of("truth", "prediction", "errors");
  private static final Triples.Key NONE = new Triples.Key("not labelled", 0xB0B0B0);
  private static final Triples.Key RIGHT = new Triples.Key("right", 0x9AA5B1);
  private static final Triples.Key WRONG = new Triples.Key("wrong", 0xE03131);

  /** Colours are bytes on the page. */
  private static final int MOST_KEYS = 253;

  /**
   * One cloud; its arrays are not copied.
   *
   * @param caption what it is
   * @param xyz (N, 3), y pointing up
   * @param truth (N): indices of keys; below 0: not labelled
   * @param found (N): indices of keys
   */
  @SuppressWarnings("ArrayRecordComponent") // points and labels; compared nowhere
  public record Cloud(String caption, float[] xyz, int[] truth, int[] found) {
    public Cloud {
      if (xyz.length != 3 * truth.length || truth.length != found.length) {
        throw new IllegalArgumentException(
            "%d coordinates, %d true and %d found labels"
                .formatted(xyz.length, truth.length, found.length));
      }
      if (truth.length == 0 || truth.length > MOST_POINTS) {
        throw new IllegalArgumentException(
            "Expected 1 to %d points, found %d".formatted(MOST_POINTS, truth.length));
      }
    }
  }

  public CloudTriples {
    clouds = List.copyOf(clouds);
    keys = List.copyOf(keys);
  }

  @Override
  public String heading() {
    return "Clouds: truth, prediction, errors";
  }

  @Override
  public boolean empty() {
    return clouds.isEmpty() || keys.size() > MOST_KEYS;
  }

  @Override
  public String body() {
    var html = new Html();
    html.open("div", "class", "clouds");
    html.open("noscript").element("p", "The clouds are drawn by JavaScript, which is off here.");
    html.close("noscript");
    html.open("div", "class", "controls", "hidden", "").open("p", "class", "set");
    html.open("label", "class", "block").text("Colours: 0 truth, 1 prediction, 2 errors: ");
    html.element("output", "1").text(" ");
    html.empty(
        "input",
        "type",
        "range",
        "min",
        0,
        "max",
        VIEWS.size() - 1,
        "value",
        1,
        "autocomplete",
        "off",
        "aria-label",
        "Truth, prediction or errors");
    html.close("label").open("label", "class", "turn");
    html.empty("input", "type", "checkbox", "autocomplete", "off");
    html.text(" turn by themselves").close("label").close("p");
    html.open("ul", "class", "legend keys");
    all().forEach(key -> key(html, key));
    html.close("ul")
        .element(
            "p",
            "Drag or arrow keys turn a cloud, Ctrl and wheel or + and − zoom, double-click or Home"
                + " resets. Pick a class to see its points alone.",
            "class",
            "key");
    html.close("div").open("div", "class", "samples");
    clouds.forEach(cloud -> figure(html, cloud));
    return html.close("div").close("div").toString();
  }

  private List<Triples.Key> all() {
    List<Triples.Key> all = new ArrayList<>(keys);
    all.addAll(List.of(NONE, RIGHT, WRONG));
    return all;
  }

  private static void key(Html html, Triples.Key key) {
    html.open("li").open("button", "type", "button", "aria-pressed", "false");
    String colour = String.format(Locale.ROOT, "background:#%06x", key.colour());
    html.element("i", "", "class", "swatch", "style", colour);
    html.text(key.name()).close("button").close("li");
  }

  private void figure(Html html, Cloud cloud) {
    html.open("figure")
        .open(
            "canvas",
            "hidden",
            "",
            "tabindex",
            "0",
            "role",
            "img",
            "aria-label",
            "Point cloud. " + cloud.caption + ". Arrow keys turn it.",
            "data-points",
            base64(quantised(cloud.xyz)),
            "data-groups",
            base64(numbers(cloud.truth.length)),
            "data-experts",
            base64(colours(cloud)));
    html.close("canvas").element("figcaption", cloud.caption).close("figure");
  }

  /** Each point is a group of its own; two bytes each, or one up to 256 points. */
  private static byte[] numbers(int points) {
    int width = points > 256 ? 2 : 1;
    byte[] packed = new byte[width * points];
    for (int i = 0; i < points; i++) {
      for (int at = 0; at < width; at++) {
        packed[width * i + at] = (byte) (i >> (8 * at));
      }
    }
    return packed;
  }

  private byte[] colours(Cloud cloud) {
    int points = cloud.truth.length;
    int none = keys.size();
    byte[] packed = new byte[VIEWS.size() * points];
    for (int i = 0; i < points; i++) {
      int truth = cloud.truth[i];
      packed[i] = (byte) (truth < 0 ? none : truth);
      packed[points + i] = (byte) cloud.found[i];
      packed[2 * points + i] =
          (byte) (truth < 0 ? none : truth == cloud.found[i] ? none + 1 : none + 2);
    }
    return packed;
  }

  /** The middle of the extent at 0, the farthest point from it at {@value #STEPS}. */
  private static byte[] quantised(float[] xyz) {
    double[] low = {1 / 0.0, 1 / 0.0, 1 / 0.0};
    double[] high = {-1 / 0.0, -1 / 0.0, -1 / 0.0};
    for (int i = 0; i < xyz.length; i++) {
      low[i % 3] = Math.min(low[i % 3], xyz[i]);
      high[i % 3] = Math.max(high[i % 3], xyz[i]);
    }
    double reach = 0;
    for (int i = 0; i < xyz.length; i += 3) {
      double sum = 0;
      for (int axis = 0; axis < 3; axis++) {
        double apart = xyz[i + axis] - (low[axis] + high[axis]) / 2;
        sum += apart * apart;
      }
      reach = Math.max(reach, Math.sqrt(sum));
    }
    byte[] steps = new byte[xyz.length];
    for (int i = 0; i < xyz.length; i++) {
      double apart = xyz[i] - (low[i % 3] + high[i % 3]) / 2;
      steps[i] = (byte) (reach > 0 ? Math.round(apart * STEPS / reach) : 0);
    }
    return steps;
  }

  private static String base64(byte[] data) {
    return Base64.getEncoder().encodeToString(data);
  }

  /** Positions of values in their order, for keys of some classes alone. */
  public static TreeMap<Integer, Integer> positions(Iterable<Integer> values) {
    TreeMap<Integer, Integer> positions = new TreeMap<>();
    values.forEach(value -> positions.put(value, 0));
    int next = 0;
    for (Map.Entry<Integer, Integer> entry : positions.entrySet()) {
      entry.setValue(next++);
    }
    return positions;
  }
}
