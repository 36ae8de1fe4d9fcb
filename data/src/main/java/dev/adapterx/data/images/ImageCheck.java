package dev.adapterx.data.images;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.Folders;
import dev.adapterx.data.check.CheckedSet;
import dev.adapterx.data.check.CheckedSplit;
import dev.adapterx.data.check.DataCheck;
import dev.adapterx.data.check.DataReport;
import dev.adapterx.data.check.Findings;
import dev.adapterx.data.check.PublishedCounts;
import dev.adapterx.data.check.SampleKind;
import dev.adapterx.data.check.SampleKind.Column;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Checks a data set of images: counts, sizes, formats, broken files, images that training and test
 * share, and differences from the published data set.
 */
public final class ImageCheck implements CheckedSet<ImageFacts> {
  private static final SampleKind<ImageFacts> IMAGES =
      new SampleKind<>(
          "images",
          List.of(
              new Column<>("width", split -> split.width().toString()),
              new Column<>("height", split -> split.height().toString()),
              new Column<>("sizes", split -> Integer.toString(split.sizes())),
              new Column<>("format", split -> list(split.formats())),
              new Column<>("mode", split -> list(split.modes())),
              new Column<>(
                  "MB", split -> String.format(Locale.ROOT, "%.1f", split.bytes() / 1e6))));

  /** Up to this many pixels, JPEG's blocks of 8 x 8 with halved colour destroy most details. */
  private static final int SMALL = 64;

  private final Layout layout;
  private final boolean decode;
  private final int threads;

  private ImageCheck(Layout layout, boolean decode, int threads) {
    this.layout = layout;
    this.decode = decode;
    this.threads = threads;
  }

  /**
   * Checks a data set.
   *
   * @param decode decode every image to find broken ones; otherwise trust the headers
   * @param threads number of files read at the same time; it does not change the report
   * @throws DataException when the folder is missing or not a data set; problems inside it are
   *     reported, not thrown
   */
  public static DataReport<ImageFacts> of(Path root, boolean decode, int threads) {
    if (threads < 1) {
      throw new ConfigException("threads must be at least 1, found " + threads);
    }
    return DataCheck.of(new ImageCheck(Layout.of(root), decode, threads));
  }

  /** The data sets in a folder: the folder itself, or those of its sub-folders that have lists. */
  public static List<Path> dataSets(Path root) {
    Folders.requireFolder(root);
    boolean own = Layout.hasLists(root);
    List<String> tasks = own ? List.of() : Layout.tasks(root);
    return tasks.isEmpty() ? List.of(root) : tasks.stream().map(root::resolve).toList();
  }

  /**
   * The differences of a data set, or of the data sets in a folder, from the published ones. Lists
   * are read and their files are required to exist, but not opened.
   *
   * @throws DataException when a split cannot be opened, or there is none
   */
  public static List<String> differences(Path root) {
    List<String> differences = new ArrayList<>();
    for (Path set : dataSets(root)) {
      Layout layout = Layout.of(set);
      Map<String, Integer> counts = new LinkedHashMap<>();
      int classes = 0;
      for (String split : layout.splits()) {
        FileDataset data = layout.open(split);
        counts.put(split, data.size());
        classes = Math.max(classes, data.classes().size());
      }
      OptionalInt found = OptionalInt.of(classes);
      PublishedImages.of(layout).stream()
          .flatMap(published -> published.differences(counts, found).stream())
          .forEach(text -> differences.add(Folders.name(set) + ": " + text));
    }
    return differences;
  }

  @Override
  public SampleKind<ImageFacts> kind() {
    return IMAGES;
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

  /** Reads each file once, even if it belongs to several splits. */
  @Override
  public List<CheckedSplit<ImageFacts>> read(Findings findings) {
    Map<String, FileDataset> opened = findings.opened(layout.splits(), layout::open);
    Map<FileInspection.Place, FileFacts> files =
        FileInspection.of(opened.values(), decode, threads);
    List<CheckedSplit<ImageFacts>> splits = new ArrayList<>();
    opened.forEach(
        (name, data) -> {
          IntFunction<FileFacts> facts = i -> facts(files, data, i);
          splits.add(
              new CheckedSplit<>(
                  ImageFacts.of(name, data, facts),
                  data.classes(),
                  data::name,
                  i -> Optional.of(facts.apply(i).content())));
        });
    return splits;
  }

  private static FileFacts facts(
      Map<FileInspection.Place, FileFacts> files, FileDataset data, int i) {
    FileFacts facts = files.get(FileInspection.Place.of(data.samples().get(i)));
    if (facts == null) {
      throw new IllegalStateException("Not inspected: " + data.where(i));
    }
    return facts;
  }

  @Override
  public void judge(ImageFacts split, List<String> classes, Findings findings) {
    findings.broken(split);
    findings.absentClasses(split, classes);
    if (split.conflicting() > 0) {
      findings.warn(
          split.name() + ": " + split.conflicting() + " images occur twice with different labels");
    }
    if (split.ignored() > 0) {
      findings.warn(split.name() + ": " + split.ignored() + " other files were passed over");
    }
  }

  /** Warns of small JPEGs. */
  @Override
  public void compare(List<ImageFacts> splits, Findings findings) {
    List<ImageFacts> small = splits.stream().filter(ImageCheck::smallJpegs).toList();
    if (small.isEmpty()) {
      return;
    }
    ImageFacts first = small.get(0);
    findings.warn(
        "JPEG at about %d x %d pixels (%s): reported to cost up to 20 points of accuracy on images"
                .formatted(
                    first.width().median(),
                    first.height().median(),
                    Names.some(small.stream().map(ImageFacts::name).toList()))
            + " this small; not comparable with results on the original pixels");
  }

  private static boolean smallJpegs(ImageFacts split) {
    int median = Math.max(split.width().median(), split.height().median());
    return median <= SMALL && split.formats().containsKey("JPEG");
  }

  /** Test and all other splits; validation and the training splits that do not contain it. */
  @Override
  public boolean mustDiffer(String trained, String measured) {
    boolean test = measured.startsWith("test") && !trained.startsWith("test");
    boolean validation = measured.startsWith("val") && trained.startsWith("train");
    return test || (validation && !trained.contains("val"));
  }

  @Override
  public Optional<PublishedCounts> published() {
    return PublishedImages.of(layout);
  }

  /** {@code JPEG}, or {@code JPEG 790, PNG 10} when there are several. */
  private static String list(Map<String, Integer> counts) {
    return counts.size() == 1
        ? counts.keySet().iterator().next()
        : counts.entrySet().stream()
            .map(e -> e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", "));
  }
}
