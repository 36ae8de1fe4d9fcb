package dev.adapterx.serve.task;

import dev.adapterx.base.ConfigException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * In which form answers are wanted.
 *
 * @param top how many classes are named
 * @param mask how a mask is given
 */
public record Wishes(int top, Mask mask) {
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

  private static final int TOP = 3;

  public Wishes {
    if (top < 1) {
      throw new ConfigException("top: expected a whole number from 1");
    }
  }

  /** Three classes; masks as PNG. */
  public static Wishes defaults() {
    return new Wishes(TOP, Mask.PNG);
  }

  /**
   * Of a query's parameters; null where one is not given.
   *
   * @throws ConfigException naming the parameter that is wrong
   */
  public static Wishes of(@Nullable String top, @Nullable String mask) {
    return new Wishes(top == null ? TOP : whole(top), mask == null ? Mask.PNG : form(mask));
  }

  private static int whole(String top) {
    return top.matches("[1-9]\\d{0,5}") ? Integer.parseInt(top) : 0;
  }

  private static Mask form(String name) {
    for (Mask form : Mask.values()) {
      if (form.name().toLowerCase(Locale.ROOT).equals(name)) {
        return form;
      }
    }
    throw new ConfigException("mask: expected png, rle, none or file");
  }
}
