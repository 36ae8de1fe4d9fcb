package dev.adapterx.train.report;

import dev.adapterx.train.text.Figures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The confusion matrix. Up to {@value #MOST_CLASSES} classes it is shown in full, above that the
 * pairs confused most.
 *
 * @param counts (C, C): {@code counts[truth][predicted]}; not copied
 * @param classes names by class index, (C)
 */
@SuppressWarnings("ArrayRecordComponent") // a matrix; compared nowhere
public record Confusion(int[][] counts, List<String> classes) implements Section {
  public static final int MOST_CLASSES = 40;
  private static final int MOST_PAIRS = 25;

  /** Below this number of samples, counts are shown instead of percentages. */
  private static final int FEW = 100;

  public Confusion {
    classes = List.copyOf(classes);
    int size = classes.size();
    if (counts.length != size || Arrays.stream(counts).anyMatch(row -> row.length != size)) {
      throw new IllegalArgumentException(
          "A confusion matrix over " + size + " class names must be " + size + " x " + size);
    }
  }

  private record Pair(int truth, int predicted, int count) {}

  @Override
  public String heading() {
    return "Confusion matrix";
  }

  @Override
  public boolean empty() {
    return Arrays.stream(counts).flatMapToInt(IntStream::of).allMatch(n -> n == 0);
  }

  @Override
  public String body() {
    return classes.size() <= MOST_CLASSES ? matrix() : mostConfused();
  }

  private String matrix() {
    List<HeatMap.Row> rows = new ArrayList<>();
    for (int truth = 0; truth < classes.size(); truth++) {
      List<HeatMap.Cell> cells = new ArrayList<>();
      for (int predicted = 0; predicted < classes.size(); predicted++) {
        cells.add(cell(truth, predicted));
      }
      var beside = List.of(part(counts[truth][truth], support(truth)));
      rows.add(new HeatMap.Row(classes.get(truth), cells, beside));
    }
    List<String> foot = new ArrayList<>(List.of("precision"));
    IntStream.range(0, classes.size())
        .mapToObj(c -> part(counts[c][c], predicted(c)))
        .forEach(foot::add);
    foot.add("");
    return new HeatMap(
            "Rows are true classes, columns predictions; tint is the share of the row",
            "true \\ predicted",
            classes,
            List.of("recall"),
            rows,
            foot)
        .html();
  }

  /** Percentages of a few samples would suggest false precision. */
  private static String part(int part, int whole) {
    return whole == 0
        ? "–"
        : whole < FEW
            ? part + "\u00a0of\u00a0" + whole
            : Figures.fixed(100.0 * part / whole, 0) + "\u00a0%";
  }

  private HeatMap.Cell cell(int truth, int predicted) {
    int count = counts[truth][predicted];
    double share = share(count, support(truth));
    String hint =
        "true %s, predicted %s: %d of %d (%s)"
            .formatted(
                classes.get(truth),
                classes.get(predicted),
                count,
                support(truth),
                Figures.percent(share, 1));
    return new HeatMap.Cell(String.valueOf(count), Double.isNaN(share) ? 0 : share, hint);
  }

  private String mostConfused() {
    List<Pair> pairs = confusedPairs();
    var html = new Html();
    html.element(
        "p",
        "%d classes; the %d pairs confused most often.".formatted(classes.size(), pairs.size()));
    html.open("div", "class", "scroll").open("table");
    html.tableHead("True class", "Predicted as", "Count", "Of the true class").open("tbody");
    for (var pair : pairs) {
      html.open("tr").element("th", classes.get(pair.truth), "scope", "row");
      html.element("td", classes.get(pair.predicted));
      html.element("td", String.valueOf(pair.count), "class", "number");
      String share = part(pair.count, support(pair.truth));
      html.element("td", share, "class", "number").close("tr");
    }
    return html.close("tbody").close("table").close("div").toString();
  }

  private List<Pair> confusedPairs() {
    List<Pair> pairs = new ArrayList<>();
    for (int truth = 0; truth < classes.size(); truth++) {
      for (int predicted = 0; predicted < classes.size(); predicted++) {
        if (truth != predicted && counts[truth][predicted] > 0) {
          pairs.add(new Pair(truth, predicted, counts[truth][predicted]));
        }
      }
    }
    return pairs.stream()
        .sorted(Comparator.comparingInt(Pair::count).reversed())
        .limit(MOST_PAIRS)
        .toList();
  }

  private int support(int c) {
    return IntStream.of(counts[c]).sum();
  }

  private int predicted(int c) {
    return Arrays.stream(counts).mapToInt(row -> row[c]).sum();
  }

  private static double share(int part, int whole) {
    return whole == 0 ? Double.NaN : (double) part / whole;
  }
}
