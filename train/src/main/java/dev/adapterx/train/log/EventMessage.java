package dev.adapterx.train.log;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * TensorFlow's Event message in protobuf's wire format, limited to what scalars need.
 *
 * <pre>
 * Event      { double wall_time = 1; int64 step = 2; string file_version = 3;
 *              Summary summary = 5; SessionLog session_log = 7; }
 * Summary    { repeated Value value = 1; }   Value { string tag = 1; float simple_value = 2; }
 * SessionLog { SessionStatus status = 1; }   // START = 1
 * </pre>
 */
final class EventMessage {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private EventMessage() {}

  static byte[] version(double wallTime, String version) {
    return new EventMessage().fixed64(1, wallTime).bytes(3, utf8(version)).toBytes();
  }

  static byte[] sessionStart(double wallTime, long step) {
    byte[] start = new EventMessage().varint(1, 1).toBytes();
    return new EventMessage().fixed64(1, wallTime).varint(2, step).bytes(7, start).toBytes();
  }

  static byte[] scalars(double wallTime, long step, Map<String, Double> values) {
    var summary = new EventMessage();
    values.forEach(
        (tag, value) ->
            summary.bytes(
                1,
                new EventMessage().bytes(1, utf8(tag)).fixed32(2, value.floatValue()).toBytes()));
    return new EventMessage()
        .fixed64(1, wallTime)
        .varint(2, step)
        .bytes(5, summary.toBytes())
        .toBytes();
  }

  private EventMessage varint(int field, long value) {
    key(field, VARINT);
    raw(value);
    return this;
  }

  private EventMessage fixed64(int field, double value) {
    key(field, FIXED64);
    out.writeBytes(little(8).putDouble(value).array());
    return this;
  }

  private EventMessage fixed32(int field, float value) {
    key(field, FIXED32);
    out.writeBytes(little(4).putFloat(value).array());
    return this;
  }

  private EventMessage bytes(int field, byte[] value) {
    key(field, BYTES);
    raw(value.length);
    out.writeBytes(value);
    return this;
  }

  private void key(int field, int wireType) {
    raw((long) field << 3 | wireType);
  }

  /** Seven bits a byte, lowest first; the high bit says that more follow. */
  private void raw(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private byte[] toBytes() {
    return out.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
