package dev.adapterx.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The tiny files that golden/weights_files.py wrote, and bytes that pretend to be files. */
public final class Fixtures {
  private Fixtures() {}

  static Path path(String name) {
    try {
      return Path.of(Fixtures.class.getResource("/weights/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static byte[] bytes(String name) {
    try {
      return Files.readAllBytes(path(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static WeightFile read(String name) {
    return WeightFile.read(path(name));
  }

  /** Reads bytes as if they were the file {@code hostile.bin}. */
  public static WeightFile read(byte[] bytes) {
    return FormatDetector.read(FileBytes.of(Path.of("hostile.bin"), ByteBuffer.wrap(bytes)));
  }

  /** -2, -1.5, -1, ...: the values that the generator puts in order. */
  static float[] ramp(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i * 0.5f - 2;
    }
    return values;
  }

  static byte[] bytes(StoredTensor tensor) {
    ByteBuffer data = tensor.data();
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    return bytes;
  }

  public static String describe(StoredTensor tensor) {
    return tensor.dtype() + Arrays.toString(tensor.shape());
  }
}
