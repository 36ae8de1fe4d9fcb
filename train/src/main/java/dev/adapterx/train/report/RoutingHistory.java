package dev.adapterx.train.report;

import dev.adapterx.train.routing.ExpertUse;
import dev.adapterx.train.text.Figures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The experts each block used over the epochs: one small chart per block, with the experts' loads
 * stacked to 1, preceded by one per library that several blocks share.
 *
 * @param epochs the places of each epoch, oldest first
 */
public record RoutingHistory(Map<Integer, List<ExpertUse>> epochs) implements Section {
  private static final double WIDTH = 180;
  private static final double HEIGHT = 72;

  /** The most columns that a small chart can show. */
  private static final int MOST_EPOCHS = 120;

  public RoutingHistory {
    epochs = new LinkedHashMap<>(epochs);
  }

  @Override
  public String heading() {
    return "Expert routing over the epochs";
  }

  @Override
  public boolean empty() {
    return epochs.values().stream().allMatch(List::isEmpty);
  }

  @Override
  public String body() {
    Map<String, Map<Integer, ExpertUse>> panels = panels();
    int experts =
        panels.values().stream()
            .flatMap(p -> p.values().stream())
            .mapToInt(ExpertUse::experts)
            .max()
            .orElse(0);
    var html = new Html();
    html.element(
        "p",
        "Share of the training's sub-tokens that each expert got, from the bottom up, in each"
            + " epoch. Bands of equal height: all experts are used; one band alone: one expert has"
            + " taken over.",
        "class",
        "key");
    html.open("ul", "class", "legend");
    for (int e = 0; e < experts; e++) {
      html.open("li")
          .element("i", "", "class", ExpertKeys.hued(e, "swatch"), "style", ExpertKeys.colour(e));
      html.text("expert\u00a0" + e).close("li");
    }
    html.close("ul").open("div", "class", "multiples");
    panels.forEach((title, uses) -> html.trusted(panel(title, uses)));
    return html.close("div").toString();
  }

  /** The uses of each epoch, by panel title; libraries first. */
  private Map<String, Map<Integer, ExpertUse>> panels() {
    Map<String, Map<Integer, ExpertUse>> libraries = new LinkedHashMap<>();
    Map<String, Map<Integer, ExpertUse>> places = new LinkedHashMap<>();
    List<Integer> numbers = new ArrayList<>(epochs.keySet());
    int stride = (numbers.size() + MOST_EPOCHS - 1) / MOST_EPOCHS;
    for (int i = 0; i < numbers.size(); i++) {
      if (i % stride == 0 || i == numbers.size() - 1) {
        int epoch = numbers.get(i);
        List<ExpertUse> uses = epochs.getOrDefault(epoch, List.of());
        for (ExpertUse library : ExpertUse.libraries(uses)) {
          if (library.place().equals(ExpertUse.ALL)) {
            put(libraries, library.library() + ", all its blocks", epoch, library);
          }
        }
        uses.forEach(use -> put(places, use.place(), epoch, use));
      }
    }
    Map<String, Map<Integer, ExpertUse>> panels = new LinkedHashMap<>(libraries);
    places.forEach(panels::putIfAbsent);
    return panels;
  }

  private static void put(
      Map<String, Map<Integer, ExpertUse>> panels, String title, int epoch, ExpertUse use) {
    panels.computeIfAbsent(title, unused -> new LinkedHashMap<>()).put(epoch, use);
  }

  private static String panel(String title, Map<Integer, ExpertUse> uses) {
    List<ExpertUse> columns = new ArrayList<>(uses.values());
    List<Integer> numbers = new ArrayList<>(uses.keySet());
    ExpertUse last = columns.get(columns.size() - 1);
    int from = numbers.get(0);
    int to = numbers.get(numbers.size() - 1);
    String words = words(last, to);
    var html = new Html().open("figure", "class", "multiple");
    html.element("figcaption", title);
    html.open(
        "svg",
        "viewBox",
        "0 0 " + Math.round(WIDTH) + " " + Math.round(HEIGHT),
        "preserveAspectRatio",
        "none",
        "role",
        "img",
        "aria-label",
        title + ". " + words);
    html.element("title", words);
    double[] floor = new double[columns.size()];
    for (int e = 0; e < last.experts(); e++) {
      double[] roof = roof(columns, floor, e);
      html.empty(
          "path",
          "class",
          ExpertKeys.hued(e, "band"),
          "style",
          ExpertKeys.colour(e),
          "d",
          band(floor, roof, numbers));
      floor = roof;
    }
    html.close("svg");
    String span = from == to ? "epoch " + to : "epochs " + from + " – " + to;
    String mark = last.collapsed() ? " ▲" : last.deadExperts().isEmpty() ? "" : " ✕";
    html.element(
        "p",
        span + " · entropy " + Figures.fixed(last.entropy(), 2) + mark,
        "class",
        "key",
        "title",
        words);
    return html.close("figure").toString();
  }

  private static double[] roof(List<ExpertUse> columns, double[] floor, int expert) {
    double[] roof = floor.clone();
    for (int i = 0; i < roof.length; i++) {
      List<Double> load = columns.get(i).load();
      roof[i] += expert < load.size() ? load.get(expert) : 0;
    }
    return roof;
  }

  /**
   * The outline of a band, along its upper edge and back along the lower; a single epoch is a flat
   * band.
   */
  private static String band(double[] floor, double[] roof, List<Integer> epochs) {
    var path = new StringBuilder();
    int n = roof.length;
    if (n == 1) {
      return "M0 %sH%sV%sH0Z".formatted(y(roof[0]), Frame.px(WIDTH), y(floor[0]));
    }
    for (int i = 0; i < n; i++) {
      path.append(i == 0 ? 'M' : 'L').append(x(epochs, i)).append(' ').append(y(roof[i]));
    }
    for (int i = n - 1; i >= 0; i--) {
      path.append('L').append(x(epochs, i)).append(' ').append(y(floor[i]));
    }
    return path.append('Z').toString();
  }

  private static String x(List<Integer> epochs, int i) {
    int first = epochs.get(0);
    int last = epochs.get(epochs.size() - 1);
    return Frame.px(WIDTH * (epochs.get(i) - first) / (last - first));
  }

  private static String y(double share) {
    return Frame.px(HEIGHT * (1 - Math.min(1, share)));
  }

  private static String words(ExpertUse use, int epoch) {
    var text = new StringBuilder("Epoch " + epoch + ":");
    for (int e = 0; e < use.experts(); e++) {
      text.append(e == 0 ? " expert " : ", expert ").append(e).append(' ');
      text.append(Figures.percent(use.load().get(e), 1));
    }
    text.append("; entropy ").append(Figures.fixed(use.entropy(), 3)).append(" of at most ");
    return text.append(Figures.fixed(Math.log(use.experts()), 3)).append(" nats").toString();
  }
}
