package dev.adapterx.data.points.set;

import java.nio.file.Path;

/**
 * A way to hold a data set of point clouds in a folder or a file. Besides the library's own a kind
 * is found through {@link java.util.ServiceLoader}: a jar on the class path whose {@code
 * META-INF/services/dev.adapterx.data.points.set.PointLayoutKind} names a public class with a
 * constructor without arguments adds one. Added kinds are asked before the library's own.
 */
public interface PointLayoutKind {
  /** The name it goes by in messages. */
  String name();

  /** Whether a folder or a file is held so; judged by names, and quick. */
  boolean recognises(Path root);

  /**
   * Reads what {@link #recognises} said yes to.
   *
   * @throws dev.adapterx.base.DataException when it is not in order
   */
  PointLayout of(Path root, PointData.Options options);
}
