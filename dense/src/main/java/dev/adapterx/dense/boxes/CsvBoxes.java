package dev.adapterx.dense.boxes;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Folders;
import dev.adapterx.data.images.PlainFolder;
import dev.adapterx.data.images.SplitFolders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A table of boxes in pixels: a column with the picture, one with the class, and {@code xmin, ymin,
 * xmax, ymax} or {@code x, y, w, h}; a table for each split, or a column {@code split}. A row
 * without class and numbers says that its picture has none.
 */
final class CsvBoxes implements BoxLayoutKind {
  private static final List<String> FILE =
      List.of("filename", "file_name", "file", "image", "image_path", "path", "image_name", "img");
  private static final List<String> CLASS =
      List.of("class", "label", "class_name", "category", "name", "labels");
  private static final List<String> SPLIT = List.of("split", "subset", "set");
  private static final List<List<String>> CORNERS =
      List.of(
          List.of("xmin", "ymin", "xmax", "ymax"),
          List.of("x_min", "y_min", "x_max", "y_max"),
          List.of("x1", "y1", "x2", "y2"),
          List.of("left", "top", "right", "bottom"));
  private static final List<List<String>> SIZES =
      List.of(
          List.of("x", "y", "w", "h"),
          List.of("x", "y", "width", "height"),
          List.of("bbox_x", "bbox_y", "bbox_width", "bbox_height"),
          List.of("left", "top", "width", "height"));

  /** Which columns of a table say what. */
  private record Columns(
      String file, String type, List<String> edges, boolean sizes, @Nullable String split) {
    static Optional<Columns> of(Path table) {
      List<String> head = CsvFile.head(table);
      Optional<String> file = FILE.stream().filter(head::contains).findFirst();
      Optional<String> type = CLASS.stream().filter(head::contains).findFirst();
      Optional<List<String>> corners = CORNERS.stream().filter(head::containsAll).findFirst();
      Optional<List<String>> sizes = SIZES.stream().filter(head::containsAll).findFirst();
      if (file.isEmpty() || type.isEmpty() || (corners.isEmpty() && sizes.isEmpty())) {
        return Optional.empty();
      }
      return Optional.of(
          new Columns(
              file.get(),
              type.get(),
              corners.or(() -> sizes).get(),
              corners.isEmpty(),
              SPLIT.stream().filter(head::contains).findFirst().orElse(null)));
    }
  }

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public boolean matches(Path root) {
    return !tables(root).isEmpty();
  }

  private static Map<Path, Columns> tables(Path root) {
    Map<Path, Columns> tables = new LinkedHashMap<>();
    List<Path> folders = new ArrayList<>(List.of(root));
    folders.addAll(
        Folders.folders(root).stream()
            .filter(
                f ->
                    SplitFolders.canonical(Folders.name(f)).isPresent()
                        || Folders.name(f).equals("annotations"))
            .toList());
    for (Path folder : folders) {
      for (Path file : Folders.visibleFiles(folder)) {
        if (Folders.extension(file).equals("csv")) {
          Columns.of(file).ifPresent(columns -> tables.put(file, columns));
        }
      }
    }
    return tables;
  }

  @Override
  public BoxSplits find(Path root) {
    Pictures pictures = new Pictures(root);
    Map<String, Gathered> gathered = new LinkedHashMap<>();
    Map<Path, Columns> tables = tables(root);
    tables.forEach(
        (table, columns) -> {
          Path parent = table.getParent();
          String folder = parent == null || parent.equals(root) ? "" : Folders.name(parent);
          String own =
              Pictures.split(Pictures.stem(Folders.name(table)))
                  .or(() -> SplitFolders.canonical(folder))
                  .orElse(PlainFolder.ALL);
          List<Path> folders = new ArrayList<>();
          if (parent != null) {
            folders.add(parent);
          }
          folders.addAll(
              List.of(
                  root.resolve("images"),
                  root.resolve("images").resolve(own),
                  root.resolve(own),
                  root));
          new Table(table, columns, own, folders).read(pictures, gathered);
        });
    return new BoxSplits(
        "a table of boxes ("
            + String.join(", ", tables.keySet().stream().map(Folders::name).toList())
            + ")",
        Gathered.splits(gathered),
        Gathered.names(gathered.values()),
        true,
        false);
  }

  /** One table while it is read. */
  private static final class Table {
    private final Path table;
    private final Columns columns;
    private final String split;
    private final List<Path> folders;
    private double largest;
    private int boxes;

    Table(Path table, Columns columns, String split, List<Path> folders) {
      this.table = table;
      this.columns = columns;
      this.split = split;
      this.folders = folders;
    }

    void read(Pictures pictures, Map<String, Gathered> gathered) {
      CsvFile.read(
          table,
          (cells, line) -> {
            String told = columns.split == null ? "" : cells.getOrDefault(columns.split, "");
            Gathered into =
                gathered.computeIfAbsent(
                    told.isEmpty() ? split : told, s -> new Gathered(pictures));
            row(cells, Folders.name(table) + ":" + line, pictures, into);
          });
      if (boxes > 0 && largest <= 1) {
        throw new DataException(
            table
                + ": no edge of a box is above 1, so these seem to be shares of pictures; expected"
                + " pixels. Multiply them by width and height of their pictures, or use YOLO's"
                + " files, which have shares");
      }
    }

    private void row(Map<String, String> cells, String where, Pictures pictures, Gathered into) {
      String told = cells.getOrDefault(columns.file, "");
      Optional<Path> picture = pictures.find(told, folders);
      if (picture.isEmpty()) {
        into.missing(told.isEmpty() ? where + " without a picture" : told);
        return;
      }
      into.picture(picture.get(), 0, 0);
      String name = cells.getOrDefault(columns.type, "");
      List<String> texts = columns.edges.stream().map(c -> cells.getOrDefault(c, "")).toList();
      if (name.isEmpty() && texts.stream().allMatch(String::isEmpty)) {
        return; // a negative
      }
      if (name.isEmpty()) {
        into.fault(where + ": a box without a class");
        return;
      }
      double[] v = texts.stream().mapToDouble(CsvFile::number).toArray();
      if (columns.sizes) {
        v[2] += v[0];
        v[3] += v[1];
      }
      boxes++;
      for (double edge : v) {
        largest = Math.max(largest, Double.isNaN(edge) ? 0 : edge);
      }
      into.mark(picture.get(), Marked.pixels(v[0], v[1], v[2], v[3], name, where));
    }
  }
}
