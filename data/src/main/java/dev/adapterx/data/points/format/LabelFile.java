package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Labels in a file of their own beside a cloud: a whole number on each line ({@code .txt}, {@code
 * .seg}, {@code .labels}), an array (N) of whole numbers ({@code .npy}), or SemanticKITTI's {@code
 * .label}, uint32 of which the lower half is the class and the upper one the instance.
 */
final class LabelFile {
  private static final int CLASS = 0xFFFF;

  private LabelFile() {}

  static int[] read(Source source, String name) throws IOException {
    if (name.endsWith(".npy")) {
      return NpyFile.labels(source);
    }
    if (name.endsWith(".label")) {
      return packed(source);
    }
    List<Integer> labels = new ArrayList<>();
    Lines lines = new Lines(source, true);
    while (lines.next()) {
      if (lines.fields() != 1) {
        throw new DataException(
            "line %d: expected the label of a point alone, found %s"
                .formatted(lines.number(), Shown.of(lines.text())));
      }
      if (labels.size() == Limits.MOST) {
        throw new DataException("it holds more than " + Limits.MOST + " labels");
      }
      labels.add(LabelColumn.value(lines.number(0), labels.size() + 1));
    }
    return labels.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int[] packed(Source source) throws IOException {
    long size = source.remaining();
    if (size % Integer.BYTES != 0) {
      throw new DataException(
          "its %d bytes are no whole number of labels of 4 bytes; it is cut off".formatted(size));
    }
    int[] labels = new int[Limits.count("labels", size / Integer.BYTES)];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (int) source.bits(Integer.BYTES, ByteOrder.LITTLE_ENDIAN) & CLASS;
    }
    return labels;
  }
}
