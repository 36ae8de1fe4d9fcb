package dev.adapterx.data.images;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.Folders;
import dev.adapterx.data.images.DataReport.Overlap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Walks through all splits of a data set and reports what it is: counts, sizes, formats, broken
 * files, images that training and test share, and how it differs from the published task.
 */
public final class DataCheck {
  /** JPEG's blocks of 8 x 8 with halved colour leave little of images up to this many pixels. */
  private static final int SMALL = 64;

  private static final int EXAMPLES = 5;

  private final Layout layout;
  private final Map<String, FileDataset> splits = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private DataCheck(Layout layout) {
    this.layout = layout;
  }

  /**
   * Checks a data set.
   *
   * @param decode decode every image to find broken ones; else trust the headers
   * @param threads files read at once; the report is the same for any number
   * @throws DataException when the folder is missing or is no data set; what is wrong inside is
   *     reported, not thrown
   */
  public static DataReport of(Path root, boolean decode, int threads) {
    if (threads < 1) {
      throw new ConfigException("threads must be at least 1, found " + threads);
    }
    return new DataCheck(Layout.of(root)).report(decode, threads);
  }

  /** The data sets in a folder: the folder itself, or those of its sub-folders that have lists. */
  public static List<Path> dataSets(Path root) {
    Folders.requireFolder(root);
    boolean own = Layout.hasLists(root);
    List<String> tasks = own ? List.of() : Layout.tasks(root);
    return tasks.isEmpty() ? List.of(root) : tasks.stream().map(root::resolve).toList();
  }

  /**
   * In what a data set, or the data sets in a folder, differ from the published ones. Lists are
   * read and their files looked for, but not opened.
   *
   * @throws DataException when a split cannot be opened, or there is none
   */
  public static List<String> differences(Path root) {
    List<String> differences = new ArrayList<>();
    for (Path set : dataSets(root)) {
      Layout layout = Layout.of(set);
      Map<String, FileDataset> opened = new LinkedHashMap<>();
      layout.splits().forEach(split -> opened.put(split, layout.open(split)));
      int classes = opened.values().stream().mapToInt(d -> d.classes().size()).max().orElse(0);
      PublishedImages.of(layout)
          .ifPresent(
              published -> {
                List<String> found = new ArrayList<>(published.problems(counts(opened), classes));
                found.addAll(published.absent(opened.keySet()));
                found.forEach(text -> differences.add(Folders.name(set) + ": " + text));
              });
    }
    return differences;
  }

  private static Map<String, Integer> counts(Map<String, FileDataset> splits) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    splits.forEach((name, data) -> counts.put(name, data.size()));
    return counts;
  }

  private DataReport report(boolean decode, int threads) {
    for (String split : layout.splits()) {
      try {
        splits.put(split, layout.open(split));
      } catch (DataException e) {
        problems.add("split " + split + ": " + e.getMessage());
      }
    }
    Map<Path, FileFacts> files = FileInspection.of(splits.values(), decode, threads);
    List<SplitFacts> facts = new ArrayList<>();
    splits.forEach(
        (name, data) -> facts.add(SplitFacts.of(name, data, i -> facts(files, data, i))));
    List<String> classes =
        splits.values().stream().findFirst().map(FileDataset::classes).orElse(List.of());
    facts.forEach(split -> judge(split, classes));
    warnOfSmallJpegs(facts);
    List<Overlap> overlaps = overlaps(files);
    PublishedImages.of(layout)
        .ifPresent(
            published -> {
              problems.addAll(published.problems(counts(splits), classes.size()));
              warnings.addAll(published.absent(layout.splits()));
            });
    return new DataReport(
        layout.root(), layout.description(), classes, facts, overlaps, problems, warnings);
  }

  private static FileFacts facts(Map<Path, FileFacts> files, FileDataset data, int i) {
    FileFacts facts = files.get(data.samples().get(i).file());
    if (facts == null) {
      throw new IllegalStateException("Not inspected: " + data.where(i));
    }
    return facts;
  }

  private void judge(SplitFacts split, List<String> classes) {
    if (!split.broken().isEmpty()) {
      problems.add(
          split.name() + ": " + split.broken().size() + " of " + split.images() + " images broken");
    }
    List<String> absent =
        IntStream.range(0, split.classCounts().size())
            .filter(c -> split.classCounts().get(c) == 0)
            .mapToObj(classes::get)
            .toList();
    if (!absent.isEmpty()) {
      warnings.add(
          "%s: no images of %d of the %d classes: %s"
              .formatted(split.name(), absent.size(), classes.size(), Names.some(absent)));
    }
    if (split.conflicting() > 0) {
      warnings.add(
          split.name() + ": " + split.conflicting() + " images occur twice with different labels");
    }
    if (split.ignored() > 0) {
      warnings.add(split.name() + ": " + split.ignored() + " other files were passed over");
    }
  }

  private void warnOfSmallJpegs(List<SplitFacts> facts) {
    List<SplitFacts> small = facts.stream().filter(DataCheck::smallJpegs).toList();
    if (small.isEmpty()) {
      return;
    }
    SplitFacts first = small.get(0);
    warnings.add(
        "JPEG at about %d x %d pixels (%s): reported to cost up to 20 points of accuracy on images"
                .formatted(
                    first.width().median(),
                    first.height().median(),
                    Names.some(small.stream().map(SplitFacts::name).toList()))
            + " this small; not comparable with results on the original pixels");
  }

  private static boolean smallJpegs(SplitFacts split) {
    int median = Math.max(split.width().median(), split.height().median());
    return median <= SMALL && split.formats().containsKey("JPEG");
  }

  /** Test against all others, validation against the training splits it is not part of. */
  private List<Overlap> overlaps(Map<Path, FileFacts> files) {
    List<Overlap> overlaps = new ArrayList<>();
    splits.forEach(
        (measured, right) ->
            splits.forEach(
                (trained, left) -> {
                  if (mustDiffer(trained, measured)) {
                    overlap(trained, left, measured, right, files).ifPresent(overlaps::add);
                  }
                }));
    for (Overlap overlap : overlaps) {
      warnings.add(
          "%d images of %s are in %s too, for example %s"
              .formatted(
                  overlap.images(),
                  overlap.measured(),
                  overlap.trained(),
                  overlap.examples().get(0)));
    }
    return overlaps;
  }

  private static boolean mustDiffer(String trained, String measured) {
    boolean test = measured.equals("test") && !trained.equals("test");
    boolean validation = measured.startsWith("val") && trained.startsWith("train");
    return test || (validation && !trained.equals("train800val200"));
  }

  private static Optional<Overlap> overlap(
      String trained,
      FileDataset left,
      String measured,
      FileDataset right,
      Map<Path, FileFacts> files) {
    Map<String, String> seen = new HashMap<>();
    for (int i = 0; i < left.size(); i++) {
      seen.putIfAbsent(facts(files, left, i).sha256(), left.name(i));
    }
    int count = 0;
    List<String> examples = new ArrayList<>();
    for (int i = 0; i < right.size(); i++) {
      String same = seen.get(facts(files, right, i).sha256());
      if (same != null && count++ < EXAMPLES) {
        examples.add(right.name(i) + " = " + same);
      }
    }
    return count == 0
        ? Optional.empty()
        : Optional.of(new Overlap(trained, measured, count, List.copyOf(examples)));
  }
}
