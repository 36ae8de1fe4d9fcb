package dev.adapterx.dense.boxes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Collects the pictures and boxes of a split while its annotations are read. */
final class Gathered {
  /** A picture whose boxes are still coming in. */
  private static final class Picture {
    private final Path file;
    private final String name;
    private final int width;
    private final int height;
    private final List<Marked> marks = new ArrayList<>();
    private @Nullable String broken;

    Picture(Path file, String name, int width, int height) {
      this.file = file;
      this.name = name;
      this.width = width;
      this.height = height;
    }
  }

  private final Pictures pictures;
  private final Map<Path, Picture> found = new LinkedHashMap<>();
  private final List<String> faults = new ArrayList<>();
  private final Set<String> missing = new TreeSet<>();
  private final Set<String> notes = new TreeSet<>();

  Gathered(Pictures pictures) {
    this.pictures = pictures;
  }

  /**
   * A picture of that size, without boxes so far; told twice it is the same.
   *
   * @param width as the annotation says; 0 where it does not
   */
  void picture(Path file, int width, int height) {
    found.computeIfAbsent(
        file, f -> new Picture(f, pictures.name(f), Math.max(0, width), Math.max(0, height)));
  }

  /** Adds a box of a picture, or names why it is left out. */
  void mark(Path file, Marked mark) {
    String fault = mark.fault();
    Picture picture = found.get(file);
    if (!fault.isEmpty()) {
      faults.add(fault);
    } else if (picture == null) {
      throw new IllegalStateException("boxes of an unknown picture: " + file);
    } else {
      picture.marks.add(mark);
    }
  }

  /** A picture that is there and cannot be used. */
  void broken(Path file, String reason) {
    picture(file, 0, 0);
    Picture picture = found.get(file);
    if (picture != null) {
      picture.broken = reason;
    }
  }

  /** A box that is left out, with its place and reason. */
  void fault(String what) {
    faults.add(what);
  }

  /** A picture that is not there. */
  void missing(String what) {
    missing.add(what);
  }

  /** What else is to be known. */
  void note(String what) {
    notes.add(what);
  }

  /** Names of the classes of all boxes. */
  Set<String> names() {
    Set<String> names = new TreeSet<>();
    found.values().forEach(p -> p.marks.forEach(m -> names.add(m.name())));
    return names;
  }

  boolean isEmpty() {
    return found.isEmpty() && missing.isEmpty();
  }

  BoxSplits.Split split() {
    List<Annotated> all = new ArrayList<>();
    for (Picture p : found.values()) {
      all.add(new Annotated(p.file, p.name, p.width, p.height, p.marks, p.broken));
    }
    return new BoxSplits.Split(all, faults, List.copyOf(missing), List.copyOf(notes));
  }

  /** Names of the classes of several splits, by name. */
  static List<String> names(Iterable<Gathered> splits) {
    Set<String> names = new TreeSet<>(dev.adapterx.data.ClassNames.CODE_POINTS);
    splits.forEach(split -> names.addAll(split.names()));
    return List.copyOf(names);
  }

  /** Splits as they were gathered. */
  static Map<String, BoxSplits.Split> splits(Map<String, Gathered> gathered) {
    Map<String, BoxSplits.Split> splits = new LinkedHashMap<>();
    gathered.forEach((name, split) -> splits.put(name, split.split()));
    return splits;
  }
}
