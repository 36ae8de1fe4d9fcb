package dev.adapterx.data.points;

import dev.adapterx.base.WholeFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes clouds with a label for each point as binary PLY: x, y, z, red, green, blue, label. */
public final class LabelledPly {
  private static final int BYTES = 3 * Float.BYTES + 3 + Short.BYTES;

  private LabelledPly() {}

  /**
   * Writes a file; it appears whole or not at all.
   *
   * @param labels of the points
   * @param colours of the labels as 0xRRGGBB; absent: none are written. A label below 0 is grey
   * @param classes names of the labels, which go into comments
   */
  public static void write(
      Path file, PointCloud cloud, short[] labels, int @Nullable [] colours, List<String> classes) {
    byte[] bytes = bytes(cloud, labels, colours, classes);
    WholeFile.write(file, out -> out.write(bytes));
  }

  /** The bytes that {@link #write} writes. */
  public static byte[] bytes(
      PointCloud cloud, short[] labels, int @Nullable [] colours, List<String> classes) {
    if (labels.length != cloud.size()) {
      throw new IllegalArgumentException(cloud.size() + " points, " + labels.length + " labels");
    }
    StringBuilder head = new StringBuilder("ply\nformat binary_little_endian 1.0\n");
    for (int c = 0; c < classes.size(); c++) {
      head.append("comment label ")
          .append(c)
          .append(' ')
          .append(plain(classes.get(c)))
          .append('\n');
    }
    head.append("element vertex ").append(cloud.size()).append('\n');
    for (String axis : List.of("x", "y", "z")) {
      head.append("property float ").append(axis).append('\n');
    }
    if (colours != null) {
      for (String colour : List.of("red", "green", "blue")) {
        head.append("property uchar ").append(colour).append('\n');
      }
    }
    head.append("property short label\nend_header\n");
    byte[] text = head.toString().getBytes(StandardCharsets.US_ASCII);
    int each = colours == null ? BYTES - 3 : BYTES;
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.addExact(text.length, Math.multiplyExact(each, cloud.size())))
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(text);
    for (int i = 0; i < labels.length; i++) {
      for (int axis = 0; axis < 3; axis++) {
        bytes.putFloat(cloud.xyz()[3 * i + axis]);
      }
      if (colours != null) {
        int colour = labels[i] < 0 ? 0x808080 : colours[labels[i]];
        bytes.put((byte) (colour >> 16)).put((byte) (colour >> 8)).put((byte) colour);
      }
      bytes.putShort(labels[i]);
    }
    return bytes.array();
  }

  private static String plain(String name) {
    return name.replaceAll("[^\\x20-\\x7E]", "?");
  }
}
