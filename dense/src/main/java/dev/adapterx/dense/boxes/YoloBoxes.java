package dev.adapterx.dense.boxes;

import dev.adapterx.base.DataException;
import dev.adapterx.base.SmallFile;
import dev.adapterx.data.Folders;
import dev.adapterx.data.TextLines;
import dev.adapterx.data.images.PlainFolder;
import dev.adapterx.data.images.SplitFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * YOLO: a text file for each picture in {@code labels} beside {@code images}, with rows of class,
 * middle and size as shares of the picture; rows of more numbers are outlines. {@code data.yaml}
 * names classes and splits; without it {@code classes.txt} names classes. A picture without a text
 * file, or with an empty one, is a negative.
 */
final class YoloBoxes implements BoxLayoutKind {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final double SLACK = 0.01;
  private static final int ROW = 5;
  private static final int LEAST_OUTLINE = 7;

  @Override
  public String name() {
    return "yolo";
  }

  @Override
  public boolean matches(Path root) {
    return yaml(root) != null || (hasText(root.resolve("labels")) && images(root) != null);
  }

  private static @Nullable Path images(Path root) {
    Path images = root.resolve("images");
    return Files.isDirectory(images) ? images : null;
  }

  private static boolean hasText(Path folder) {
    return Files.isDirectory(folder)
        && (Folders.visibleFiles(folder).stream().anyMatch(f -> Folders.extension(f).equals("txt"))
            || Folders.folders(folder).stream().anyMatch(YoloBoxes::hasText));
  }

  /** The settings of a data set; a YAML with names and a place of training pictures. */
  private static @Nullable Path yaml(Path root) {
    for (Path file : Folders.visibleFiles(root)) {
      String ending = Folders.extension(file);
      if (ending.equals("yaml") || ending.equals("yml")) {
        JsonNode tree = tree(file);
        if (tree != null && tree.has("names") && (tree.has("train") || tree.has("val"))) {
          return file;
        }
      }
    }
    return null;
  }

  private static @Nullable JsonNode tree(Path file) {
    try {
      return YAML.readTree(SmallFile.text(file));
    } catch (JacksonException | IOException e) {
      return null; // another kind of file
    }
  }

  @Override
  public BoxSplits find(Path root) {
    Path yaml = yaml(root);
    JsonNode tree = yaml == null ? null : tree(yaml);
    List<String> names = tree == null ? listed(root) : names(yaml, tree.path("names"));
    Map<String, List<Path>> splits = tree == null ? folders(root) : splits(root, tree);
    if (splits.isEmpty()) {
      splits = folders(root);
    }
    Map<String, Gathered> gathered = new LinkedHashMap<>();
    Pictures pictures = new Pictures(root);
    splits.forEach(
        (split, files) -> {
          Gathered own = new Gathered(pictures);
          files.forEach(file -> read(file, names, own));
          gathered.put(split, own);
        });
    List<String> classes = names.isEmpty() ? numbers(gathered) : names;
    return new BoxSplits(
        yaml == null
            ? "YOLO's text files in labels"
            : "YOLO's text files (" + Folders.name(yaml) + ")",
        Gathered.splits(gathered),
        classes,
        true,
        false);
  }

