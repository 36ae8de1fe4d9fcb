package dev.adapterx.data.points.set;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.check.CheckedSet;
import dev.adapterx.data.check.CheckedSplit;
import dev.adapterx.data.check.Content;
import dev.adapterx.data.check.DataCheck;
import dev.adapterx.data.check.DataReport;
import dev.adapterx.data.check.Findings;
import dev.adapterx.data.check.PublishedCounts;
import dev.adapterx.data.check.SampleKind;
import dev.adapterx.data.check.SampleKind.Column;
import dev.adapterx.data.points.PointCloud;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Checks a data set of point clouds: counts, points, extents, the axis that points up, clouds that
 * training and test share, and differences from the published data set.
 */
public final class PointCheck implements CheckedSet<CloudFacts> {
  private static final SampleKind<CloudFacts> CLOUDS =
      new SampleKind<>(
          "clouds",
          List.of(
              new Column<>("points", split -> split.points().toString()),
              new Column<>("x", split -> range(split, 0)),
              new Column<>("y", split -> range(split, 1)),
              new Column<>("z", split -> range(split, 2)),
              new Column<>("up (guess)", split -> split.up().orElse("?"))));

  private final PointLayout layout;

  private PointCheck(PointLayout layout) {
    this.layout = layout;
  }

  /**
   * Checks a data set.
   *
   * @throws DataException when it is missing, has no known layout, or needs a choice that the
   *     options do not make; problems inside it are reported, not thrown
   */
  public static DataReport<CloudFacts> of(Path root, PointData.Options options) {
    return DataCheck.of(new PointCheck(PointLayout.of(root, options)));
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
      Map<String, Integer> counts = new LinkedHashMap<>();
      layout.splits().forEach(split -> counts.put(split, layout.count(split)));
      PublishedClouds.of(layout).stream()
          .flatMap(published -> published.differences(counts, OptionalInt.empty()).stream())
          .forEach(text -> differences.add(layout.description() + ": " + text));
    }
    return differences;
  }

  @Override
  public SampleKind<CloudFacts> kind() {
    return CLOUDS;
  }

  @Override
  public Path root() {
    return layout.root();
  }

  @Override
  public String description() {
    return layout.description();
  }

  @Override
  public List<String> splits() {
    return layout.splits();
  }

  @Override
  public Optional<Boolean> unitSphere() {
    return Optional.of(layout.unitSphere());
  }

  /** Reads one split after the other. */
  @Override
  public List<CheckedSplit<CloudFacts>> read(Findings findings) {
    return List.copyOf(
        findings.opened(layout.splits(), split -> read(layout.open(split))).values());
  }

  /** Keeps names and digests, so that the clouds can be freed. */
  private static CheckedSplit<CloudFacts> read(PointData data) {
    Dataset<PointCloud> clouds = data.dataset();
    Map<Integer, Content> contents = new TreeMap<>();
    CloudFacts facts = CloudFacts.of(data, contents);
    List<String> names = IntStream.range(0, clouds.size()).mapToObj(clouds::name).toList();
    return new CheckedSplit<>(
        facts, clouds.classes(), names::get, i -> Optional.ofNullable(contents.get(i)));
  }

  @Override
  public void judge(CloudFacts split, List<String> classes, Findings findings) {
    String name = split.name();
    findings.broken(split);
    if (split.collapsed() > 0) {
      findings.problem(
          "%s: %d %s one single place"
              .formatted(
                  name, split.collapsed(), split.collapsed() == 1 ? "cloud is" : "clouds are"));
    }
    if (split.leftOut().points() > 0) {
      findings.warn(
          "%s: %d points of %d clouds left out, which have no finite coordinates, for example %s"
              .formatted(
                  name,
                  split.leftOut().points(),
                  split.leftOut().clouds(),
                  split.leftOut().example()));
    }
    findings.absentClasses(split, classes);
    if (split.repeated() > 0) {
      findings.warn(
          "%s: %d clouds occur twice, %d of them with different labels"
              .formatted(name, split.repeated(), split.conflicting()));
    }
    split.notes().forEach(note -> findings.warn(name + ": " + note));
  }

  /** Warns of different up axes. */
  @Override
  public void compare(List<CloudFacts> splits, Findings findings) {
    List<String> axes = splits.stream().flatMap(f -> f.up().stream()).distinct().toList();
    if (axes.size() > 1) {
      findings.warn(
          "the splits seem to have different up axes: "
              + String.join(
                  ", ", splits.stream().map(f -> f.name() + " " + f.up().orElse("?")).toList()));
    }
  }

  /** The training split and all others. */
  @Override
  public boolean mustDiffer(String trained, String measured) {
    return trained.equals("train") && !measured.equals("train");
  }

  @Override
  public Optional<PublishedCounts> published() {
    return PublishedClouds.of(layout);
  }

  private static String range(CloudFacts split, int axis) {
    return split
        .box()
        .map(b -> String.format(Locale.ROOT, "%.3g … %.3g", b.low(axis), b.high(axis)))
        .orElse("");
  }
}
