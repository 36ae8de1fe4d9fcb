package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Limits of a header's counts, and the errors for files that are shorter. */
final class Limits {
  /** The most points, and the most faces, of one file. */
  static final int MOST = 50_000_000;

  private Limits() {}

  /** A count from a header, refused before anything is allocated for it. */
  static int count(String what, long count) {
    if (count < 0 || count > MOST) {
      throw new DataException(
          "the header promises %d %s, expected 0 to %d: %s"
              .formatted(
                  count,
                  what,
                  MOST,
                  count < 0
                      ? "it is damaged; write the file again"
                      : "it is damaged, or the file must be thinned out or cut in pieces"));
    }
    return (int) count;
  }

  /** Reads the signature of a binary file, which was perhaps recognised by its extension only. */
  static void magic(Source source, String name, int... magic) throws IOException {
    byte[] head = source.peek(magic.length);
    boolean same = head.length == magic.length;
    for (int i = 0; same && i < magic.length; i++) {
      same = (head[i] & 0xFF) == magic[i];
    }
    if (!same) {
      String found = new String(head, StandardCharsets.ISO_8859_1).strip();
      throw new DataException(
          "expected the magic %s, found %s. Give the file the extension of its format"
              .formatted(name, Shown.of(found)));
    }
    source.skip(magic.length);
  }

  static DataException truncated(String what, long expected, long found, long position) {
    return new DataException(
        "expected %d %s, found %d: it ends at byte %d. It is cut off; fetch or write it again"
            .formatted(expected, what, found, position));
  }
}
