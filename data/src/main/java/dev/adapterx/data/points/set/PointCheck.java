package dev.adapterx.data.points.set;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.set.PointReport.Overlap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Reads all splits of a data set of point clouds and reports on it: counts, points, extents, which
 * axis points up, clouds shared by training and test, and differences from the published data set.
 */
public final class PointCheck {
  private static final int EXAMPLES = 5;

  private final PointLayout layout;
  private final List<CloudFacts> facts = new ArrayList<>();
  private final Map<String, Seen> seen = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private List<String> classes = List.of();

  /** The names and digests of a split's clouds, so that the clouds themselves need not be kept. */
  private record Seen(List<String> names, Map<Integer, CloudDigest> digests) {}

  private PointCheck(PointLayout layout) {
    this.layout = layout;
  }

  /**
   * Checks a data set.
   *
   * @throws DataException when it is missing, has no known layout, or needs a choice that the
   *     options do not make; problems inside it are reported, not thrown
   */
  public static PointReport of(Path root, PointData.Options options) {
    return new PointCheck(PointLayout.of(root, options)).report();
  }

  private PointReport report() {
    for (String split : layout.splits()) {
      try {
        look(layout.open(split));
      } catch (DataException e) {
        problems.add("split " + split + ": " + e.getMessage());
      }
    }
    facts.forEach(this::judge);
    compareAxes();
    List<Overlap> overlaps = overlaps();
    PublishedCounts.of(layout).ifPresent(this::compare);
    return new PointReport(
        layout.root(),
        layout.description(),
        layout.unitSphere(),
        classes,
        facts,
        overlaps,
        problems,
        warnings);
  }

  private void look(PointData data) {
    Dataset<PointCloud> clouds = data.dataset();
    Map<Integer, CloudDigest> digests = new TreeMap<>();
    facts.add(CloudFacts.of(data, digests));
    List<String> names = IntStream.range(0, clouds.size()).mapToObj(clouds::name).toList();
    seen.put(data.split(), new Seen(names, digests));
    classes = clouds.classes();
  }

  private void judge(CloudFacts split) {
    String name = split.name();
    if (!split.broken().isEmpty()) {
      problems.add(
          "%s: %d of %d clouds broken".formatted(name, split.broken().size(), split.clouds()));
    }
    if (split.collapsed() > 0) {
      problems.add("%s: %d clouds are one single place".formatted(name, split.collapsed()));
    }
    if (split.leftOut().points() > 0) {
      warnings.add(
          "%s: %d points of %d clouds left out, which have no finite coordinates, for example %s"
              .formatted(
                  name,
                  split.leftOut().points(),
                  split.leftOut().clouds(),
                  split.leftOut().example()));
    }
    List<String> absent =
        IntStream.range(0, split.classCounts().size())
            .filter(c -> split.classCounts().get(c) == 0)
            .mapToObj(classes::get)
            .toList();
    if (!absent.isEmpty()) {
      warnings.add(
          "%s: no clouds of %d of the %d classes: %s"
              .formatted(name, absent.size(), classes.size(), Names.some(absent)));
    }
    if (split.repeated() > 0) {
      warnings.add(
          "%s: %d clouds occur twice, %d of them with different labels"
              .formatted(name, split.repeated(), split.conflicting()));
    }
    split.notes().forEach(note -> warnings.add(name + ": " + note));
  }

  private void compareAxes() {
    List<String> axes = facts.stream().flatMap(f -> f.up().stream()).distinct().toList();
    if (axes.size() > 1) {
      warnings.add(
          "the splits seem to have different up axes: "
              + String.join(
                  ", ", facts.stream().map(f -> f.name() + " " + f.up().orElse("?")).toList()));
    }
  }

  /** Compares the evaluation splits with the training split. */
  private List<Overlap> overlaps() {
    List<Overlap> overlaps = new ArrayList<>();
    Optional.ofNullable(seen.get("train"))
        .ifPresent(
            train ->
                seen.forEach(
                    (name, measured) -> {
                      if (!name.equals("train")) {
                        overlap(train, name, measured).ifPresent(overlaps::add);
                      }
                    }));
    for (Overlap overlap : overlaps) {
      warnings.add(
          "%d clouds of %s are in train too (%d with their points in the same order), for example %s"
              .formatted(
                  overlap.clouds(),
                  overlap.measured(),
                  overlap.exact(),
                  overlap.examples().get(0)));
    }
    return overlaps;
  }

  private static Optional<Overlap> overlap(Seen train, String name, Seen measured) {
    Map<String, Integer> exact = new HashMap<>();
    Map<String, Integer> unordered = new HashMap<>();
    train
        .digests()
        .forEach(
            (i, digest) -> {
              exact.putIfAbsent(digest.exact(), i);
              unordered.putIfAbsent(digest.unordered(), i);
            });
    int clouds = 0;
    int same = 0;
    List<String> examples = new ArrayList<>();
    for (Map.Entry<Integer, CloudDigest> entry : measured.digests().entrySet()) {
      Integer found = unordered.get(entry.getValue().unordered());
      if (found != null) {
        same += exact.containsKey(entry.getValue().exact()) ? 1 : 0;
        if (clouds++ < EXAMPLES) {
          examples.add(measured.names().get(entry.getKey()) + " = " + train.names().get(found));
        }
      }
    }
    return clouds == 0
        ? Optional.empty()
        : Optional.of(new Overlap("train", name, clouds, same, List.copyOf(examples)));
  }

  private void compare(PublishedCounts published) {
    Map<String, Integer> found = new LinkedHashMap<>();
    facts.forEach(split -> found.put(split.name(), split.clouds()));
    problems.addAll(published.problems(found, facts.isEmpty() ? -1 : classes.size()));
    warnings.addAll(published.absent(layout.splits()));
  }

  /**
   * Differences of a folder's data sets from the published ones, for all variants and folds that
   * are there. Points are read only where a layout cannot be counted without.
   *
   * @throws DataException when a split cannot be opened, or there is none
   */
  public static List<String> differences(Path root) {
    PointData.Options usual = PointData.Options.defaults();
    List<PointData.Options> choices = new ArrayList<>();
    ScanObjectNn.variants(root).forEach(id -> choices.add(usual.withVariant(id)));
    if (Files.isDirectory(root)) {
      FewShotPickles.folds(root).forEach(fold -> choices.add(usual.withFewShot(fold)));
    }
    if (choices.isEmpty()) {
      choices.add(usual);
    }
    List<String> differences = new ArrayList<>();
    for (PointData.Options choice : choices) {
      PointLayout layout = PointLayout.of(root, choice);
      Map<String, Integer> found = new LinkedHashMap<>();
      layout.splits().forEach(split -> found.put(split, layout.count(split)));
      PublishedCounts.of(layout)
          .ifPresent(
              published -> {
                List<String> texts = new ArrayList<>(published.problems(found, -1));
                texts.addAll(published.absent(found.keySet()));
                texts.forEach(text -> differences.add(layout.description() + ": " + text));
              });
    }
    return differences;
  }
}
