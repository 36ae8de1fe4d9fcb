package dev.adapterx.data.images;

import java.nio.file.Path;

/**
 * A way to hold a data set of pictures in a folder. Besides the library's own a kind is found
 * through {@link java.util.ServiceLoader}: a jar on the class path whose {@code
 * META-INF/services/dev.adapterx.data.images.LayoutKind} names a public class with a constructor
 * without arguments adds one. Added kinds are asked before the library's own.
 */
public interface LayoutKind {
  /** The name it goes by in messages: {@code vtab}. */
  String name();

  /** Whether a folder is held so; judged by names of files, and quick. */
  boolean recognises(Path root);

  /**
   * Reads a folder that {@link #recognises} said yes to.
   *
   * @throws dev.adapterx.base.DataException when its lists are not in order
   */
  Layout of(Path root);

  /**
   * Whether its folders stand for themselves: beside each other in one folder they are several data
   * sets, not classes.
   */
  default boolean standsAlone() {
    return true;
  }
}
