package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which of a file's numbers is the label of a point.
 *
 * @param wanted whether labels are read at all
 * @param named a property, field or column, or the number of a column from 1; absent: the one whose
 *     name says so
 */
record LabelColumn(boolean wanted, @Nullable String named) {
  /** More columns than points with labels have. */
  static final int MOST = 64;

  /** No labels. */
  static final LabelColumn NONE = new LabelColumn(false, null);

  /** What labels are called, without what stands before the last underscore's {@code scalar}. */
  private static final List<String> USUAL =
      List.of(
          "label",
          "labels",
          "class",
          "classes",
          "class_id",
          "classification",
          "segmentation",
          "segment",
          "seg",
          "sem_class",
          "semantic",
          "semantic_label",
          "part",
          "part_id",
          "pid",
          "category");

  /**
   * Where the label is among names; -1 where none is wanted or none is called so.
   *
   * @param what they are: {@code properties of its vertices}
   * @throws DataException when several are called so, or the one named is not there
   */
  int among(List<String> names, String what) {
    if (!wanted) {
      return -1;
    }
    List<String> plain = names.stream().map(LabelColumn::plain).toList();
    if (named != null) {
      int at = plain.indexOf(plain(named));
      if (at < 0) {
        throw new DataException(
            "there is no '%s' among the %s: %s%s"
                .formatted(named, what, Names.some(names), Names.hint(named, names)));
      }
      return at;
    }
    List<Integer> found =
        IntStream.range(0, plain.size()).filter(i -> USUAL.contains(plain.get(i))).boxed().toList();
    if (found.size() > 1) {
      throw new DataException(
          "%s could each be the label of a point: name one by data.parts.label"
              .formatted(Names.some(found.stream().map(names::get).toList())));
    }
    return found.isEmpty() ? -1 : found.get(0);
  }

  private static String plain(String name) {
    String lower = name.strip().toLowerCase(Locale.ROOT);
    return lower.startsWith("scalar_") ? lower.substring("scalar_".length()) : lower;
  }

  /**
   * Where the label is in lines of numbers without names: the last of four or seven, or the number
   * named; -1 where none is wanted.
   *
   * @throws DataException when it cannot be told, or there are fewer columns
   */
  int of(int columns) {
    if (!wanted) {
      return -1;
    }
    if (named != null) {
      boolean number = named.matches("\\d{1,4}");
      int at = number ? Integer.parseInt(named) - 1 : -1;
      if (at < 3 || at >= columns) {
        throw new DataException(
            "its %d columns have no names; expected in data.parts.label the number of one, from 4 to"
                    .formatted(columns)
                + " %d, found '%s'".formatted(columns, named));
      }
      return at;
    }
    if (columns == 4 || columns == 7) {
      return columns - 1;
    }
    if (columns == 3) {
      return -1;
    }
    throw new DataException(
        "which of its %d columns is the label of a point cannot be told (the last of four and of"
                .formatted(columns)
            + " seven is taken); give its number by data.parts.label");
  }

  /**
   * A label as it is stored, which must be a whole number.
   *
   * @param point counted from 1
   */
  static int value(double stored, int point) {
    if (stored != Math.rint(stored) || Math.abs(stored) > Integer.MAX_VALUE) {
      throw new DataException(
          "the label of point %d (counted from 1) is %s, expected a whole number; if this is no"
                  .formatted(point, stored)
              + " label, name the right one by data.parts.label");
    }
    return (int) stored;
  }
}
