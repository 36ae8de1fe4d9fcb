package dev.adapterx.dense.layout;

import dev.adapterx.base.DataException;
import dev.adapterx.data.image.format.IndexImage;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads masks to learn what values they have. */
final class MaskScan {
  private static final int WHITE = 255;
  private static final int MOST_VALUES = 256;
  private static final int MOST_COLOURS = 64;

  private MaskScan() {}

  /** What was seen in masks. */
  private record Seen(Set<Integer> values, Set<IndexImage.Kind> kinds, List<Integer> palette) {}

  private static Seen seen(List<Pair> pairs) {
    Set<Integer> values = ConcurrentHashMap.newKeySet();
    Set<IndexImage.Kind> kinds = ConcurrentHashMap.newKeySet();
    pairs.parallelStream()
        .forEach(
            pair -> {
              IndexImage image = read(pair.mask());
              if (image == null || values.size() > MOST_VALUES) {
                return;
              }
              kinds.add(image.kind());
              int last = -1;
              for (int value : image.values()) {
                if (value != last) {
                  values.add(value);
                  last = value;
                }
              }
            });
    IndexImage first = pairs.isEmpty() ? null : read(pairs.get(0).mask());
    List<Integer> palette =
        first == null ? List.of() : IntStream.of(first.palette()).boxed().toList();
    return new Seen(values, kinds, palette);
  }

  /** A mask that cannot be read is a broken sample, which its reader names. */
  private static @Nullable IndexImage read(Path mask) {
    try {
      return IndexImage.read(mask);
    } catch (DataException e) {
      return null;
    }
  }

  /**
   * Names classes by the values that masks have: 0 and 255 alone are background and foreground;
   * else 255 is ignored.
   *
   * @throws DataException where the values are too many to be classes, or of several kinds
   */
  static MaskCode inferred(Path root, List<Pair> pairs) {
    Seen seen = seen(pairs);
    boolean coloured = seen.kinds.contains(IndexImage.Kind.COLOUR);
    if ((coloured && seen.kinds.size() > 1) || seen.values.isEmpty()) {
      throw new DataException(
          root
              + ": "
              + (seen.values.isEmpty()
                  ? "no mask could be read"
                  : "some masks are colours, others indices of classes; save all of them alike"));
    }
    int most = coloured ? MOST_COLOURS : MOST_VALUES - 1;
    if (seen.values.size() > most) {
      throw new DataException(
          "%s: its masks have more than %d %s, which do not look like classes. %s"
              .formatted(
                  root,
                  most,
                  coloured ? "colours" : "values",
                  coloured
                      ? "Name the colours of the classes in class_dict.csv, rows of"
                          + " name,red,green,blue; edges that were smoothed make colours of their"
                          + " own, save masks without"
                      : "Expected a picture whose values are the indices of classes"));
    }
    TreeSet<Integer> sorted = new TreeSet<>(seen.values);
    if (!coloured && sorted.equals(Set.of(0, WHITE))) {
      return binary(List.of("background", "foreground"));
    }
    if (!coloured) {
      sorted.remove(WHITE);
    }
    Map<Integer, Integer> values = new LinkedHashMap<>();
    sorted.forEach(value -> values.put(value, values.size()));
    List<String> names =
        sorted.stream().map(v -> coloured ? "#%06x".formatted(v) : Integer.toString(v)).toList();
    if (names.size() < 2) {
      throw new DataException(
          "%s: its masks have %s; a segmentation needs pixels of at least two classes. Name them in classes.txt if other masks have more"
              .formatted(root, names.isEmpty() ? "no class" : "one value alone, " + names.get(0)));
    }
    boolean painted = seen.palette.size() > sorted.last() && !coloured;
    return new MaskCode(
        names,
        values,
        coloured ? Set.of() : Set.of(WHITE),
        coloured,
        coloured
            ? List.copyOf(sorted)
            : painted ? sorted.stream().map(seen.palette::get).toList() : List.of());
  }

  private static MaskCode binary(List<String> names) {
    return new MaskCode(names, Map.of(0, 0, WHITE, 1), Set.of(), false, List.of());
  }

  /**
   * Of two named classes 255 is the second, where masks have it and no 1: black and white, as
   * drawing programs save it.
   */
  static MaskCode binary(MaskCode told, List<Pair> pairs) {
    if (told.coloured() || told.classes().size() != 2 || told.values().containsKey(WHITE)) {
      return told;
    }
    Set<Integer> values = new HashSet<>(seen(pairs).values);
    return values.contains(WHITE) && !values.contains(1) ? binary(told.classes()) : told;
  }
}
