package dev.adapterx.serve.task;

import dev.adapterx.base.ConfigException;
import dev.adapterx.dense.detect.BoxMeter;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a sample, and in which form answers are wanted.
 *
 * @param top how many classes are named
 * @param mask how a mask is given
 * @param score the least of the boxes that are named
 * @param points how the classes of points are given
 * @param category what kind of object a cloud shows; null: not said
 */
public record Wishes(int top, Mask mask, double score, Points points, @Nullable String category) {
  /** Forms of a mask. */
  public enum Mask {
    /** A PNG of class indices in JSON, in base64. */
    PNG,
    /** Run lengths of each class, as COCO compresses them. */
    RLE,
    /** Class shares alone. */
    NONE,
    /** The PNG itself, without JSON. */
    FILE
  }

  /** Forms of the classes of points. */
  public enum Points {
    /** A class index for each point, in the order of the file. */
    INDICES,
    /** Some points with their indices, enough to look at. */
    CLOUD,
    /** Class shares alone. */
    NONE,
    /** A PLY with every point and its class, without JSON. */
    FILE
  }

  /** Parameters of a request. */
  @FunctionalInterface
  public interface Query {
    /** One by its name; null where it is not given. */
    @Nullable String get(String name);
  }

  private static final int TOP = 3;
  private static final int LONGEST = 128;

  public Wishes {
    if (top < 1) {
      throw new ConfigException("top: expected a whole number from 1");
    }
    if (!(score >= 0 && score <= 1)) {
      throw new ConfigException("score: expected a number from 0 to 1");
    }
    if (category != null && (category.isBlank() || category.length() > LONGEST)) {
      throw new ConfigException("category: expected a name of 1 to " + LONGEST + " characters");
    }
  }

  /** Three classes; masks as PNG; boxes that are shown; a class index for each point. */
  public static Wishes defaults() {
    return new Wishes(TOP, Mask.PNG, BoxMeter.SHOWN, Points.INDICES, null);
  }

  /** These, and what kind of object a cloud shows; null: not said. */
  public Wishes of(@Nullable String kind) {
    return new Wishes(top, mask, score, points, kind);
  }

  /**
   * Of a query's parameters.
   *
   * @throws ConfigException naming the parameter that is wrong
   */
  public static Wishes of(Query query) {
    Wishes usual = defaults();
    String top = query.get("top");
    String score = query.get("score");
    return new Wishes(
        top == null ? usual.top : whole(top),
        form("mask", query.get("mask"), usual.mask),
        score == null ? usual.score : share(score),
        form("points", query.get("points"), usual.points),
        query.get("category"));
  }

  private static int whole(String top) {
    return top.matches("[1-9]\\d{0,5}") ? Integer.parseInt(top) : 0;
  }

  private static double share(String score) {
    return score.matches("[01](\\.\\d{1,9})?") ? Double.parseDouble(score) : Double.NaN;
  }

  private static <E extends Enum<E>> E form(String key, @Nullable String name, E usual) {
    if (name == null) {
      return usual;
    }
    E[] all = usual.getDeclaringClass().getEnumConstants();
    for (E form : all) {
      if (name(form).equals(name)) {
        return form;
      }
    }
    throw new ConfigException(
        key
            + ": expected "
            + Arrays.stream(all, 0, all.length - 1)
                .map(Wishes::name)
                .collect(Collectors.joining(", "))
            + " or "
            + name(all[all.length - 1]));
  }

  private static String name(Enum<?> form) {
    return form.name().toLowerCase(Locale.ROOT);
  }
}
