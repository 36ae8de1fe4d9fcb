package org.example.tags;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Sample;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.ImageDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Pictures and {@code tags.csv}: {@code file,split,tag tag …} after a line of these names. */
public record TagData(List<Row> rows, List<String> classes, boolean exifOrientation)
    implements Dataset<Sample<RgbImage, TagSet>> {
  static final String FILE = "tags.csv";

  /** A line. */
  public record Row(Path file, String name, String split, Set<String> tags) {}

  /** All pictures of a folder. */
  static TagData of(Path root) {
    Path list = root.resolve(FILE);
    List<Row> rows = new ArrayList<>();
    Set<String> tags = new TreeSet<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(list, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new DataException("Could not read " + list + ": " + e.getMessage(), e);
    }
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      if (cells.length != 3) {
        throw new DataException(
            "%s:%d: expected file,split,tags, found '%s'".formatted(list, i + 1, lines.get(i)));
      }
      Set<String> own =
          Set.of(cells[2].strip().split("\\s+")).stream()
              .filter(tag -> !tag.isEmpty())
              .collect(Collectors.toSet());
      tags.addAll(own);
      rows.add(new Row(root.resolve(cells[0]), cells[0], cells[1], own));
    }
    return new TagData(rows, List.copyOf(tags), false);
  }

  /** The pictures of a split. */
  TagData split(String name) {
    List<Row> own = rows.stream().filter(row -> row.split().equals(name)).toList();
    if (own.isEmpty()) {
      throw new DataException(
          "%s has no split '%s'; there are %s".formatted(FILE, name, String.join(", ", splits())));
    }
    return new TagData(own, classes, exifOrientation);
  }

  List<String> splits() {
    return rows.stream().map(Row::split).distinct().toList();
  }

  TagData turned(boolean asExifSays) {
    return new TagData(rows, classes, asExifSays);
  }

  @Override
  public int size() {
    return rows.size();
  }

  @Override
  public int label(int i) {
    return UNLABELLED;
  }

  @Override
  public String name(int i) {
    return rows.get(i).name();
  }

  @Override
  public Sample<RgbImage, TagSet> sample(int i) {
    Set<Integer> tags =
        rows.get(i).tags().stream().map(classes::indexOf).collect(Collectors.toSet());
    return new Sample<>(
        ImageDecoder.decode(rows.get(i).file(), exifOrientation), new TagSet(tags));
  }

  @Override
  public Optional<Path> file(int i) {
    return Optional.of(rows.get(i).file());
  }
}
