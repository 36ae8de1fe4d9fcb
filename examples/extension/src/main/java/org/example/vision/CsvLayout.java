package org.example.vision;

import dev.adapterx.base.DataException;
import dev.adapterx.data.images.FileDataset;
import dev.adapterx.data.images.Layout;
import dev.adapterx.data.images.LayoutKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Pictures anywhere below a folder and {@code labels.csv}: {@code file,class,split} in every line,
 * after a line of these names.
 */
public record CsvLayout(Path root, List<Row> rows) implements Layout {
  /** A line. */
  public record Row(String file, String label, String split) {}

  /** How the library finds it. */
  public static final class Kind implements LayoutKind {
    @Override
    public String name() {
      return "csv";
    }

    @Override
    public boolean recognises(Path root) {
      return Files.isRegularFile(root.resolve("labels.csv"));
    }

    @Override
    public Layout of(Path root) {
      return new CsvLayout(root, read(root.resolve("labels.csv")));
    }
  }

  private static List<Row> read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new DataException("Could not read " + file + ": " + e.getMessage(), e);
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      if (cells.length != 3) {
        throw new DataException(
            "%s:%d: expected file,class,split, found '%s'".formatted(file, i + 1, lines.get(i)));
      }
      rows.add(new Row(cells[0], cells[1], cells[2]));
    }
    return rows;
  }

  @Override
  public String description() {
    return "labels.csv";
  }

  @Override
  public List<String> splits() {
    var names = new LinkedHashSet<String>();
    rows.forEach(row -> names.add(row.split()));
    return List.copyOf(names);
  }

  @Override
  public Optional<String> split(Role role) {
    String name =
        switch (role) {
          case TRAIN -> "train";
          case VALIDATION -> "val";
          case TEST -> "test";
        };
    return Optional.of(name).filter(splits()::contains);
  }

  @Override
  public FileDataset open(String split) {
    Layout.existing(this, split, "");
    var found = new TreeSet<String>();
    rows.forEach(row -> found.add(row.label()));
    List<String> classes = List.copyOf(found);
    List<FileDataset.Sample> samples =
        rows.stream()
            .filter(row -> row.split().equals(split))
            .map(
                row ->
                    new FileDataset.Sample(
                        root.resolve(row.file()), row.file(), classes.indexOf(row.label())))
            .toList();
    return new FileDataset(samples, classes, 0);
  }
}
