package dev.adapterx.tasks.segment;

import dev.adapterx.data.BrokenSample;
import dev.adapterx.dense.score.PixelScore;
import dev.adapterx.dense.segment.PixelScores;
import dev.adapterx.train.input.Measured;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a trained segmentation was worth on a split, class by class. */
public record PixelMeasurement(Facts facts) implements Measured {
  /**
   * One class; shares are 0 … 1 and NaN where there is nothing to share.
   *
   * @param pixels that have it
   * @param takenFor the class that most of its other pixels were taken for; absent: none
   */
  public record PerClass(
      String name,
      long pixels,
      double iou,
      double accuracy,
      double precision,
      double dice,
      @Nullable String takenFor) {}

  public PixelMeasurement {
    if (!(facts.scores() instanceof PixelScores)) {
      throw new IllegalArgumentException("Scores of pixels expected, found " + facts.scores());
    }
  }

  /** How its pixels were found. */
  public PixelScores scores() {
    return (PixelScores) facts.scores();
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
    return PixelText.of(this);
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
                    s.dice()[c],
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

  @Override
  public Map<String, @Nullable Object> json() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("data", facts.data());
    json.put("split", facts.split());
    json.put("images", scores().pictures().size());
    scores().all().forEach(score -> json.put(score.name(), finite(score.value())));
    json.put("loss", finite(scores().loss()));
    json.put("normalisation", facts.normalisation());
    json.put("seconds", scores().seconds());
    json.put("classes", perClass().stream().map(PixelMeasurement::json).toList());
    List<List<Long>> confusion = new ArrayList<>();
    for (int t = 0; t < facts.classes().size(); t++) {
      int truth = t;
      confusion.add(
          IntStream.range(0, facts.classes().size())
              .mapToObj(p -> scores().counts().count(truth, p))
              .toList());
    }
    json.put("confusion", confusion);
    json.put("pictures", scores().pictures().stream().map(this::json).toList());
    json.put(
        "broken",
        broken().stream().map(b -> Map.of("file", b.where(), "reason", b.reason())).toList());
    json.put("warnings", warnings());
    return json;
  }

  private Map<String, @Nullable Object> json(PixelScores.Picture picture) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", facts.names().get(picture.index()));
    json.put(PixelScores.MEAN_IOU, finite(picture.meanIou()));
    return json;
  }

  private static Map<String, @Nullable Object> json(PerClass c) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", c.name());
    json.put("pixels", c.pixels());
    json.put("iou", finite(c.iou()));
    json.put("accuracy", finite(c.accuracy()));
    json.put("precision", finite(c.precision()));
    json.put("dice", finite(c.dice()));
    json.put("taken-for", c.takenFor());
    return json;
  }

  private static @Nullable Double finite(double share) {
    return Double.isFinite(share) ? share : null;
  }
}
