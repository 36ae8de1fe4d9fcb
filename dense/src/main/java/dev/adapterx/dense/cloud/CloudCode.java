package dev.adapterx.dense.cloud;

import dev.adapterx.base.DataException;
import dev.adapterx.data.points.format.LabelledCloud;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.data.targets.PointLabels;
import dev.adapterx.dense.parts.Category;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the values of points' labels mean.
 *
 * @param classes names, position = class
 * @param values which class a value is
 * @param ignored values of points that have no class
 * @param categories kinds of objects and their parts; empty: scenes
 * @param negative whether values below 0 mean no class
 */
public record CloudCode(
    List<String> classes,
    Map<Integer, Integer> values,
    Set<Integer> ignored,
    List<Category> categories,
    boolean negative) {
  private static final Set<String> NO_CLASS =
      Set.of(
          "void",
          "unlabelled",
          "unlabeled",
          "unclassified",
          "ignore",
          "ignored",
          "never classified");

  private static final int SHOWN = 8;

  public CloudCode {
    classes = List.copyOf(classes);
    values = Map.copyOf(values);
    ignored = Set.copyOf(ignored);
    categories = List.copyOf(categories);
    if (new HashSet<>(classes).size() < classes.size()) {
      throw new DataException("The names of the classes of points must differ, found " + classes);
    }
  }

  /** Names in the order of the values from 0; names that say so are no class. */
  static CloudCode named(List<String> names) {
    Map<Integer, String> all = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      all.put(i, names.get(i));
    }
    return named(all);
  }

  /** Names of values; those that say so are no class. */
  static CloudCode named(Map<Integer, String> names) {
    List<String> classes = new ArrayList<>();
    Map<Integer, Integer> values = new HashMap<>();
    Set<Integer> ignored = new HashSet<>();
    new TreeMap<>(names)
        .forEach(
            (value, name) -> {
              if (NO_CLASS.contains(name.strip().toLowerCase(Locale.ROOT))) {
                ignored.add(value);
              } else {
                values.put(value, classes.size());
                classes.add(name);
              }
            });
    return new CloudCode(classes, values, ignored, List.of(), true);
  }

  /** With other values that are ignored, those of classes among them. */
  CloudCode ignoring(Set<Integer> others) {
    return new CloudCode(classes, values, others, categories, negative);
  }

  /** With kinds of objects. */
  CloudCode of(List<Category> kinds) {
    return new CloudCode(classes, values, ignored, kinds, negative);
  }

  /**
   * The classes of a cloud's points.
   *
   * @param category what the cloud is; absent: nothing is said
   * @param where names it in messages
   * @throws DataException naming the first point of a value that is neither a class nor ignored,
   *     and how many such there are, or a category that is not known
   */
  PointLabels decode(LabelledCloud cloud, @Nullable String category, String where) {
    int[] labels = cloud.labels();
    short[] found = new short[labels.length];
    int unknown = 0;
    int first = 0;
    Set<Integer> strange = new TreeSet<>();
    for (int i = 0; i < labels.length; i++) {
      Integer known = index(labels[i]);
      if (known == null) {
        first = unknown++ == 0 ? i : first;
        strange.add(labels[i]);
        continue;
      }
      found[i] = known.shortValue();
    }
    if (unknown > 0) {
      throw unknown(where, first, unknown, strange);
    }
    PointLabels all = new PointLabels(kind(category, where), found);
    requireParts(all, where);
    return all;
  }

  private @Nullable Integer index(int value) {
    if (ignored.contains(value)) {
      return (int) ClassMask.IGNORED;
    }
    Integer known = values.get(value);
    return known == null && negative && value < 0 ? Integer.valueOf(ClassMask.IGNORED) : known;
  }

  private int kind(@Nullable String category, String where) {
    if (categories.isEmpty() || category == null) {
      return PointLabels.NONE;
    }
    List<String> names = categories.stream().map(Category::name).toList();
    int at = names.indexOf(category);
    if (at < 0) {
      throw new DataException(
          "%s: it is of category '%s'; known: %s".formatted(where, category, names));
    }
    return at;
  }

  /** A part of another category would count against the prediction and for nothing. */
  private void requireParts(PointLabels labels, String where) {
    if (labels.category() < 0) {
      return;
    }
    Category own = categories.get(labels.category());
    int wrong = 0;
    int first = 0;
    for (int i = 0; i < labels.size(); i++) {
      int c = labels.classes()[i];
      if (c != ClassMask.IGNORED && !own.parts().contains(c)) {
        first = wrong++ == 0 ? i : first;
      }
    }
    if (wrong > 0) {
      throw new DataException(
          "%s: %s of '%s', first point %d (counted from 0), which is no part of its category '%s': %s"
              .formatted(
                  where,
                  wrong == 1 ? "1 point" : wrong + " points",
                  classes.get(labels.classes()[first]),
                  first,
                  own.name(),
                  own.parts().stream().map(classes::get).toList()));
    }
  }

  private DataException unknown(String where, int first, int count, Set<Integer> strange) {
    return new DataException(
        "%s: %s of %s, first point %d (counted from 0): %s, is none of the %s (%s)%s. Name all classes in classes.txt, or name the value in data.parts.ignore"
            .formatted(
                where,
                count == 1 ? "1 point" : count + " points",
                strange.size() == 1 ? "a value" : strange.size() + " values",
                first,
                texts(strange),
                classes.size() == 1 ? "1 class, which there is" : classes.size() + " classes",
                texts(values.keySet()),
                ignored.isEmpty() ? "" : " and not ignored (" + texts(ignored) + ")"));
  }

  /** The values of points without a class, in words. */
  public String ignoredText() {
    String below = negative ? "values below 0" : "";
    return ignored.isEmpty()
        ? negative ? below : "no values"
        : (negative ? below + " and " : "")
            + "the values "
            + texts(ignored)
            + " (data.parts.ignore says others)";
  }

  private static String texts(Set<Integer> some) {
    return new TreeSet<>(some)
            .stream().limit(SHOWN).map(Object::toString).collect(Collectors.joining(", "))
        + (some.size() > SHOWN ? ", …" : "");
  }
}
