package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads safetensors: an 8-byte little-endian length, a JSON header of that length, the tensors'
 * bytes.
 *
 * <p>As strict as the <a href="https://github.com/huggingface/safetensors#format">format's
 * description</a>: no duplicate names, and the ranges cover the data exactly, without overlaps,
 * gaps or a remainder.
 */
final class Safetensors {
  static final String FORMAT = "safetensors";

  /** The format's own limit. */
  static final int MAX_HEADER = 100_000_000;

  private static final int PREFIX = 8;

  private Safetensors() {}

  /** Whether this may be safetensors: checks the header's first byte, the only fixed one. */
  static boolean isBegunBy(ByteBuffer head) {
    return head.limit() > PREFIX && head.get(PREFIX) == '{';
  }

  /** Whether the header's length is within the format's limit. */
  static boolean hasPlausibleLength(ByteBuffer head) {
    return head.getLong(0) >= 0 && head.getLong(0) <= MAX_HEADER;
  }

  static WeightFile read(FileBytes file) {
    long length = file.slice(0, PREFIX, "the length of the safetensors header").getLong(0);
    if (length < 2 || length > MAX_HEADER || length > file.size() - PREFIX) {
      throw new CheckpointException(
          "%s: safetensors header of %s bytes, expected 2 to %d (the file has %d bytes); it is truncated or damaged"
              .formatted(
                  file,
                  Long.toUnsignedString(length),
                  Math.max(2, Math.min(MAX_HEADER, file.size() - PREFIX)),
                  file.size()));
    }
    var header =
        SafetensorsHeader.parse(
            file.toString(), file.slice(PREFIX, length, "the safetensors header"));
    long start = PREFIX + length;
    checkTiling(file, header.entries(), start);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (SafetensorsHeader.Entry e : header.entries()) {
      String what = "tensor '" + e.name() + "'";
      ByteBuffer data = file.slice(start + e.begin(), e.end() - e.begin(), what);
      tensors.put(e.name(), new StoredTensor(e.name(), e.dtype(), e.shape(), data));
    }
    return new WeightFile(file.path(), FORMAT, tensors, header.metadata());
  }

  private static void checkTiling(
      FileBytes file, List<SafetensorsHeader.Entry> entries, long start) {
    long reached = 0;
    String before = "the header";
    List<SafetensorsHeader.Entry> inOrder =
        entries.stream()
            .sorted(
                Comparator.comparingLong(SafetensorsHeader.Entry::begin)
                    .thenComparingLong(SafetensorsHeader.Entry::end))
            .toList();
    for (SafetensorsHeader.Entry e : inOrder) {
      if (e.begin() != reached) {
        throw new CheckpointException(
            "%s: tensor '%s' begins at data offset %d, %s %s which ends at %d; expected no %s"
                .formatted(
                    file,
                    e.name(),
                    e.begin(),
                    e.begin() < reached ? "inside" : "after a hole behind",
                    before,
                    reached,
                    e.begin() < reached ? "overlap" : "hole"));
      }
      reached = e.end();
      before = "'" + e.name() + "'";
    }
    if (start + reached != file.size()) {
      throw new CheckpointException(
          "%s: the header promises a file of %d bytes, found %d; it is %s: fetch it again"
              .formatted(
                  file,
                  start + reached,
                  file.size(),
                  start + reached > file.size() ? "truncated" : "followed by something else"));
    }
  }
}
