package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.scenes.draw.Draw;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Small computed pictures of one or two everyday objects before clutter, with what is known of them
 * exactly: the class of every pixel and the box of every object. Only outlines are informative;
 * colours and patterns are drawn anew for each object.
 *
 * <p>A picture is a pure function of (seed, split, index), the same on every machine. Immutable and
 * thread-safe.
 */
public final class QuickstartScenes {
  /** The side of every picture in pixels. */
  public static final int SIZE = 128;

  private static final int MOST_THINGS = 2;
  private static final float INSIDE = 0.5f;
  private static final List<Silhouette> THINGS =
      List.of(Silhouette.CROSS, Silhouette.FISH, Silhouette.HEART);

  /**
   * An object's box around what is visible of it, in pixels; right and bottom are exclusive.
   *
   * @param thing index among {@link #things}
   */
  public record Box(int thing, int left, int top, int right, int bottom) {}

  /**
   * One picture and the truth about it.
   *
   * @param classes (H W), rows first: 0 for the ground, 1 + thing for an object; not copied
   * @param boxes of the objects of which something is visible, in the order they were painted
   */
  @SuppressWarnings("ArrayRecordComponent") // a mask; compared nowhere
  public record Known(RgbImage picture, short[] classes, List<Box> boxes) {
    public Known {
      boxes = List.copyOf(boxes);
    }
  }

  private final Rng rng;

  public QuickstartScenes(long seed) {
    this.rng = Rng.of(seed, "quickstart-scenes");
  }

  /** Names of the objects, in the order of their indices. */
  public static List<String> things() {
    return THINGS.stream().map(Silhouette::word).toList();
  }

  /**
   * Computes one picture.
   *
   * @param split its name; pictures of different splits are drawn independently
   * @param index any number
   */
  public Known picture(String split, int index) {
    Rng own = rng.at(split).at(index);
    List<Silhouette> order = new ArrayList<>();
    for (int i = Draw.whole(own, 1, MOST_THINGS); i > 0; i--) {
      order.add(THINGS.get(own.nextInt(THINGS.size())));
    }
    Scene.Several scene = Scene.several(Collections.unmodifiableList(order), SIZE, own);
    int[] owner = new int[SIZE * SIZE]; // 0: ground; 1 + place among the objects
    for (int i = 0; i < order.size(); i++) {
      float[] cover = scene.things().get(i).cover;
      for (int pixel = 0; pixel < owner.length; pixel++) {
        owner[pixel] = cover[pixel] >= INSIDE ? i + 1 : owner[pixel];
      }
    }
    short[] classes = new short[owner.length];
    int[][] extents = new int[order.size()][];
    for (int pixel = 0; pixel < owner.length; pixel++) {
      if (owner[pixel] > 0) {
        int place = owner[pixel] - 1;
        classes[pixel] = (short) (1 + THINGS.indexOf(order.get(place)));
        extents[place] = grown(extents[place], pixel % SIZE, pixel / SIZE);
      }
    }
    List<Box> boxes = new ArrayList<>();
    for (int i = 0; i < extents.length; i++) {
      int[] e = extents[i];
      if (e != null) {
        boxes.add(new Box(THINGS.indexOf(order.get(i)), e[0], e[1], e[2] + 1, e[3] + 1));
      }
    }
    return new Known(scene.picture(), classes, boxes);
  }

  private static int[] grown(int @org.jspecify.annotations.Nullable [] extent, int x, int y) {
    return extent == null
        ? new int[] {x, y, x, y}
        : new int[] {
          Math.min(extent[0], x),
          Math.min(extent[1], y),
          Math.max(extent[2], x),
          Math.max(extent[3], y)
        };
  }
}
