package dev.adapterx.data;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Class lists: the position of a name is its label. */
public final class ClassNames {
  /** More classes than any image data set has: a guard against numbers that are not labels. */
  public static final int MOST = 100_000;

  /**
   * By Unicode code points, as Python's {@code sorted}: so that labels derived from folder names
   * are the same as for a model trained in Python.
   */
  public static final Comparator<String> CODE_POINTS = ClassNames::compareCodePoints;

  private ClassNames() {}

  /**
   * Reads one name per line.
   *
   * @throws DataException when a name repeats or there is none
   */
  public static List<String> read(Path file) {
    Map<String, Integer> lineOf = new LinkedHashMap<>();
    TextLines.read(
        file,
        (written, number) -> {
          String name = composed(written);
          Integer before = lineOf.put(name, number);
          if (before != null) {
            throw new DataException(
                file + ":" + number + ": class '" + name + "' stands in line " + before + " too");
          }
        });
    if (lineOf.isEmpty()) {
      throw new DataException(file + " names no class; expected one name per line");
    }
    return List.copyOf(lineOf.keySet());
  }

  /**
   * A name in the form used for comparison: composed (Unicode's NFC), since Macs write é as e and
   * an accent where others write one character.
   */
  public static String composed(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC);
  }

  /** The label of a name, however its accents are encoded; -1 if it is not among the classes. */
  public static int label(String name, List<String> classes) {
    int exact = classes.indexOf(name);
    return exact >= 0 ? exact : composed(classes).indexOf(composed(name));
  }

  private static List<String> composed(List<String> names) {
    return names.stream().map(ClassNames::composed).toList();
  }

  /** {@code "0" … "count - 1"}: for data whose classes have no names. */
  public static List<String> numbered(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  /**
   * Requires the classes of two data sets to agree, name by name and in order; otherwise a label
   * would mean different classes in training and in the test.
   *
   * @throws DataException naming the differences
   */
  public static void requireSame(
      List<String> trained, String trainedWhere, List<String> found, String foundWhere) {
    if (composed(trained).equals(composed(found))) {
      return;
    }
    List<String> differences = new ArrayList<>();
    add(differences, "only in " + trainedWhere, without(trained, found));
    add(differences, "only in " + foundWhere, without(found, trained));
    if (differences.isEmpty()) {
      differences.add("the same names in another order: " + firstDifference(trained, found));
    }
    throw new DataException(
        "The classes of "
            + trainedWhere
            + " ("
            + trained.size()
            + ") and of "
            + foundWhere
            + " ("
            + found.size()
            + ") differ; "
            + String.join("; ", differences)
            + ". A label must mean the same in both: give them the same classes in the same order");
  }

  /** The names that are not among the others, however their accents are encoded. */
  public static List<String> without(List<String> names, List<String> others) {
    Set<String> known = new HashSet<>(composed(others));
    return names.stream().filter(n -> !known.contains(composed(n))).toList();
  }

  private static void add(List<String> differences, String where, List<String> names) {
    if (!names.isEmpty()) {
      differences.add(where + ": " + Names.some(names));
    }
  }

  private static String firstDifference(List<String> a, List<String> b) {
    int i = 0;
    while (i < Math.min(a.size(), b.size()) - 1 && a.get(i).equals(b.get(i))) {
      i++;
    }
    return "label " + i + " is '" + a.get(i) + "' in the one and '" + b.get(i) + "' in the other";
  }

  private static int compareCodePoints(String a, String b) {
    int[] left = a.codePoints().toArray();
    int[] right = b.codePoints().toArray();
    return java.util.Arrays.compare(left, right);
  }
}
