package dev.adapterx.tasks.detect;

import dev.adapterx.data.BrokenSample;
import dev.adapterx.dense.detect.BoxMeter;
import dev.adapterx.dense.detect.BoxScores;
import dev.adapterx.train.input.Measured;
import dev.adapterx.train.text.LowestClasses;
import dev.adapterx.train.text.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a trained detection was worth on a split, class by class. */
public record BoxMeasurement(Facts facts) implements Measured {
  private static final double PERCENT = 100;
  private static final double STRICT = 0.75;

  /**
   * One class; figures are in percent, NaN where none of its objects was to be found.
   *
   * @param objects that were to be found
   * @param ap COCO's average precision
   * @param ap50 at an IoU of 0.5
   * @param ap75 at an IoU of 0.75
   */
  public record PerClass(String name, int objects, double ap, double ap50, double ap75) {}

  public BoxMeasurement {
    if (!(facts.scores() instanceof BoxScores)) {
      throw new IllegalArgumentException("Scores of boxes expected, found " + facts.scores());
    }
  }

  /** How its objects were found. */
  public BoxScores scores() {
    return (BoxScores) facts.scores();
  }

  @Override
  public List<BrokenSample> broken() {
    return facts.broken();
  }

  @Override
  public List<String> warnings() {
    return facts.warnings();
  }

  /** All classes in the order of their labels. */
  public List<PerClass> perClass() {
    BoxScores s = scores();
    return IntStream.range(0, facts.classes().size())
        .mapToObj(
            c ->
                new PerClass(
                    facts.classes().get(c),
                    s.objects()[c],
                    s.averagePrecision(c),
                    s.averagePrecision(c, BoxScores.HALF),
                    s.averagePrecision(c, STRICT)))
        .toList();
  }

  @Override
  public String text() {
    BoxScores s = scores();
    Table summary =
        new Table("data", facts.place())
            .row("images", Table.count(s.pictures().size()))
            .row("objects", Table.count(IntStream.of(s.objects()).sum()));
    s.all().forEach(score -> summary.row(score.name(), percent(score.value())));
    int right = s.pictures().stream().mapToInt(BoxScores.Picture::right).sum();
    int wrong = s.pictures().stream().mapToInt(BoxScores.Picture::wrong).sum();
    int missed = s.pictures().stream().mapToInt(BoxScores.Picture::missed).sum();
    summary
        .row(
            String.format(Locale.ROOT, "score at least %s", BoxMeter.SHOWN),
            "%d right, %d wrong, %d missed".formatted(right, wrong, missed))
        .row(
            "highest F1",
            s.balance()
                .map(
                    best ->
                        String.format(
                            Locale.ROOT,
                            "%.1f %%, where a score of %.2f is enough",
                            best.f1(),
                            best.score()))
                .orElse("-"))
        .row("loss", String.format(Locale.ROOT, "%.4f", s.loss()))
        .row("normalisation", facts.normalisation())
        .row("broken images", Table.count(broken().size()))
        .row("time", String.format(Locale.ROOT, "%.1f s", s.seconds()));
    return summary.text() + System.lineSeparator() + classes();
  }

  private String classes() {
    LowestClasses<PerClass> classes = LowestClasses.of(perClass(), PerClass::ap, "AP");
    Table table = new Table("class", "objects", "AP", "AP50", "AP75");
    for (PerClass c : classes.shown()) {
      table.row(c.name, Table.count(c.objects), percent(c.ap), percent(c.ap50), percent(c.ap75));
    }
    return table.text() + classes.note();
  }

  private static String percent(double value) {
    return Table.percent(value / PERCENT);
  }

  @Override
  public Map<String, @Nullable Object> json() {
    BoxScores s = scores();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("data", facts.data());
    json.put("split", facts.split());
    json.put("images", s.pictures().size());
    s.all().forEach(score -> json.put(score.name(), finite(score.value())));
    json.put("highest-F1", s.balance().map(BoxScores.Balance::f1).orElse(null));
    json.put("its-least-score", s.balance().map(BoxScores.Balance::score).orElse(null));
    json.put("loss", finite(s.loss()));
    json.put("normalisation", facts.normalisation());
    json.put("seconds", s.seconds());
    json.put("classes", perClass().stream().map(BoxMeasurement::json).toList());
    json.put("pictures", s.pictures().stream().map(this::json).toList());
    json.put(
        "broken",
        broken().stream().map(b -> Map.of("file", b.where(), "reason", b.reason())).toList());
    json.put("warnings", warnings());
    return json;
  }

  private Map<String, @Nullable Object> json(BoxScores.Picture picture) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", facts.names().get(picture.index()));
    json.put("quality", finite(picture.quality()));
    json.put("right", picture.right());
    json.put("wrong", picture.wrong());
    json.put("missed", picture.missed());
    return json;
  }

  private static Map<String, @Nullable Object> json(PerClass c) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", c.name);
    json.put("objects", c.objects);
    json.put("AP", finite(c.ap));
    json.put("AP50", finite(c.ap50));
    json.put("AP75", finite(c.ap75));
    return json;
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
