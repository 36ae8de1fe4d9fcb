package dev.adapterx.tasks.segment;

import dev.adapterx.data.BrokenSample;
import dev.adapterx.dense.segment.PixelScores;
import dev.adapterx.tasks.show.ClassFigures;
import dev.adapterx.train.input.Measured;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a trained segmentation was worth on a split, class by class. */
public record PixelMeasurement(Facts facts) implements Measured {
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
  public List<ClassFigures> perClass() {
    return ClassFigures.of(scores().score(), scores().counts(), facts.classes());
  }

  @Override
  public Map<String, @Nullable Object> json() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("data", facts.data());
    json.put("split", facts.split());
    json.put("images", scores().pictures().size());
    scores().all().forEach(score -> json.put(score.name(), ClassFigures.finite(score.value())));
    json.put("loss", ClassFigures.finite(scores().loss()));
    json.put("normalisation", facts.normalisation());
    json.put("seconds", scores().seconds());
    json.put("classes", perClass().stream().map(c -> c.json("pixels")).toList());
    json.put("confusion", ClassFigures.confusion(scores().counts(), facts.classes().size()));
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
    json.put(PixelScores.MEAN_IOU, ClassFigures.finite(picture.meanIou()));
    return json;
  }
}
