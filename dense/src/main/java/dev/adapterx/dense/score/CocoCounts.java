package dev.adapterx.dense.score;

import dev.adapterx.base.DataException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares found objects with true ones, picture by picture, for {@link CocoScore}: boxes or
 * pixels, by pycocotools' rules.
 *
 * @param <R> boxes or pixels
 */
public final class CocoCounts<R> {
  /** Of a class in a picture; those of lower scores are left out. */
  static final int MOST_FOUND = 100;

  private final int classes;
  private final Overlap<R> overlap;

  /** Of each class by picture. */
  private final List<Map<Long, Matching>> matchings = new ArrayList<>();

  private final Map<Long, Boolean> pictures = new TreeMap<>();

  public CocoCounts(int classes, Overlap<R> overlap) {
    if (classes < 1) {
      throw new DataException("objects of %d classes cannot be compared".formatted(classes));
    }
    this.classes = classes;
    this.overlap = overlap;
    for (int c = 0; c < classes; c++) {
      matchings.add(new TreeMap<>());
    }
  }

  /**
   * Adds a picture, also one without objects or without found ones.
   *
   * @param picture its number: of found objects with equal scores that of the lower number counts
   *     first
   * @throws DataException when the picture was added before or a label is no class
   */
  public void add(long picture, List<Known<R>> truths, List<Found<R>> found) {
    if (pictures.put(picture, true) != null) {
      throw new DataException("picture %d is compared twice".formatted(picture));
    }
    truths.forEach(t -> requireClass(picture, "a true object", t.label()));
    found.forEach(f -> requireClass(picture, "a predicted object", f.label()));
    List<List<Known<R>>> truthsOf = perClass();
    truths.forEach(t -> truthsOf.get(t.label()).add(t));
    List<List<Found<R>>> foundOf = perClass();
    found.stream()
        .sorted(Comparator.comparingDouble((Found<R> f) -> -f.score() + 0.0)) // stable
        .forEach(
            f -> {
              List<Found<R>> own = foundOf.get(f.label());
              if (own.size() < MOST_FOUND) {
                own.add(f);
              }
            });
    for (int c = 0; c < classes; c++) {
      if (!truthsOf.get(c).isEmpty() || !foundOf.get(c).isEmpty()) {
        matchings.get(c).put(picture, Matching.of(truthsOf.get(c), foundOf.get(c), overlap));
      }
    }
  }

  /** The figures over all pictures added. */
  public CocoScore score() {
    List<Collection<Matching>> ofClasses = new ArrayList<>();
    matchings.forEach(m -> ofClasses.add(m.values()));
    return CocoScore.of(ofClasses);
  }

  private <T> List<List<T>> perClass() {
    List<List<T>> lists = new ArrayList<>(classes);
    for (int c = 0; c < classes; c++) {
      lists.add(new ArrayList<>());
    }
    return lists;
  }

  private void requireClass(long picture, String what, int label) {
    if (label >= classes) {
      throw new DataException(
          "%s of picture %d has the label %d; there are %d classes, 0 … %d"
              .formatted(what, picture, label, classes, classes - 1));
    }
  }
}
