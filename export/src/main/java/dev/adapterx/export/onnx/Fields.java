package dev.adapterx.export.onnx;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** The fields of a message of protocol buffers, one after the other; nothing is copied. */
final class Fields {
  private final ByteBuffer bytes;
  private int field;
  private ByteBuffer content = ByteBuffer.allocate(0);

  Fields(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** Goes to the next one, if there is one. */
  boolean next() {
    if (!bytes.hasRemaining()) {
      return false;
    }
    int tag = Math.toIntExact(varint());
    field = tag >>> 3;
    switch (tag & 7) {
      case 0 -> {
        varint();
        content = ByteBuffer.allocate(0);
      }
      case 1 -> content = taken(8);
      case 2 -> content = taken(varint());
      case 5 -> content = taken(4);
      default -> throw new IllegalStateException("wire type " + (tag & 7));
    }
    return true;
  }

  int field() {
    return field;
  }

  /** Its bytes, if it is text or a message. */
  ByteBuffer content() {
    return content.duplicate();
  }

  private ByteBuffer taken(long length) {
    if (length < 0 || length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer part = bytes.slice(bytes.position(), (int) length);
    bytes.position(bytes.position() + (int) length);
    return part;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = bytes.get();
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalStateException("a number of more than ten bytes");
  }
}
