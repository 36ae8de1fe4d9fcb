package dev.adapterx.dense.layout;

import dev.adapterx.base.DataException;
import dev.adapterx.data.image.format.IndexImage;
import dev.adapterx.data.targets.ClassMask;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the values of masks mean.
 *
 * @param classes names, position = class
 * @param values which class a value is: an index, or a colour 0xRRGGBB
 * @param ignored values of pixels that have no class
 * @param coloured whether the values are colours; palettes are then looked up
 * @param palette colour of each class for pictures of masks; empty: the data have none
 */
public record MaskCode(
    List<String> classes,
    Map<Integer, Integer> values,
    Set<Integer> ignored,
    boolean coloured,
    List<Integer> palette) {
  /** What names of rows say that they are no class. */
  private static final Set<String> NO_CLASS =
      Set.of(
          "void",
          "unlabelled",
          "unlabeled",
          "ignore",
          "ignored",
          "ignore_index",
          "not labelled",
          "unknown class",
          "out of roi");

  private static final int SHOWN = 8;

  public MaskCode {
    classes = List.copyOf(classes);
    values = Map.copyOf(values);
    ignored = Set.copyOf(ignored);
    palette = List.copyOf(palette);
    if (new HashSet<>(classes).size() < classes.size()) {
      throw new DataException("The names of the classes of masks must differ, found " + classes);
    }
  }

  /** Whether a name says that its pixels have no class. */
  static boolean isNoClass(String name) {
    return NO_CLASS.contains(name.strip().toLowerCase(Locale.ROOT));
  }

  /** With other values that are ignored, those of classes among them. */
  MaskCode ignoring(Set<Integer> others) {
    return new MaskCode(classes, values, others, coloured, palette);
  }

  /**
   * Decodes a mask.
   *
   * @param where names it in messages
   * @throws DataException naming the first pixel of a value that is neither a class nor ignored,
   *     and how many such there are
   */
  ClassMask decode(IndexImage image, String where) {
    int[] found = image.values();
    short[] classesOf = new short[found.length];
    int last = -1;
    short lastClass = ClassMask.IGNORED;
    int unknown = 0;
    int first = 0;
    Set<Integer> strange = new TreeSet<>();
    for (int i = 0; i < found.length; i++) {
      int value = coloured ? image.colour(found[i]) : found[i];
      if (value != last) {
        Integer index = ignored.contains(value) ? Integer.valueOf(-1) : values.get(value);
        if (index == null) {
          first = unknown++ == 0 ? i : first;
          strange.add(value);
          continue;
        }
        last = value;
        lastClass = index.shortValue();
      }
      classesOf[i] = lastClass;
    }
    if (unknown > 0) {
      throw unknown(image, where, first, unknown, strange);
    }
    return new ClassMask(image.width(), image.height(), classesOf);
  }

  private DataException unknown(
      IndexImage image, String where, int first, int count, Set<Integer> strange) {
    String pixel = "(%d, %d)".formatted(first % image.width(), first / image.width());
    String what = coloured ? "colour" : "value";
    String several =
        strange.stream().limit(SHOWN).map(this::text).collect(Collectors.joining(", "));
    return new DataException(
        "%s: %s of %s, first at pixel %s: %s, is none of the %s (%s)%s. %s"
            .formatted(
                where,
                count == 1 ? "1 pixel" : count + " pixels",
                strange.size() == 1 ? "a " + what : strange.size() + " " + what + "s",
                pixel,
                several,
                classes.size() == 1 ? "1 class, which there is" : classes.size() + " classes",
                known(),
                ignored.isEmpty() ? "" : " and not ignored (" + texts(ignored) + ")",
                coloured
                    ? "Add the colour to the table of classes; edges that were smoothed make"
                        + " colours of their own, save masks without"
                    : "Name all classes in classes.txt, or name the value in"
                        + " data.masks.ignore"));
  }

  /** The values of pixels without a class, in words. */
  public String ignoredText() {
    return ignored.isEmpty()
        ? "no values"
        : "the values " + texts(ignored) + " (data.masks.ignore says others)";
  }

  private String known() {
    return values.size() > SHOWN && !coloured
        ? text(new TreeSet<>(values.keySet()).first())
            + " … "
            + text(new TreeSet<>(values.keySet()).last())
        : texts(values.keySet());
  }

  private String texts(Set<Integer> some) {
    List<String> shown = new TreeSet<>(some).stream().limit(SHOWN).map(this::text).toList();
    return String.join(", ", shown) + (some.size() > SHOWN ? ", …" : "");
  }

  private String text(int value) {
    return coloured
        ? "%d %d %d".formatted(value >> 16, (value >> 8) & 0xFF, value & 0xFF)
        : Integer.toString(value);
  }
}
