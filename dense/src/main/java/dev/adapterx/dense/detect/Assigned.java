package dev.adapterx.dense.detect;

import dev.adapterx.data.targets.Box;
import dev.adapterx.data.targets.Boxes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What each place is to find, by FCOS's rules: a place is taken by a box whose middle is less than
 * 1.5 strides away, which it lies in, and whose farthest side is in its level's range; of several
 * by the smallest, of equal ones by the first. Everything else is background, but for places within
 * a crowd or a difficult box, which are left out.
 *
 * @param classes (R) of the place's box, {@link #BACKGROUND} or {@link #ASIDE}
 * @param positives how many places are taken
 * @param places (positives) their numbers, rising
 * @param distances (positives, 4) of a place's point to left, top, right and bottom of its box, in
 *     pixels
 */
@SuppressWarnings("ArrayRecordComponent") // values on their way to tensors; compared nowhere
record Assigned(int[] classes, int positives, int[] places, float[] distances) {
  /** No object. */
  static final int BACKGROUND = -1;

  /** Neither an object nor none. */
  static final int ASIDE = -2;

  private static final double RADIUS = 1.5;
  private static final int SIDES = 4;

  /**
   * Of the boxes of a picture as the backbone sees it.
   *
   * @param boxes in pixels of the input
   */
  static Assigned of(Places all, Boxes boxes) {
    int count = all.count();
    int[] classes = new int[count];
    Arrays.fill(classes, BACKGROUND);
    int[] places = new int[count];
    float[] distances = new float[SIDES * count];
    int positives = 0;
    for (Places.Level level : all.levels()) {
      for (int i = 0; i < level.places(); i++) {
        double x = all.x(level, i);
        double y = all.y(level, i);
        Box best = best(boxes, level, x, y);
        int place = level.start() + i;
        if (best != null) {
          classes[place] = best.label();
          places[positives] = place;
          int at = SIDES * positives++;
          distances[at] = (float) (x - best.x1());
          distances[at + 1] = (float) (y - best.y1());
          distances[at + 2] = (float) (best.x2() - x);
          distances[at + 3] = (float) (best.y2() - y);
        } else if (isAside(boxes, x, y)) {
          classes[place] = ASIDE;
        }
      }
    }
    return new Assigned(
        classes,
        positives,
        Arrays.copyOf(places, positives),
        Arrays.copyOf(distances, SIDES * positives));
  }

  private static @Nullable Box best(Boxes boxes, Places.Level level, double x, double y) {
    Box best = null;
    double smallest = Double.POSITIVE_INFINITY;
    for (Box box : boxes.boxes()) {
      double area = box.width() * box.height();
      if (box.isWanted() && area < smallest && takes(box, level, x, y)) {
        best = box;
        smallest = area;
      }
    }
    return best;
  }

  private static boolean takes(Box box, Places.Level level, double x, double y) {
    double left = x - box.x1();
    double top = y - box.y1();
    double right = box.x2() - x;
    double bottom = box.y2() - y;
    double farthest = Math.max(Math.max(left, top), Math.max(right, bottom));
    double off =
        Math.max(Math.abs(x - (box.x1() + box.x2()) / 2), Math.abs(y - (box.y1() + box.y2()) / 2));
    return Math.min(Math.min(left, top), Math.min(right, bottom)) > 0
        && off < RADIUS * level.stride()
        && farthest > level.least()
        && farthest < level.most();
  }

  private static boolean isAside(Boxes boxes, double x, double y) {
    for (Box box : boxes.boxes()) {
      if (!box.isWanted() && x > box.x1() && x < box.x2() && y > box.y1() && y < box.y2()) {
        return true;
      }
    }
    return false;
  }
}
