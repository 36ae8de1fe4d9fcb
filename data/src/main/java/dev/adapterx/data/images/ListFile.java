package dev.adapterx.data.images;

import dev.adapterx.base.DataException;
import dev.adapterx.base.FileNames;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Folders;
import dev.adapterx.data.LoaderOptions;
import dev.adapterx.data.TextLines;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A list of images: one {@code path label} per line, as the VTAB-1k and few-shot lists have it. The
 * last word is the label, so that a path may contain spaces; blank lines mean nothing; a repeated
 * line is a repeated sample (1-shot lists use that to fill a batch).
 */
public final class ListFile {
  /**
   * One line.
   *
   * @param path as written, relative to the images' folder
   * @param number of the line, counted from 1
   */
  public record Line(String path, int label, int number) {}

  private ListFile() {}

  /**
   * Reads the lines without looking for the images.
   *
   * @throws DataException with file and line where one is not {@code path label}
   */
  public static List<Line> read(Path list) {
    List<Line> lines = new ArrayList<>();
    TextLines.read(list, (text, number) -> lines.add(line(list, text, number)));
    if (lines.isEmpty()) {
      throw new DataException(list + " lists no image; expected one 'path label' per line");
    }
    return List.copyOf(lines);
  }

  /**
   * Reads a text that may be something else.
   *
   * @throws DataException unless all its lines are {@code path label}, the first path with an
   *     image's ending or of a file beside it
   */
  static void requireImages(Path list) {
    Line first = read(list).get(0);
    if (!isImage(list, first)) {
      throw new DataException(
          "%s:%d: '%s' is no image; expected 'path label'"
              .formatted(list, first.number(), shortened(first.path())));
    }
  }

  /** Whether a text's first line names an image and its label; another may be at fault. */
  static boolean beginsWithImage(Path list) {
    List<Line> lines = new ArrayList<>();
    try {
      TextLines.read(list, (text, number) -> lines.add(line(list, text, number)));
    } catch (DataException e) {
      // What is wrong is told where the list is read.
    }
    return !lines.isEmpty() && isImage(list, lines.get(0));
  }

  private static boolean isImage(Path list, Line line) {
    Path folder = list.toAbsolutePath().getParent();
    Path image = resolve(list, line, folder == null ? list : folder);
    return Folders.isImage(image) || Files.isRegularFile(image);
  }

  /**
   * Opens the images of a list.
   *
   * @param folder what the paths are relative to
   * @param classes names; a label must be an index into them
   * @throws DataException with file and line when a label has no class or more than a quarter of
   *     the images are missing; fewer missing ones are broken samples
   */
  public static FileDataset open(Path list, Path folder, List<String> classes) {
    return open(list, read(list), folder, classes);
  }

  static FileDataset open(Path list, List<Line> lines, Path folder, List<String> classes) {
    List<FileDataset.Sample> samples = new ArrayList<>(lines.size());
    String firstMissing = "";
    int missing = 0;
    for (Line line : lines) {
      if (line.label() >= classes.size()) {
        throw new DataException(
            "%s:%d: label %d of %s is out of range: there are %d classes, 0 … %d"
                .formatted(
                    list,
                    line.number(),
                    line.label(),
                    line.path(),
                    classes.size(),
                    classes.size() - 1));
      }
      Path file = resolve(list, line, folder);
      if (!Files.isRegularFile(file)) {
        firstMissing =
            missing++ == 0 ? list + ":" + line.number() + ": no file " + file : firstMissing;
      }
      samples.add(new FileDataset.Sample(file, line.path(), line.label()));
    }
    if (missing > LoaderOptions.BROKEN_LIMIT * lines.size()) { // fewer are broken samples
      throw new DataException(
          firstMissing
              + " ("
              + missing
              + " of the "
              + lines.size()
              + " images listed are missing)");
    }
    return new FileDataset(samples, classes, 0);
  }

  /** The largest label plus one. */
  static int classCount(List<Line> lines) {
    return lines.stream().mapToInt(Line::label).max().orElse(-1) + 1;
  }

  /**
   * The first of some folders that holds an image of a list.
   *
   * @throws DataException with file and line of the first image, when none does
   */
  static Path folder(Path list, List<Line> lines, List<Path> candidates) {
    for (Line line : lines) {
      for (Path folder : candidates) {
        if (Files.isRegularFile(resolve(list, line, folder))) {
          return folder;
        }
      }
    }
    throw new DataException(
        "%s:%d: no image %s in any of %s"
            .formatted(
                list,
                lines.get(0).number(),
                lines.get(0).path(),
                String.join(", ", candidates.stream().map(Path::toString).toList())));
  }

  private static Path resolve(Path list, Line line, Path folder) {
    try {
      return folder.resolve(line.path());
    } catch (InvalidPathException e) {
      throw new DataException(
          list + ":" + line.number() + ": not a path on this machine: " + FileNames.reason(e), e);
    }
  }

  private static Line line(Path list, String text, int number) {
    int end = text.length();
    while (end > 0 && !Character.isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    String path = text.substring(0, end).strip();
    String label = text.substring(end);
    if (path.isEmpty()) {
      throw new DataException(
          list + ":" + number + ": expected 'path label', found only '" + shortened(text) + "'");
    }
    return new Line(path, label(list, number, label), number);
  }

  private static int label(Path list, int number, String text) {
    int label;
    try {
      label = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new DataException(
          "%s:%d: label '%s' is not a whole number; expected 'path label'"
              .formatted(list, number, shortened(text)),
          e);
    }
    if (label < 0 || label >= ClassNames.MOST) {
      throw new DataException(
          "%s:%d: label %d is out of range; labels count from 0 to at most %d"
              .formatted(list, number, label, ClassNames.MOST - 1));
    }
    return label;
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
