package dev.adapterx.data.targets;

import dev.adapterx.base.DataException;
import java.util.Arrays;

/**
 * A class for each point of a cloud.
 *
 * @param category what the whole cloud is; {@link #NONE} where that is not said
 * @param classes of each point, {@link ClassMask#IGNORED} where it has none; not copied
 * @param views where the cloud is seen in several views, one after the other: which points each of
 *     them has, all of one number, in one row; empty: one view of all points in their order; not
 *     copied
 * @param each points of a view; 0 where {@code views} is empty
 */
@SuppressWarnings("ArrayRecordComponent") // as long as the cloud
public record PointLabels(int category, short[] classes, int[] views, int each) {
  /** No category. */
  public static final int NONE = -1;

  public PointLabels {
    if (classes.length == 0) {
      throw new DataException("A cloud has at least one point, found no class of any");
    }
    if (each < 0 || (each == 0 ? views.length > 0 : views.length % each != 0)) {
      throw new DataException(
          "views of %d points each have %d points together".formatted(each, views.length));
    }
  }

  /** Seen in one view. */
  public PointLabels(int category, short[] classes) {
    this(category, classes, new int[0], 0);
  }

  /** Of points of which nothing is known but their number. */
  public static PointLabels unknown(int points) {
    short[] classes = new short[points];
    Arrays.fill(classes, ClassMask.IGNORED);
    return new PointLabels(NONE, classes);
  }

  /** Number of points. */
  public int size() {
    return classes.length;
  }

  /** How many points have a class. */
  public int labelled() {
    int labelled = 0;
    for (short found : classes) {
      labelled += found == ClassMask.IGNORED ? 0 : 1;
    }
    return labelled;
  }

  /** How many rows the network sees of it. */
  public int rows() {
    return each == 0 ? 1 : views.length / each;
  }

  /** Which point the {@code i}th of a view is. */
  public int point(int view, int i) {
    return each == 0 ? i : views[view * each + i];
  }

  /** Those of some points, in the order given. */
  public PointLabels at(int[] points) {
    short[] some = new short[points.length];
    for (int i = 0; i < some.length; i++) {
      some[i] = classes[points[i]];
    }
    return new PointLabels(category, some);
  }

  /** The same of a cloud of that category. */
  public PointLabels of(int other) {
    return new PointLabels(other, classes, views, each);
  }

  /** The same, seen in views. */
  public PointLabels seen(int[] points, int perView) {
    return new PointLabels(category, classes, points, perView);
  }

  /**
   * Requires every point to have a class or {@link ClassMask#IGNORED}.
   *
   * @param count how many classes there are
   * @param where names the cloud in the message
   * @throws DataException naming the first point that has neither
   */
  public PointLabels requireClasses(int count, String where) {
    for (int i = 0; i < classes.length; i++) {
      if (classes[i] != ClassMask.IGNORED && (classes[i] < 0 || classes[i] >= count)) {
        throw new DataException(
            "%s: point %d (counted from 0) has class %d; there are %d classes, 0 … %d"
                .formatted(where, i, classes[i], count, count - 1));
      }
    }
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PointLabels labels
        && category == labels.category
        && each == labels.each
        && Arrays.equals(classes, labels.classes)
        && Arrays.equals(views, labels.views);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * category + Arrays.hashCode(views)) + Arrays.hashCode(classes);
  }

  @Override
  public String toString() {
    return "labels of " + size() + " points" + (category == NONE ? "" : ", category " + category);
  }
}
