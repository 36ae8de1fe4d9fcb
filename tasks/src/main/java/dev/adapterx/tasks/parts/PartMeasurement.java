package dev.adapterx.tasks.parts;

import dev.adapterx.data.BrokenSample;
import dev.adapterx.dense.parts.Category;
import dev.adapterx.dense.parts.PartScores;
import dev.adapterx.dense.score.PixelScore;
import dev.adapterx.train.input.Measured;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What labels of points were worth on a split, class by class. */
public record PartMeasurement(Facts facts) implements Measured {
  /**
   * One class; shares are 0 … 1 and NaN where there is nothing to share.
   *
   * @param points that have it
   * @param takenFor the class that most of its other points were taken for; absent: none
   */
  public record PerClass(
      String name,
      long points,
      double iou,
      double accuracy,
      double precision,
      @Nullable String takenFor) {}

  public PartMeasurement {
    if (!(facts.scores() instanceof PartScores)) {
      throw new IllegalArgumentException("Scores of points expected, found " + facts.scores());
    }
  }

  /** How its points were found. */
  public PartScores scores() {
    return (PartScores) facts.scores();
  }

  @Override
  public List<BrokenSample> broken() {
    return facts.broken();
  }

  @Override
  public List<String> warnings() {
    return facts.warnings();
  }

  @Override
  public String text() {
    return PartText.of(this);
  }

  /** All classes in the order of their labels. */
  public List<PerClass> perClass() {
    PixelScore s = scores().score();
    return IntStream.range(0, facts.classes().size())
        .mapToObj(
            c ->
                new PerClass(
                    facts.classes().get(c),
                    s.pixels()[c],
                    s.iou()[c],
                    s.accuracy()[c],
                    s.precision()[c],
                    takenFor(c)))
        .toList();
  }

  private @Nullable String takenFor(int truth) {
    int most = -1;
    for (int p = 0; p < facts.classes().size(); p++) {
      long count = p == truth ? 0 : scores().counts().count(truth, p);
      if (count > (most < 0 ? 0 : scores().counts().count(truth, most))) {
        most = p;
      }
    }
    return most < 0 ? null : facts.classes().get(most);
  }

  /** Mean IoU of each category's shapes; empty where clouds have none. */
  public Map<String, Double> perCategory() {
    Map<String, Double> all = new LinkedHashMap<>();
    PartScores.Shapes shapes = scores().shapes();
    if (shapes != null) {
      for (int i = 0; i < scores().categories().size(); i++) {
        Category category = scores().categories().get(i);
        all.put(category.name(), shapes.categories().get(i));
      }
    }
    return all;
  }

  @Override
  public Map<String, @Nullable Object> json() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("data", facts.data());
    json.put("split", facts.split());
    json.put("clouds", scores().clouds().size());
    scores().all().forEach(score -> json.put(score.name(), finite(score.value())));
    json.put("loss", finite(scores().loss()));
    json.put("normalisation", facts.normalisation());
    json.put("seconds", scores().seconds());
    Map<String, @Nullable Object> kinds = new LinkedHashMap<>();
    perCategory().forEach((name, iou) -> kinds.put(name, finite(100 * iou)));
    json.put("categories", kinds);
    json.put("classes", perClass().stream().map(PartMeasurement::json).toList());
    List<List<Long>> confusion = new ArrayList<>();
    for (int t = 0; t < facts.classes().size(); t++) {
      int truth = t;
      confusion.add(
          IntStream.range(0, facts.classes().size())
              .mapToObj(p -> scores().counts().count(truth, p))
              .toList());
    }
    json.put("confusion", confusion);
    json.put("each", scores().clouds().stream().map(this::json).toList());
    json.put(
        "broken",
        broken().stream().map(b -> Map.of("file", b.where(), "reason", b.reason())).toList());
    json.put("warnings", warnings());
    return json;
  }

  private Map<String, @Nullable Object> json(PartScores.Cloud cloud) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", facts.names().get(cloud.index()));
    json.put(PartScores.MEAN_IOU, finite(cloud.meanIou()));
    return json;
  }

  private static Map<String, @Nullable Object> json(PerClass c) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", c.name());
    json.put("points", c.points());
    json.put("iou", finite(c.iou()));
    json.put("accuracy", finite(c.accuracy()));
    json.put("precision", finite(c.precision()));
    json.put("taken-for", c.takenFor());
    return json;
  }

  private static @Nullable Double finite(double share) {
    return Double.isFinite(share) ? share : null;
  }
}
