package dev.adapterx.tasks.parts;

import dev.adapterx.data.BrokenSample;
import dev.adapterx.dense.parts.Category;
import dev.adapterx.dense.parts.PartScores;
import dev.adapterx.tasks.show.ClassFigures;
import dev.adapterx.train.input.Measured;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What labels of points were worth on a split, class by class. */
public record PartMeasurement(Facts facts) implements Measured {
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
  public List<ClassFigures> perClass() {
    return ClassFigures.of(scores().score(), scores().counts(), facts.classes());
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
    scores().all().forEach(score -> json.put(score.name(), ClassFigures.finite(score.value())));
    json.put("loss", ClassFigures.finite(scores().loss()));
    json.put("normalisation", facts.normalisation());
    json.put("seconds", scores().seconds());
    Map<String, @Nullable Object> kinds = new LinkedHashMap<>();
    perCategory().forEach((name, iou) -> kinds.put(name, ClassFigures.finite(100 * iou)));
    json.put("categories", kinds);
    json.put("classes", perClass().stream().map(c -> c.json("points")).toList());
    json.put("confusion", ClassFigures.confusion(scores().counts(), facts.classes().size()));
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
    json.put(PartScores.MEAN_IOU, ClassFigures.finite(cloud.meanIou()));
    return json;
  }
}
