package dev.adapterx.dense.boxes;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.Folders;
import dev.adapterx.data.images.Layout;
import dev.adapterx.data.images.NamedSplits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a folder holds pictures and boxes: where its splits are and what the classes are called.
 * Recognised are COCO, YOLO, PASCAL VOC, OpenImages, LabelMe, CVAT, Label Studio and tables of
 * boxes.
 */
public final class BoxLayout {
  /**
   * What a user says of boxes.
   *
   * @param classes names of those that are wanted, in the order of their labels; boxes of others
   *     are left out; absent: all
   */
  public record Options(@Nullable List<String> classes) {
    /** Nothing is said. */
    public static Options none() {
      return new Options(null);
    }
  }

  private final Path root;
  private final String kind;
  private final BoxSplits found;
  private final List<String> classes;

  private BoxLayout(Path root, String kind, BoxSplits found, List<String> classes) {
    this.root = root;
    this.kind = kind;
    this.found = found;
    this.classes = classes;
  }

  /** Whether a folder holds pictures with boxes, by the names and first bytes of what is there. */
  public static boolean recognises(Path root) {
    return Files.isDirectory(root)
        && BoxLayoutKind.all().stream().anyMatch(kind -> kind.matches(root));
  }

  /**
   * Finds the layout of a folder and reads its annotations.
   *
   * @throws DataException when there is none, or it is not in order
   * @throws ConfigException when a class is asked for that the data do not have
   */
  public static BoxLayout of(Path root, Options options) {
    Folders.requireFolder(root);
    BoxLayoutKind kind =
        BoxLayoutKind.all().stream()
            .filter(known -> known.matches(root))
            .findFirst()
            .orElseThrow(
                () ->
                    new DataException(
                        root
                            + " holds no pictures with boxes. Expected annotations of COCO (a json"
                            + " file with images, annotations and categories), YOLO (data.yaml, or"
                            + " folders images and labels with a text file for each picture),"
                            + " PASCAL VOC, LabelMe, CVAT, Label Studio or OpenImages, or a csv"
                            + " file with the columns filename, class, xmin, ymin, xmax, ymax"));
    BoxSplits found = kind.find(root);
    if (found.splits().values().stream().allMatch(split -> split.pictures().isEmpty())) {
      throw new DataException(
          root
              + ", read as "
              + found.description()
              + ", has no picture"
              + String.join(
                  "", found.splits().values().stream().map(BoxSplits.Split::note).toList()));
    }
    if (found.classes().isEmpty()) {
      throw new DataException(
          root
              + ", read as "
              + found.description()
              + ", has no box"
              + String.join(
                  "", found.splits().values().stream().map(BoxSplits.Split::note).toList()));
    }
    if (found.splits().values().stream()
        .flatMap(split -> split.pictures().stream())
        .allMatch(picture -> picture.marks().isEmpty() && picture.broken() == null)) {
      String note =
          String.join("", found.splits().values().stream().map(BoxSplits.Split::note).toList());
      throw new DataException(
          "%s, read as %s, has no box in any of its %s%s%s Expected a box in one of them: of pictures without any nothing is learned, and on them no average precision is defined; adapterx predict shows what a model finds there"
              .formatted(
                  root,
                  found.description(),
                  BoxSplits.counted(
                      found.splits().values().stream().mapToInt(s -> s.pictures().size()).sum(),
                      "picture",
                      "pictures"),
                  note,
                  note.endsWith("?") ? "" : "."));
    }
    List<String> wanted = options.classes();
    if (wanted != null) {
      for (String name : wanted) {
        if (!found.classes().contains(name)) {
          throw new ConfigException(
              "data.boxes.classes: '%s' is no class of %s%s Its classes: %s"
                  .formatted(
                      name,
                      root,
                      Names.hintSentence(name, found.classes()),
                      Names.some(found.classes())));
        }
      }
    }
    return new BoxLayout(root, kind.name(), found, wanted == null ? found.classes() : wanted);
  }

  /** The folder. */
  public Path root() {
    return root;
  }

  /** The name of its kind: {@code coco}. */
  public String kind() {
    return kind;
  }

  /** In words, for messages and reports. */
  public String description() {
    return found.description();
  }

  /** Names of the splits that exist. */
  public List<String> splits() {
    return List.copyOf(found.splits().keySet());
  }

  /** Names of the classes, position = label. */
  public List<String> classes() {
    return classes;
  }

  /** Whether they are pictures of the user's own, not a published benchmark's. */
  public boolean photographs() {
    return found.photographs();
  }

  /** Whether pictures have unannotated objects, which make average precision meaningless. */
  public boolean partial() {
    return found.partial();
  }

  /** The split that plays a role, if there is one that is named so and has pictures. */
  public Optional<String> split(Layout.Role role) {
    return names().of(role, this::hasSamples);
  }

  /** Whether a training uses a split's targets if nothing else is said. */
  boolean areTargetsNeeded(String name) {
    return names().areTargetsNeeded(name, this::hasSamples);
  }

  /** A split as it was read. */
  BoxSplits.Split split(String name) {
    BoxSplits.Split split = found.splits().get(names().meant(name));
    if (split == null) {
      throw names().missing(root, name, description());
    }
    return split;
  }

  /**
   * Opens a split.
   *
   * @throws DataException when there is none of that name, or it has no picture
   */
  public BoxDataset open(String name) {
    BoxSplits.Split split = split(name);
    if (split.pictures().isEmpty()) {
      throw new DataException(
          "%s: the split '%s' has no picture%s".formatted(root, name, split.note()));
    }
    return new BoxDataset(split.pictures(), classes, false);
  }

  /**
   * What of a split is left out or not there: for each kind how many there are, and the first with
   * its place. Of pictures no more than headers are read.
   */
  public List<String> leftOut(String name) {
    BoxSplits.Split split = split(name);
    List<String> lines = new ArrayList<>();
    first(lines, split.faults(), "box is left out", "boxes are left out");
    first(
        lines,
        open(name).outside(),
        "box lies outside of its picture and is left out",
        "boxes lie outside of their picture and are left out");
    first(
        lines,
        split.missing(),
        "picture is named and not there",
        "pictures are named and not there");
    lines.addAll(split.notes());
    return lines;
  }

  private static void first(List<String> lines, List<String> all, String one, String more) {
    if (!all.isEmpty()) {
      lines.add(
          "%s%s: %s"
              .formatted(
                  BoxSplits.counted(all.size(), one, more),
                  all.size() == 1 ? "" : ", the first",
                  Names.some(all.subList(0, 1))));
    }
  }

  private NamedSplits names() {
    return new NamedSplits(splits());
  }

  private boolean hasSamples(String name) {
    BoxSplits.Split split = found.splits().get(name);
    return split != null && !split.pictures().isEmpty();
  }

  /** How a split was found, and what of it was left out. */
  public String description(String name) {
    BoxSplits.Split split = found.splits().get(names().meant(name));
    return description()
        + ", split '"
        + name
        + "'"
        + (split == null
            ? ""
            : ": "
                + BoxSplits.counted(split.pictures().size(), "picture", "pictures")
                + split.note());
  }
}
