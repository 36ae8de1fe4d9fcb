package dev.adapterx.export.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Where the elements of a constant are, little-endian, in C order. */
public sealed interface Data {
  /** In the graph's own file. */
  record Inside(ByteBuffer bytes) implements Data {
    public Inside {
      bytes = bytes.slice().asReadOnlyBuffer();
    }

    static Inside of(float... values) {
      ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      return new Inside(bytes);
    }

    static Inside of(long... values) {
      ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asLongBuffer().put(values);
      return new Inside(bytes);
    }

    @Override
    public ByteBuffer bytes() {
      return bytes.duplicate();
    }
  }

  /**
   * In a file beside the graph's.
   *
   * @param file its name, in the same folder
   */
  record Beside(String file, long offset, long length) implements Data {}
}
