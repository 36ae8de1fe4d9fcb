package dev.adapterx.tasks.parts;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Sample;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.Selection;
import dev.adapterx.data.targets.PointLabels;
import dev.adapterx.dense.parts.Category;
import dev.adapterx.dense.parts.PartLabeller;
import dev.adapterx.dense.parts.PartScores;
import dev.adapterx.dense.parts.PartSegmentation;
import dev.adapterx.dense.score.PixelScore;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tasks.show.ClassBars;
import dev.adapterx.tasks.show.CloudTriples;
import dev.adapterx.tasks.show.PixelConfusion;
import dev.adapterx.tasks.show.Triples;
import dev.adapterx.train.report.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A few clouds with their true classes and what was found: the worst, middle and best. */
final class PartSamples {
  private static final int EACH = 2;

  private PartSamples() {}

  @SuppressWarnings("ArrayRecordComponent") // labels of points; compared nowhere
  private record Shown(String caption, PointCloud cloud, short[] truth, short[] found) {}

  static Section of(
      PartScores scores, Dataset<Sample<PointCloud, PointLabels>> data, AdaptedModel model) {
    PartSegmentation task = (PartSegmentation) model.task();
    List<Shown> shown = new ArrayList<>();
    TreeSet<Integer> classes = new TreeSet<>();
    chosen(scores.worstFirst())
        .forEach(
            (cloud, words) -> {
              Shown one = shown(cloud, words, data, model, task);
              shown.add(one);
              for (int i = 0; i < one.truth.length; i++) {
                classes.add((int) one.truth[i]);
                classes.add((int) one.found[i]);
              }
            });
    classes.removeIf(c -> c < 0);
    TreeMap<Integer, Integer> positions = CloudTriples.positions(classes);
    List<Triples.Key> keys =
        positions.keySet().stream()
            .map(c -> new Triples.Key(task.labels().get(c), task.colours()[c]))
            .toList();
    List<CloudTriples.Cloud> clouds =
        shown.stream()
            .map(
                one ->
                    new CloudTriples.Cloud(
                        one.caption,
                        upright(one.cloud, task.views().blocks()),
                        at(one.truth, positions),
                        at(one.found, positions)))
            .toList();
    return new CloudTriples(clouds, keys);
  }

  private static Shown shown(
      PartScores.Cloud cloud,
      String words,
      Dataset<Sample<PointCloud, PointLabels>> data,
      AdaptedModel model,
      PartSegmentation task) {
    Sample<PointCloud, PointLabels> sample = data.sample(cloud.index());
    int kind = sample.target().category();
    String category = task.given() && kind >= 0 ? task.categories().get(kind).name() : null;
    short[] found = PartLabeller.of(model, category).label(sample.input());
    int[] some = some(found.length);
    short[] few = new short[some.length];
    for (int i = 0; i < some.length; i++) {
      few[i] = found[some[i]];
    }
    String name = named(data.name(cloud.index()), kind < 0 ? null : task.categories().get(kind));
    return new Shown(
        "%s: %s, mIoU %s %%"
            .formatted(words, name, String.format(Locale.ROOT, "%.1f", cloud.meanIou())),
        Selection.of(sample.input(), some),
        sample.target().at(some).classes(),
        few);
  }

  private static String named(String name, @Nullable Category category) {
    return category == null || name.contains(category.name())
        ? name
        : name + " (" + category.name() + ")";
  }

  /** All points, or a random choice of as many as are shown. */
  private static int[] some(int points) {
    int[] order = Rng.of(0, "shown").permutation(points);
    return points <= CloudTriples.MOST_POINTS
        ? order
        : Arrays.copyOf(order, CloudTriples.MOST_POINTS);
  }

  private static int[] at(short[] classes, Map<Integer, Integer> positions) {
    int[] at = new int[classes.length];
    for (int i = 0; i < at.length; i++) {
      at[i] = positions.getOrDefault((int) classes[i], -1);
    }
    return at;
  }

  /** Scenes have z up, the page y. */
  private static float[] upright(PointCloud cloud, boolean scene) {
    float[] xyz = cloud.xyz().clone();
    for (int i = 0; scene && i < xyz.length; i += 3) {
      float y = xyz[i + 1];
      xyz[i + 1] = xyz[i + 2];
      xyz[i + 2] = -y;
    }
    return xyz;
  }

  private static Map<PartScores.Cloud, String> chosen(List<PartScores.Cloud> worstFirst) {
    int n = worstFirst.size();
    int each = Math.min(EACH, Math.max(1, n / 3));
    Map<Integer, String> words = new TreeMap<>();
    for (int i = 0; i < Math.min(each, n); i++) {
      words.put(i, "worst");
      words.putIfAbsent(n - 1 - i, "best");
    }
    for (int i = 0; i < Math.min(each, n); i++) {
      words.putIfAbsent(Math.min(n - 1, (n - each) / 2 + i), "median");
    }
    Map<PartScores.Cloud, String> chosen = new LinkedHashMap<>();
    words.forEach((i, word) -> chosen.put(worstFirst.get(i), word));
    return chosen;
  }

  /** IoU class by class, and what was taken for what. */
  static List<Section> figures(PartScores scores, List<String> labels) {
    PixelScore score = scores.score();
    long all = 0;
    for (long points : score.pixels()) {
      all += points;
    }
    List<ClassBars.Bar> bars = new ArrayList<>();
    double[][] shares = new double[labels.size()][labels.size()];
    for (int c = 0; c < labels.size(); c++) {
      double share = (double) score.pixels()[c] / all;
      bars.add(new ClassBars.Bar(labels.get(c), score.iou()[c], score.accuracy()[c], share));
      for (int p = 0; p < labels.size(); p++) {
        shares[c][p] = (double) scores.counts().count(c, p) / score.pixels()[c];
      }
    }
    return List.of(new ClassBars("points", bars), new PixelConfusion("points", shares, labels));
  }
}
