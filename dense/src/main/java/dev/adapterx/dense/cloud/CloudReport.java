package dev.adapterx.dense.cloud;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.Sample;
import dev.adapterx.data.TextTable;
import dev.adapterx.data.check.Listed;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.data.targets.PointLabels;
import dev.adapterx.dense.parts.Category;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;

/**
 * A data set of clouds whose points have classes, read whole: which share of the labelled points
 * each class has, and which clouds cannot be used.
 *
 * @param layout how it was read
 * @param left what was left out, in words
 * @param splits in order
 */
public record CloudReport(
    Path path,
    String layout,
    List<String> classes,
    List<Category> categories,
    List<String> left,
    List<Split> splits) {
  /**
   * One split.
   *
   * @param clouds with labels
   * @param points of those that can be read
   * @param fewest points of a cloud
   * @param most points of a cloud
   * @param without coordinates, left out
   * @param shares of the labelled points by class; all 0 where none is labelled
   * @param ignored share of all points that have no class
   * @param needed whether a training uses its classes if nothing else is said
   * @param broken why clouds cannot be used, in order
   */
  public record Split(
      String name,
      int clouds,
      long points,
      int fewest,
      int most,
      long without,
      List<Double> shares,
      double ignored,
      boolean needed,
      List<String> broken) {
    /** Whether none of the points of what can be read has a class. */
    public boolean unlabelled() {
      return broken.size() < clouds && shares.stream().allMatch(share -> share == 0);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // counts; compared nowhere
  private record Counted(long[] classes, int points, int without) {}

  public CloudReport {
    classes = List.copyOf(classes);
    categories = List.copyOf(categories);
    left = List.copyOf(left);
    splits = List.copyOf(splits);
  }

  /**
   * Reads a data set.
   *
   * @throws DataException when it holds no clouds with labels, or nothing is in order
   */
  public static CloudReport of(Path path, CloudLayout.Options options) {
    CloudLayout layout = CloudLayout.of(path, options);
    List<Split> splits = new ArrayList<>();
    for (String split : layout.splits()) {
      splits.add(split(layout, split));
    }
    CloudCode code = layout.code();
    return new CloudReport(
        path, layout.description(), code.classes(), code.categories(), layout.left(), splits);
  }

  private static Split split(CloudLayout layout, String name) {
    LabelledClouds data;
    try {
      data = layout.open(name);
    } catch (DataException e) {
      return new Split(
          name,
          0,
          0,
          0,
          0,
          0,
          List.of(),
          0,
          layout.areTargetsNeeded(name),
          List.of(String.valueOf(e.getMessage())));
    }
    int classes = data.classes().size();
    Map<Integer, String> broken = new ConcurrentSkipListMap<>();
    Map<Integer, Counted> counts = new ConcurrentSkipListMap<>();
    IntStream.range(0, data.size())
        .parallel()
        .forEach(
            i -> {
              try {
                counts.put(i, counted(data.sample(i), classes));
              } catch (DataException e) {
                broken.put(i, String.valueOf(e.getMessage()));
              }
            });
    long[] sums = new long[classes + 1];
    long points = 0;
    long without = 0;
    int fewest = Integer.MAX_VALUE;
    int most = 0;
    for (Counted own : new TreeMap<>(counts).values()) {
      for (int c = 0; c <= classes; c++) {
        sums[c] += own.classes[c];
      }
      points += own.points;
      without += own.without;
      fewest = Math.min(fewest, own.points);
      most = Math.max(most, own.points);
    }
    long labelled = points - sums[classes];
    List<Double> shares =
        IntStream.range(0, classes)
            .mapToObj(c -> labelled == 0 ? 0.0 : (double) sums[c] / labelled)
            .toList();
    return new Split(
        name,
        data.size(),
        points,
        counts.isEmpty() ? 0 : fewest,
        most,
        without,
        shares,
        points == 0 ? 0 : (double) sums[classes] / points,
        layout.areTargetsNeeded(name),
        List.copyOf(broken.values()));
  }

  private static Counted counted(Sample<PointCloud, PointLabels> sample, int classes) {
    long[] own = new long[classes + 1];
    for (short found : sample.target().classes()) {
      own[found == ClassMask.IGNORED ? classes : found]++;
    }
    return new Counted(own, sample.input().size(), sample.input().leftOut());
  }

  /** Whether every cloud can be used, and points of every split that needs them have classes. */
  public boolean sound() {
    return splits.stream()
        .allMatch(split -> split.broken().isEmpty() && !(split.needed() && split.unlabelled()));
  }

  /** For people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(path).append(": ").append(layout);
    if (!categories.isEmpty()) {
      text.append(", ").append(categories.size()).append(" categories");
    }
    text.append("; share of the labelled points:\n\n");
    List<List<String>> rows =
        Listed.shares(
            classes,
            splits.stream().map(Split::name).toList(),
            splits.stream().map(Split::shares).toList());
    List<String> ignored = new ArrayList<>(List.of("without a class, of all points"));
    List<String> sizes = new ArrayList<>(List.of("points of a cloud"));
    List<String> clouds = new ArrayList<>(List.of("clouds with labels"));
    List<String> broken = new ArrayList<>(List.of("of which broken"));
    for (Split split : splits) {
      ignored.add(Listed.percent(split.ignored()));
      sizes.add(
          split.fewest() == split.most()
              ? Integer.toString(split.most())
              : split.fewest() + " … " + split.most());
      clouds.add(Integer.toString(split.clouds()));
      broken.add(Integer.toString(split.broken().size()));
    }
    rows.addAll(List.of(ignored, sizes, clouds, broken));
    text.append(TextTable.of(rows)).append('\n');
    if (!left.isEmpty()) {
      text.append("warning: left out: ").append(Names.some(left)).append('\n');
    }
    for (Split split : splits) {
      if (split.without() > 0) {
        text.append(
            "warning: '%s' has %d points without finite coordinates, which are left out\n"
                .formatted(split.name(), split.without()));
      }
      text.append(Listed.broken(split.name(), split.broken()));
      if (split.unlabelled()) {
        text.append(Listed.unlabelled(split.name(), "point", "data.parts.ignore", split.needed()));
      }
    }
    return text.append(sound() ? "No problems.\n" : "").toString();
  }

  /** Maps, lists, strings and numbers, ready to be written as JSON. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("path", path.toString());
    json.put("layout", layout);
    json.put("classes", classes);
    Map<String, Object> kinds = new LinkedHashMap<>();
    categories.forEach(c -> kinds.put(c.name(), c.parts().stream().map(classes::get).toList()));
    json.put("categories", kinds);
    json.put("left-out", left);
    List<Object> all = new ArrayList<>();
    for (Split split : splits) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", split.name());
      one.put("clouds", split.clouds());
      one.put("points", split.points());
      one.put("fewest-points", split.fewest());
      one.put("most-points", split.most());
      one.put("without-coordinates", split.without());
      one.put("shares", split.shares());
      one.put("ignored", split.ignored());
      one.put("unlabelled", split.unlabelled());
      one.put("broken", split.broken());
      all.add(one);
    }
    json.put("splits", all);
    json.put("sound", sound());
    return json;
  }
}
