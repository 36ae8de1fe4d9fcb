package dev.adapterx.tasks.show;

import dev.adapterx.dense.score.PixelCounts;
import dev.adapterx.dense.score.PixelScore;
import dev.adapterx.train.text.LowestClasses;
import dev.adapterx.train.text.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How well a class of pixels or points was found; shares are 0 … 1 and NaN where there is nothing
 * to share.
 *
 * @param count pixels or points that have it
 * @param takenFor the class that most of its others were taken for; absent: none
 */
public record ClassFigures(
    String name,
    long count,
    double iou,
    double accuracy,
    double precision,
    double dice,
    @Nullable String takenFor) {
  /** Of all classes in the order of their labels. */
  public static List<ClassFigures> of(PixelScore s, PixelCounts counts, List<String> classes) {
    return IntStream.range(0, classes.size())
        .mapToObj(
            c ->
                new ClassFigures(
                    classes.get(c),
                    s.pixels()[c],
                    s.iou()[c],
                    s.accuracy()[c],
                    s.precision()[c],
                    s.dice()[c],
                    takenFor(c, counts, classes)))
        .toList();
  }

  private static @Nullable String takenFor(int truth, PixelCounts counts, List<String> classes) {
    int most = -1;
    for (int p = 0; p < classes.size(); p++) {
      long count = p == truth ? 0 : counts.count(truth, p);
      if (count > (most < 0 ? 0 : counts.count(truth, most))) {
        most = p;
      }
    }
    return most < 0 ? null : classes.get(most);
  }

  /** How often what was taken for what, rows first. */
  public static List<List<Long>> confusion(PixelCounts counts, int classes) {
    return IntStream.range(0, classes)
        .mapToObj(
            truth ->
                IntStream.range(0, classes).mapToObj(found -> counts.count(truth, found)).toList())
        .toList();
  }

  /**
   * A table to print.
   *
   * @param noun what is counted: {@code pixels}
   */
  public static String table(List<ClassFigures> all, String noun) {
    LowestClasses<ClassFigures> classes = LowestClasses.of(all, ClassFigures::iou, "IoU");
    Table table = new Table("class", noun, "IoU", "found", "precision", "else mostly taken for");
    for (ClassFigures c : classes.shown()) {
      table.row(
          c.name,
          Table.count(c.count),
          Table.percent(c.iou),
          Table.percent(c.accuracy),
          Table.percent(c.precision),
          c.takenFor == null ? "" : c.takenFor);
    }
    return table.text() + classes.note();
  }

  /** Ready to be written as JSON; shares of nothing are null. */
  public Map<String, @Nullable Object> json(String noun) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put(noun, count);
    json.put("iou", finite(iou));
    json.put("accuracy", finite(accuracy));
    json.put("precision", finite(precision));
    json.put("dice", finite(dice));
    json.put("taken-for", takenFor);
    return json;
  }

  /** A value for JSON, which has no NaN. */
  public static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
