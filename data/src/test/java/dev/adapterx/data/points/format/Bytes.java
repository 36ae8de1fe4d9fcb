package dev.adapterx.data.points.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/** Writes binary files, number by number. */
final class Bytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteOrder order;

  private Bytes(ByteOrder order) {
    this.order = order;
  }

  static Bytes little() {
    return new Bytes(ByteOrder.LITTLE_ENDIAN);
  }

  static Bytes big() {
    return new Bytes(ByteOrder.BIG_ENDIAN);
  }

  Bytes text(String text) {
    return raw(Clouds.bytes(text));
  }

  Bytes raw(byte... bytes) {
    out.writeBytes(bytes);
    return this;
  }

  Bytes zeros(int count) {
    return raw(new byte[count]);
  }

  Bytes u1(int... values) {
    for (int v : values) {
      out.write(v);
    }
    return this;
  }

  Bytes u2(int... values) {
    for (int v : values) {
      put(2, b -> b.putShort((short) v));
    }
    return this;
  }

  Bytes u4(long... values) {
    for (long v : values) {
      put(4, b -> b.putInt((int) v));
    }
    return this;
  }

  Bytes u8(long value) {
    return put(8, b -> b.putLong(value));
  }

  Bytes f4(double... values) {
    for (double v : values) {
      put(4, b -> b.putFloat((float) v));
    }
    return this;
  }

  Bytes f8(double... values) {
    for (double v : values) {
      put(8, b -> b.putDouble(v));
    }
    return this;
  }

  byte[] done() {
    return out.toByteArray();
  }

  private Bytes put(int size, Consumer<ByteBuffer> writer) {
    ByteBuffer buffer = ByteBuffer.allocate(size).order(order);
    writer.accept(buffer);
    return raw(buffer.array());
  }
}
