package dev.adapterx.dense.layout;

import dev.adapterx.base.DataException;
import dev.adapterx.data.TextLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of classes as data sets bring them in a file beside their pictures: a name a line, or a
 * table of names and colours.
 */
final class ClassTable {
  private static final List<String> NAMES =
      List.of("classes.txt", "labels.txt", "class_names.txt", "names.txt");

  /** CVAT's, CamVid's, and what Kaggle's sets have. */
  private static final List<String> COLOURS =
      List.of("labelmap.txt", "label_colors.txt", "class_dict.csv", "classes.csv", "colors.csv");

  private static final Pattern CVAT =
      Pattern.compile("(.+?):\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,\\s*(\\d+)\\s*:.*");
  private static final Pattern COLOURS_FIRST =
      Pattern.compile("(\\d+)\\s+(\\d+)\\s+(\\d+)\\s+(\\S.*)");
  private static final Pattern NAME_FIRST =
      Pattern.compile("(.+?)\\s*[,;\\t]\\s*(\\d+)\\s*[,;\\t]\\s*(\\d+)\\s*[,;\\t]\\s*(\\d+).*");

  /** COCO-Stuff's {@code 17: cat} and other lists with the index before the name. */
  private static final Pattern NUMBERED = Pattern.compile("(\\d+)\\s*[:\\t]\\s*(\\S.*)");

  private static final int BYTE = 255;

  private ClassTable() {}

  /**
   * What a file beside the data says.
   *
   * @return empty where there is none
   * @throws DataException naming file and line of what cannot be understood
   */
  static Optional<MaskCode> of(Path root, Set<Integer> usuallyIgnored) {
    for (String name : COLOURS) {
      if (Files.isRegularFile(root.resolve(name))) {
        return Optional.of(colours(root.resolve(name)));
      }
    }
    for (String name : NAMES) {
      if (Files.isRegularFile(root.resolve(name))) {
        return Optional.of(coded(lines(root.resolve(name)), usuallyIgnored));
      }
    }
    return Optional.empty();
  }

  /** Names by value; those that say so are no classes. */
  private static MaskCode coded(Map<Integer, String> names, Set<Integer> usuallyIgnored) {
    List<String> classes = new ArrayList<>();
    Map<Integer, Integer> values = new LinkedHashMap<>();
    Set<Integer> ignored = new HashSet<>(usuallyIgnored);
    names.forEach(
        (value, name) -> {
          if (MaskCode.isNoClass(name)) {
            ignored.add(value);
          } else {
            values.put(value, classes.size());
            classes.add(name);
            ignored.remove(value);
          }
        });
    return new MaskCode(classes, values, ignored, false, List.of());
  }

  /** Names in the order of their values. */
  static MaskCode coded(List<String> names, Set<Integer> usuallyIgnored) {
    Map<Integer, String> byValue = new LinkedHashMap<>();
    names.forEach(name -> byValue.put(byValue.size(), name));
    return coded(byValue, usuallyIgnored);
  }

  private static Map<Integer, String> lines(Path file) {
    List<String> plain = new ArrayList<>();
    Map<Integer, String> numbered = new LinkedHashMap<>();
    TextLines.read(
        file,
        (line, number) -> {
          plain.add(line);
          Matcher m = NUMBERED.matcher(line);
          if (m.matches() && m.group(1).length() < 6) {
            numbered.put(Integer.parseInt(m.group(1)), m.group(2));
          }
        });
    if (plain.isEmpty()) {
      throw new DataException(file + " is empty; expected the name of a class on each line");
    }
    if (numbered.size() == plain.size()) {
      return numbered;
    }
    Map<Integer, String> byLine = new LinkedHashMap<>();
    plain.forEach(name -> byLine.put(byLine.size(), name));
    return byLine;
  }

  private static MaskCode colours(Path file) {
    List<String> classes = new ArrayList<>();
    Map<Integer, Integer> values = new LinkedHashMap<>();
    List<Integer> palette = new ArrayList<>();
    Set<Integer> ignored = new HashSet<>();
    TextLines.read(
        file,
        (line, number) -> {
          boolean head = line.startsWith("#") || (number == 1 && !line.matches(".*\\d.*"));
          if (head) {
            return;
          }
          Row row = row(line, file, number);
          if (MaskCode.isNoClass(row.name)) {
            ignored.add(row.colour);
            return;
          }
          if (values.put(row.colour, classes.size()) != null) {
            throw new DataException(
                file + ":" + number + ": another class has the same colour as '" + row.name + "'");
          }
          classes.add(row.name);
          palette.add(row.colour);
        });
    if (classes.isEmpty()) {
      throw new DataException(file + " names no class; expected rows of name, red, green, blue");
    }
    return new MaskCode(classes, values, ignored, true, palette);
  }

  private record Row(String name, int colour) {}

  private static Row row(String line, Path file, int number) {
    Matcher cvat = CVAT.matcher(line);
    if (cvat.matches()) {
      return new Row(cvat.group(1).strip(), colour(cvat, 2, file, number));
    }
    Matcher first = COLOURS_FIRST.matcher(line);
    if (first.matches()) {
      return new Row(first.group(4).strip(), colour(first, 1, file, number));
    }
    Matcher last = NAME_FIRST.matcher(line);
    if (last.matches()) {
      return new Row(last.group(1).strip().replace("\"", ""), colour(last, 2, file, number));
    }
    throw new DataException(
        "%s:%d: expected a name and a colour such as 'road,128,64,128', found '%s'"
            .formatted(file, number, line));
  }

  private static int colour(Matcher m, int group, Path file, int number) {
    int colour = 0;
    for (int i = 0; i < 3; i++) {
      String text = m.group(group + i);
      int channel = text.length() > 3 ? BYTE + 1 : Integer.parseInt(text);
      if (channel > BYTE) {
        throw new DataException(
            "%s:%d: expected colours of 0 … 255, found %s".formatted(file, number, text));
      }
      colour = (colour << 8) | channel;
    }
    return colour;
  }
}
