package dev.adapterx.dense.layout;

import dev.adapterx.base.DataException;
import dev.adapterx.data.TextTable;
import dev.adapterx.data.check.Listed;
import dev.adapterx.data.targets.ClassMask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;

/**
 * A data set of pictures with masks, read whole: which share of the labelled pixels each class has,
 * and which pairs are broken.
 *
 * @param layout how it was read
 * @param splits in order
 */
public record MaskReport(Path path, String layout, List<String> classes, List<Split> splits) {
  /**
   * One split.
   *
   * @param pairs pictures with a mask
   * @param found how it was found, and what was left out
   * @param shares of the labelled pixels by class; all 0 where none is labelled
   * @param ignored share of all pixels that have no class
   * @param needed whether a training uses its classes if nothing else is said
   * @param broken why pairs cannot be used, in order
   */
  public record Split(
      String name,
      int pairs,
      String found,
      List<Double> shares,
      double ignored,
      boolean needed,
      List<String> broken) {
    /** Whether none of the pixels of what can be read has a class. */
    public boolean unlabelled() {
      return broken.size() < pairs && shares.stream().allMatch(share -> share == 0);
    }
  }

  public MaskReport {
    classes = List.copyOf(classes);
    splits = List.copyOf(splits);
  }

  /**
   * Reads a folder.
   *
   * @throws DataException when it holds no pictures with masks, or nothing is in order
   */
  public static MaskReport of(Path path, MaskLayout.Options options) {
    MaskLayout layout = MaskLayout.of(path, options);
    List<Split> splits = new ArrayList<>();
    for (String split : layout.splits()) {
      splits.add(split(layout, split));
    }
    return new MaskReport(path, layout.description(), layout.code().classes(), splits);
  }

  private static Split split(MaskLayout layout, String name) {
    MaskDataset data;
    try {
      data = layout.open(name).withExifOrientation(layout.photographs());
    } catch (DataException e) {
      return new Split(
          name,
          0,
          layout.description(name),
          List.of(),
          0,
          layout.areTargetsNeeded(name),
          List.of(String.valueOf(e.getMessage())));
    }
    int classes = data.classes().size();
    Map<Integer, String> broken = new ConcurrentSkipListMap<>();
    Map<Integer, long[]> counts = new ConcurrentSkipListMap<>();
    IntStream.range(0, data.size())
        .parallel()
        .forEach(
            i -> {
              try {
                counts.put(i, counted(data.sample(i).target(), classes));
              } catch (DataException e) {
                broken.put(i, String.valueOf(e.getMessage()));
              }
            });
    long[] sums = new long[classes + 1];
    new TreeMap<>(counts)
        .values()
        .forEach(
            own -> {
              for (int c = 0; c < own.length; c++) {
                sums[c] += own[c];
              }
            });
    long labelled = IntStream.range(0, classes).mapToLong(c -> sums[c]).sum();
    List<Double> shares =
        IntStream.range(0, classes)
            .mapToObj(c -> labelled == 0 ? 0.0 : (double) sums[c] / labelled)
            .toList();
    long all = labelled + sums[classes];
    return new Split(
        name,
        data.size(),
        layout.description(name),
        shares,
        all == 0 ? 0 : (double) sums[classes] / all,
        layout.areTargetsNeeded(name),
        List.copyOf(broken.values()));
  }

  private static long[] counted(ClassMask mask, int classes) {
    long[] own = new long[classes + 1];
    for (short found : mask.classes()) {
      own[found == ClassMask.IGNORED ? classes : found]++;
    }
    return own;
  }

  /** Whether every pair can be used, and pixels of every split that needs them have classes. */
  public boolean sound() {
    return splits.stream()
        .allMatch(split -> split.broken().isEmpty() && !(split.needed() && split.unlabelled()));
  }

  /** For people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(path).append(": ").append(layout).append("; share of the labelled pixels:\n\n");
    List<List<String>> rows =
        Listed.shares(
            classes,
            splits.stream().map(Split::name).toList(),
            splits.stream().map(Split::shares).toList());
    List<String> ignored = new ArrayList<>(List.of("without a class, of all pixels"));
    List<String> pairs = new ArrayList<>(List.of("pictures with a mask"));
    List<String> broken = new ArrayList<>(List.of("of which broken"));
    for (Split split : splits) {
      ignored.add(Listed.percent(split.ignored()));
      pairs.add(Integer.toString(split.pairs()));
      broken.add(Integer.toString(split.broken().size()));
    }
    rows.addAll(List.of(ignored, pairs, broken));
    text.append(TextTable.of(rows)).append('\n');
    for (Split split : splits) {
      if (split.found().contains("left out") || split.found().contains("without a picture")) {
        text.append("warning: ").append(split.found()).append('\n');
      }
      text.append(Listed.broken(split.name(), split.broken()));
      if (split.unlabelled()) {
        text.append(Listed.unlabelled(split.name(), "pixel", "data.masks.ignore", split.needed()));
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
    List<Object> all = new ArrayList<>();
    for (Split split : splits) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", split.name());
      one.put("pictures", split.pairs());
      one.put("found", split.found());
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
