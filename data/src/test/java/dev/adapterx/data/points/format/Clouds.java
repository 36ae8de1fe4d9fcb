package dev.adapterx.data.points.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import java.nio.charset.StandardCharsets;

/** Reads what a test wrote down. */
final class Clouds {
  static final MeshSampling SAMPLING = new MeshSampling(64, 7);

  private Clouds() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static float[] points(String name, String text) {
    return points(name, bytes(text));
  }

  static float[] points(String name, byte[] content) {
    return CloudFile.read(content, name, SAMPLING).xyz();
  }

  /** Requires the whole message behind the file's name. */
  static void refused(String name, String text, String message) {
    refused(name, bytes(text), message);
  }

  static void refused(String name, byte[] content, String message) {
    assertThatThrownBy(() -> CloudFile.read(content, name, SAMPLING))
        .isInstanceOf(DataException.class)
        .hasMessage("Could not read point cloud " + name + ": " + message);
  }

  static void same(float[] found, double... expected) {
    float[] single = new float[expected.length];
    for (int i = 0; i < single.length; i++) {
      single[i] = (float) expected[i];
    }
    assertThat(found).containsExactly(single);
  }
}
