package dev.adapterx.dense.boxes;

import dev.adapterx.data.Folders;
import dev.adapterx.data.TextLines;
import dev.adapterx.data.images.PlainFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * OpenImages' tables: {@code ImageID, LabelName, XMin, XMax, YMin, YMax} as shares of the picture,
 * in this order, and {@code IsGroupOf}, which is a crowd. {@code class-descriptions-boxable.csv}
 * says what labels are called. Pictures that were not fetched are named.
 */
final class OpenImagesBoxes implements BoxLayoutKind {
  private static final List<String> COLUMNS =
      List.of("imageid", "labelname", "xmin", "xmax", "ymin", "ymax");

  @Override
  public String name() {
    return "open-images";
  }

  @Override
  public boolean matches(Path root) {
    return !tables(root).isEmpty();
  }

  private static List<Path> tables(Path root) {
    List<Path> tables = new ArrayList<>();
    for (Path folder : List.of(root, root.resolve("annotations"), root.resolve("labels"))) {
      if (Files.isDirectory(folder)) {
        for (Path file : Folders.visibleFiles(folder)) {
          if (Folders.extension(file).equals("csv") && CsvFile.head(file).containsAll(COLUMNS)) {
            tables.add(file);
          }
        }
      }
    }
    return tables;
  }

  @Override
  public BoxSplits find(Path root) {
    Map<String, String> names = descriptions(root);
    Pictures pictures = new Pictures(root);
    Map<String, Path> byStem = new HashMap<>();
    for (Path file : Folders.images(root).files()) {
      byStem.putIfAbsent(Pictures.stem(Folders.name(file)), file);
    }
    Map<String, Gathered> gathered = new LinkedHashMap<>();
    for (Path table : tables(root)) {
      String split = Pictures.split(Pictures.stem(Folders.name(table))).orElse(PlainFolder.ALL);
      Gathered into = gathered.computeIfAbsent(split, s -> new Gathered(pictures));
      CsvFile.read(table, (cells, line) -> row(cells, table, line, names, byStem, into));
    }
    return new BoxSplits(
        "OpenImages' tables of boxes",
        Gathered.splits(gathered),
        Gathered.names(gathered.values()),
        false,
        false);
  }

  private static void row(
      Map<String, String> cells,
      Path table,
      int line,
      Map<String, String> names,
      Map<String, Path> byStem,
      Gathered into) {
    String where = Folders.name(table) + ":" + line;
    String id = cells.getOrDefault("imageid", "");
    String label = cells.getOrDefault("labelname", "");
    Path picture = byStem.get(id);
    if (picture == null) {
      into.missing(id.isEmpty() ? where + " without an ImageID" : id);
      return;
    }
    into.picture(picture, 0, 0);
    if (label.isEmpty()) {
      into.fault(where + ": a box without a LabelName");
      return;
    }
    into.mark(
        picture,
        new Marked(
            CsvFile.number(cells.getOrDefault("xmin", "")),
            CsvFile.number(cells.getOrDefault("ymin", "")),
            CsvFile.number(cells.getOrDefault("xmax", "")),
            CsvFile.number(cells.getOrDefault("ymax", "")),
            true,
            names.getOrDefault(label, label),
            cells.getOrDefault("isgroupof", "0").equals("1"),
            false,
            Marked.UNKNOWN_AREA,
            where));
  }

  private static Map<String, String> descriptions(Path root) {
    Map<String, String> names = new HashMap<>();
    for (Path folder : List.of(root, root.resolve("metadata"), root.resolve("annotations"))) {
      if (!Files.isDirectory(folder)) {
        continue;
      }
      for (Path file : Folders.visibleFiles(folder)) {
        if (Folders.name(file).contains("class-descriptions")) {
          TextLines.read(
              file,
              (line, number) -> {
                List<String> cells = CsvFile.cells(line, ',');
                if (cells.size() > 1) {
                  names.put(cells.get(0).strip(), cells.get(1).strip());
                }
              });
        }
      }
    }
    return names;
  }
}
