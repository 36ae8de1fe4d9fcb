package dev.adapterx.train.result;

import dev.adapterx.data.BrokenSample;
import dev.adapterx.task.ConfusionMatrix;
import dev.adapterx.task.Evaluation;
import dev.adapterx.train.input.Measured;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a trained run got right on a split, class by class.
 *
 * @param classes position = label
 * @param noun what a sample is called: images or clouds
 * @param data where they are
 * @param split which of them
 * @param normalisation they were fed with
 * @param broken what was passed over
 * @param warnings why the figures may be optimistic
 */
public record Measurement(
    Evaluation evaluation,
    List<String> classes,
    String noun,
    String data,
    String split,
    String normalisation,
    List<BrokenSample> broken,
    List<String> warnings)
    implements Measured {

  /**
   * One class; shares are 0 … 1 and NaN where there is nothing to share.
   *
   * @param samples of this class
   * @param confusion what it is most often taken for, if it ever is
   */
  public record PerClass(
      String name,
      int samples,
      double recall,
      double precision,
      double f1,
      @Nullable Confusion confusion) {}

  /** How often samples of one class were taken for another. */
  public record Confusion(String truth, String predicted, int samples) {}

  public Measurement {
    classes = List.copyOf(classes);
    broken = List.copyOf(broken);
    warnings = List.copyOf(warnings);
  }

  /** With further warnings. */
  Measurement with(List<String> more) {
    List<String> all = new ArrayList<>(warnings);
    all.addAll(more);
    return new Measurement(evaluation, classes, noun, data, split, normalisation, broken, all);
  }

  /** All classes in the order of their labels. */
  public List<PerClass> perClass() {
    ConfusionMatrix m = evaluation.confusion();
    List<Confusion> confusions = confusions();
    return IntStream.range(0, classes.size())
        .mapToObj(
            c -> {
              String name = classes.get(c);
              Optional<Confusion> worst =
                  confusions.stream().filter(x -> x.truth().equals(name)).findFirst();
              return new PerClass(
                  name, m.support(c), m.recall(c), m.precision(c), m.f1(c), worst.orElse(null));
            })
        .toList();
  }

  /** All pairs that were confused, the most frequent first. */
  public List<Confusion> confusions() {
    int[][] counts = evaluation.confusion().counts();
    List<Confusion> pairs = new ArrayList<>();
    for (int t = 0; t < counts.length; t++) {
      for (int p = 0; p < counts.length; p++) {
        if (t != p && counts[t][p] > 0) {
          pairs.add(new Confusion(classes.get(t), classes.get(p), counts[t][p]));
        }
      }
    }
    pairs.sort(Comparator.comparingInt(Confusion::samples).reversed());
    return pairs;
  }

  @Override
  public String text() {
    return MeasurementText.of(this);
  }

  /** Data and split: a split has a name, a held-out part is described. */
  public String place() {
    return data + (split.contains(" ") ? ", " : ", split ") + split;
  }

  @Override
  public Map<String, @Nullable Object> json() {
    ConfusionMatrix m = evaluation.confusion();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("data", data);
    json.put("split", split);
    json.put(noun, m.total());
    json.put("accuracy", finite(100 * m.accuracy()));
    json.put("balanced-accuracy", finite(100 * m.balancedAccuracy()));
    json.put("macro-f1", finite(m.macroF1()));
    OptionalDouble top = m.topFive();
    json.put("top5-accuracy", top.isPresent() ? finite(100 * top.getAsDouble()) : null);
    json.put("loss", finite(evaluation.loss()));
    json.put("normalisation", normalisation);
    json.put("seconds", evaluation.seconds());
    json.put("classes", perClass().stream().map(this::json).toList());
    json.put("confusion", IntStream.range(0, classes.size()).mapToObj(c -> m.counts()[c]).toList());
    json.put(
        "broken",
        broken.stream().map(b -> Map.of("file", b.where(), "reason", b.reason())).toList());
    json.put("warnings", warnings);
    return json;
  }

  private Map<String, @Nullable Object> json(PerClass c) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", c.name());
    json.put(noun, c.samples());
    json.put("recall", finite(c.recall()));
    json.put("precision", finite(c.precision()));
    json.put("f1", finite(c.f1()));
    json.put("taken-for", c.confusion() == null ? null : c.confusion().predicted());
    return json;
  }

  private static @Nullable Double finite(double share) {
    return Double.isFinite(share) ? share : null;
  }
}
