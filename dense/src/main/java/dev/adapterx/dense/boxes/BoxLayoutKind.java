package dev.adapterx.dense.boxes;

import dev.adapterx.base.Registry;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A way in which data sets hold pictures and boxes. Found on the class path by {@link
 * java.util.ServiceLoader}: a jar that adds one lists it in {@code
 * META-INF/services/dev.adapterx.dense.boxes.BoxLayoutKind}. Added ones are asked before the
 * library's own.
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

  /** All kinds, in the order they are asked. */
  static List<BoxLayoutKind> all() {
    List<BoxLayoutKind> own =
        List.of(
            new CocoBoxes(),
            new YoloBoxes(),
            new VocBoxes(),
            new OpenImagesBoxes(),
            new LabelMeBoxes(),
            new CvatBoxes(),
            new LabelStudioBoxes(),
            new CsvBoxes(),
            new BrokenJson());
    Registry<BoxLayoutKind> added =
        Registry.of(BoxLayoutKind.class, "layout of boxes", BoxLayoutKind::name);
    return Stream.concat(added.all().stream(), own.stream()).toList();
  }
}
