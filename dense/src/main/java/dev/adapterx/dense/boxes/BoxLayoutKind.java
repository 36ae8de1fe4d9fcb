package dev.adapterx.dense.boxes;

import dev.adapterx.base.Registry;
import java.nio.file.Path;

/**
 * A way in which data sets hold pictures and boxes. Found on the class path by {@link
 * java.util.ServiceLoader}: a jar that adds one lists it in {@code
 * META-INF/services/dev.adapterx.dense.boxes.BoxLayoutKind}; of several that match the first is
 * taken.
 */
public interface BoxLayoutKind {
  /** Its name: {@code coco}, {@code yolo}. */
  String name();

  /** Whether a folder is of this kind, by the names and first bytes of what lies in it. */
  boolean matches(Path root);

  /**
   * Reads its annotations. Pictures are not read; what is wrong with a single box or picture is
   * named in the result and ends nothing.
   *
   * @throws dev.adapterx.base.DataException naming file and place when nothing can be understood
   */
  BoxSplits find(Path root);

  /** All kinds on the class path. */
  static Registry<BoxLayoutKind> all() {
    return Registry.of(BoxLayoutKind.class, "layout of boxes", BoxLayoutKind::name);
  }
}
