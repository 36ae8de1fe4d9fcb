package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * A revolution of a laser scanner in KITTI's format: float32 x, y, z and reflectance of each point,
 * little-endian, without a header; in nuScenes' format ({@code .pcd.bin}) with a fifth number. The
 * format: Geiger et al., "Vision meets Robotics: The KITTI Dataset", IJRR 32(11), 2013.
 */
final class ScanFile {
  private static final int KITTI = 4;
  private static final int NUSCENES = 5;

  /** Metres; beyond any scanner's range, but soon exceeded by other data misread as coordinates. */
  private static final double FARTHEST = 1e5;

  private ScanFile() {}

  static Mesh read(Source source, String name) throws IOException {
    boolean five = name.toLowerCase(Locale.ROOT).endsWith(".pcd.bin");
    int columns = five ? NUSCENES : KITTI;
    long size = source.remaining();
    if (size % (4L * columns) != 0) {
      throw new DataException(
          "its %d bytes are no whole number of points of %d bytes, float32 x y z reflectance%s; "
                  .formatted(size, 4 * columns, five ? " ring" : "")
              + (five || size % (4 * NUSCENES) != 0
                  ? "it is cut off, or no scan: save it as .npy"
                  : "scans of five numbers, as nuScenes has them, must end in .pcd.bin"));
    }
    int count = Limits.count("points", size / (4L * columns));
    Points points = new Points();
    for (int i = 0; i < count; i++) {
      double x = next(source);
      double y = next(source);
      double z = next(source);
      if (Math.max(Math.abs(x), Math.max(Math.abs(y), Math.abs(z))) > FARTHEST) {
        throw new DataException(
            "point %d (counted from 1) is (%s, %s, %s), farther than any scanner sees: it is no scan"
                    .formatted(i + 1, x, y, z)
                + " of float32 x y z reflectance. Save it as .npy");
      }
      points.add(x, y, z);
      source.skip(4L * (columns - 3));
    }
    return new Faces().over(points, 0);
  }

  private static double next(Source source) throws IOException {
    return Scalar.FLOAT32.read(source, ByteOrder.LITTLE_ENDIAN);
  }
}
