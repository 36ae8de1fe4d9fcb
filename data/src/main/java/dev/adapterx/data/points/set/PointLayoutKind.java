package dev.adapterx.data.points.set;

import java.nio.file.Path;

/**
 * A kind of layout of point clouds in a folder or a file. Kinds are found through {@link
 * java.util.ServiceLoader}: a jar on the class path whose {@code
 * META-INF/services/dev.adapterx.data.points.set.PointLayoutKind} names a public class with a
 * constructor without arguments adds one. Added kinds are tried before the library's own.
 */
public interface PointLayoutKind {
  /** Its name in messages. */
  String name();

  /** Whether a folder or a file has this layout; judged quickly, by names. */
  boolean recognises(Path root);

  /**
   * Opens a folder or file that {@link #recognises} has accepted.
   *
   * @throws dev.adapterx.base.DataException when it is invalid
   */
  PointLayout of(Path root, PointData.Options options);
}
