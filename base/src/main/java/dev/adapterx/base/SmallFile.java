package dev.adapterx.base;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Text files that are read whole, because they are small: settings, recipes, summaries. A large
 * file must be something else, and is refused before memory is allocated for it.
 */
public final class SmallFile {
  /** The largest accepted file, in bytes. */
  public static final int MOST_BYTES = 16 << 20;

  private SmallFile() {}

  /**
   * A file's content as UTF-8.
   *
   * @throws IOException when it cannot be read, is not UTF-8, or is too large
   */
  public static String text(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    }
    if (bytes.length > MOST_BYTES) {
      throw new IOException("it has more than " + MOST_BYTES + " bytes, which no such file has");
    }
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }
}
