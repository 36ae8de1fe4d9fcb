package dev.adapterx.train.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A second, independent reading of the format, for tests: bit-wise CRC, generic protobuf. */
public final class EventFile {
  record Event(
      double time, long step, String version, boolean restart, Map<String, Float> values) {}

  private EventFile() {}

  static List<Event> read(Path file) throws Exception {
    var in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = new byte[8];
      in.get(length);
      check(in.getInt(), length);
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      in.get(data);
      check(in.getInt(), data);
      events.add(event(data));
    }
    return events;
  }

  /** What TensorBoard shows of a folder: its files joined by name, restarted steps forgotten. */
  public static TreeMap<Long, Map<String, Float>> shown(Path folder) throws Exception {
    TreeMap<Long, Map<String, Float>> shown = new TreeMap<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        for (Event event : read(file)) {
          if (event.restart) {
            shown.tailMap(event.step, true).clear();
          } else if (!event.values.isEmpty() && shown.put(event.step, event.values) != null) {
            throw new AssertionError("step " + event.step + " is shown twice");
          }
        }
      }
    }
    return shown;
  }

  private static void check(int masked, byte[] data) {
    long crc = crc32c(data);
    long expected = (((crc >>> 15) | (crc << 17)) + 0xA282EAD8L) & 0xFFFFFFFFL;
    if ((masked & 0xFFFFFFFFL) != expected) {
      throw new AssertionError("CRC differs");
    }
  }

  /** Bit by bit with the reflected polynomial of RFC 3720. */
  static long crc32c(byte[] data) {
    long crc = 0xFFFFFFFFL;
    for (byte b : data) {
      crc ^= b & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82F63B78L;
      }
    }
    return crc ^ 0xFFFFFFFFL;
  }

  private static Event event(byte[] data) {
    double time = 0;
    long step = 0;
    String version = "";
    boolean restart = false;
    Map<String, Float> values = new LinkedHashMap<>();
    for (var field : fields(data)) {
      switch (field.number) {
        case 1 -> time = Double.longBitsToDouble(field.number64);
        case 2 -> step = field.number64;
        case 3 -> version = new String(field.bytes, StandardCharsets.UTF_8);
        case 5 -> fields(field.bytes).forEach(value -> addTo(values, value.bytes));
        case 7 -> restart = fields(field.bytes).get(0).number64 == 1;
        default -> throw new AssertionError("unknown field " + field.number);
      }
    }
    return new Event(time, step, version, restart, values);
  }

  private static void addTo(Map<String, Float> values, byte[] data) {
    var fields = fields(data);
    values.put(
        new String(fields.get(0).bytes, StandardCharsets.UTF_8),
        Float.intBitsToFloat((int) fields.get(1).number64));
  }

  private record Field(int number, long number64, byte[] bytes) {}

  private static List<Field> fields(byte[] message) {
    var in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    List<Field> fields = new ArrayList<>();
    while (in.hasRemaining()) {
      int key = (int) varint(in);
      switch (key & 7) {
        case 0 -> fields.add(new Field(key >> 3, varint(in), new byte[0]));
        case 1 -> fields.add(new Field(key >> 3, in.getLong(), new byte[0]));
        case 5 -> fields.add(new Field(key >> 3, in.getInt(), new byte[0]));
        case 2 -> {
          byte[] bytes = new byte[(int) varint(in)];
          in.get(bytes);
          fields.add(new Field(key >> 3, 0, bytes));
        }
        default -> throw new AssertionError("unknown wire type " + (key & 7));
      }
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }
}