  /** Without names classes go by their numbers. */
  private static List<String> numbers(Map<String, Gathered> gathered) {
    int most = -1;
    for (String name : Gathered.names(gathered.values())) {
      most = Math.max(most, Integer.parseInt(name));
    }
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i <= most; i++) {
      numbers.add(Integer.toString(i));
    }
    return numbers;
  }

  private static List<String> listed(Path root) {
    for (String name : List.of("classes.txt", "labels/classes.txt", "obj.names")) {
      Path file = root.resolve(name);
      if (Files.isRegularFile(file)) {
        List<String> names = new ArrayList<>();
        TextLines.read(file, (line, number) -> names.add(line));
        return names;
      }
    }
    return List.of();
  }

  private static List<String> names(@Nullable Path yaml, JsonNode told) {
    Map<Integer, String> names = new TreeMap<>();
    if (told.isArray()) {
      told.forEach(name -> names.put(names.size(), name.asString()));
    } else {
      for (Map.Entry<String, JsonNode> entry : told.properties()) {
        if (!entry.getKey().matches("\\d{1,6}")) {
          throw new DataException(
              "%s: names: expected the number of a class, found '%s'"
                  .formatted(yaml, entry.getKey()));
        }
        names.put(Integer.parseInt(entry.getKey()), entry.getValue().asString());
      }
    }
    if (names.isEmpty()
        || !names
            .keySet()
            .equals(
                java.util.stream.IntStream.range(0, names.size())
                    .boxed()
                    .collect(java.util.stream.Collectors.toSet()))) {
      throw new DataException(
          "%s: names: expected the names of classes 0, 1, … without a gap, found the numbers %s"
              .formatted(yaml, names.keySet()));
    }
    return List.copyOf(names.values());
  }

  private static Map<String, List<Path>> splits(Path root, JsonNode tree) {
    Path base = root;
    String path = tree.path("path").asString("");
    if (!path.isEmpty()) {
      Path told = resolved(root, path);
      base = told != null && Files.isDirectory(told) ? told : root;
    }
    Map<String, List<Path>> splits = new LinkedHashMap<>();
    for (String split : List.of("train", "val", "test")) {
      List<String> places = new ArrayList<>();
      JsonNode told = tree.path(split);
      if (told.isArray()) {
        told.forEach(t -> places.add(t.asString()));
      } else if (told.isString() && !told.asString().isEmpty()) {
        places.add(told.asString());
      }
      List<Path> files = new ArrayList<>();
      for (String place : places) {
        files.addAll(pictures(root, base, place));
      }
      if (!files.isEmpty()) {
        splits.put(split, files);
      }
    }
    return splits;
  }

  private static @Nullable Path resolved(Path base, String told) {
    try {
      return base.resolve(told).normalize();
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** A folder of pictures, or a list of them; as told, or below the folder of the data set. */
  private static List<Path> pictures(Path root, Path base, String told) {
    String path = told.replace('\\', '/');
    while (!path.isEmpty()) {
      for (Path from : List.of(base, root)) {
        Path place = resolved(from, path);
        if (place != null && Files.isDirectory(place)) {
          return Folders.images(place).files();
        }
        if (place != null && Files.isRegularFile(place)) {
          return list(root, place);
        }
      }
      int next = path.indexOf('/');
      path = next < 0 ? "" : path.substring(next + 1);
    }
    return List.of();
  }

  private static List<Path> list(Path root, Path file) {
    Pictures pictures = new Pictures(root);
    List<Path> files = new ArrayList<>();
    TextLines.read(
        file, (line, number) -> pictures.find(line, List.of(root)).ifPresent(files::add));
    return files;
  }

  private static Map<String, List<Path>> folders(Path root) {
    Map<String, List<Path>> splits = new LinkedHashMap<>();
    Path images = images(root);
    for (Path folder : Folders.folders(images == null ? root : images)) {
      String name = Folders.name(folder);
      if (SplitFolders.canonical(name).isPresent()) {
        splits.put(name, Folders.images(folder).files());
      }
    }
    if (splits.isEmpty() && images != null) {
      splits.put(PlainFolder.ALL, Folders.images(images).files());
    }
    return splits;
  }

  /** {@code …/images/a/b.jpg} has {@code …/labels/a/b.txt}. */
  private static Path label(Path picture) {
    String path = picture.toString().replace(picture.getFileSystem().getSeparator(), "/");
    int at = path.lastIndexOf("/images/");
    String told =
        at < 0
            ? path
            : path.substring(0, at) + "/labels/" + path.substring(at + "/images/".length());
    return picture.getFileSystem().getPath(Pictures.stem(told) + ".txt");
  }

  private static void read(Path picture, List<String> names, Gathered into) {
    into.picture(picture, 0, 0);
    Path label = label(picture);
    if (!Files.isRegularFile(label)) {
      return;
    }
    try {
      TextLines.read(
          label,
          (line, number) ->
              row(line, Folders.name(label) + ":" + number, names, into)
                  .ifPresent(mark -> into.mark(picture, mark)));
    } catch (DataException e) { // names the file
      into.broken(picture, String.valueOf(e.getMessage()));
    }
  }

  private static Optional<Marked> row(
      String line, String where, List<String> names, Gathered into) {
    String[] cells = line.split("\\s+", -1);
    double[] v = new double[cells.length];
    for (int i = 0; i < v.length; i++) {
      try {
        v[i] = Double.parseDouble(cells[i]);
      } catch (NumberFormatException e) {
        v[i] = Double.NaN;
      }
      if (!Double.isFinite(v[i])) {
        into.fault(where + ": '" + shortened(cells[i]) + "' is not a number");
        return Optional.empty();
      }
    }
    boolean outline = v.length >= LEAST_OUTLINE && v.length % 2 == 1;
    if (v.length != ROW && !outline) {
      into.fault(
          where
              + ": expected a class, x, y, width and height, or a class and the corners of an"
              + " outline, found "
              + BoxSplits.counted(v.length, "number", "numbers"));
      return Optional.empty();
    }
    String name = className(v[0], names);
    if (name == null) {
      into.fault(
          names.isEmpty()
              ? where + ": '" + shortened(cells[0]) + "' is no number of a class"
              : "%s: class %s; there are %d classes, 0 … %d, as numbers count from 0"
                  .formatted(where, shortened(cells[0]), names.size(), names.size() - 1));
      return Optional.empty();
    }
    Envelope around = new Envelope();
    if (outline) {
      for (int i = 1; i + 1 < v.length; i += 2) {
        around.add(v[i], v[i + 1]);
      }
    } else {
      around.add(v[1] - v[3] / 2, v[2] - v[4] / 2);
      around.add(v[1] + v[3] / 2, v[2] + v[4] / 2);
    }
    Marked mark = around.mark(true, name, where);
    if (!outline && (v[3] <= 0 || v[4] <= 0)) {
      into.fault("%s: '%s' has the width %s and the height %s".formatted(where, name, v[3], v[4]));
      return Optional.empty();
    }
    if (mark.x1() < -SLACK
        || mark.y1() < -SLACK
        || mark.x2() > 1 + SLACK
        || mark.y2() > 1 + SLACK) {
      into.fault(
          "%s: '%s' reaches from %s, %s to %s, %s; expected shares of the picture, 0 … 1"
              .formatted(
                  where,
                  name,
                  Marked.text(mark.x1()),
                  Marked.text(mark.y1()),
                  Marked.text(mark.x2()),
                  Marked.text(mark.y2())));
      return Optional.empty();
    }
    return Optional.of(mark);
  }

  private static @Nullable String className(double value, List<String> names) {
    if (value < 0 || value != Math.rint(value) || value > 99_999) {
      return null;
    }
    if (names.isEmpty()) {
      return Integer.toString((int) value);
    }
    return value < names.size() ? names.get((int) value) : null;
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
