package dev.adapterx.data.images;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.data.image.format.ImageDecoder;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Bytes within a file: an image in an archive that is not compressed.
 *
 * @param offset of the first byte
 * @param length number of bytes
 */
public record Part(long offset, int length) {
  /** What a header is looked for in. */
  private static final int HEAD = 1 << 16;

  /** The bytes. */
  byte[] content(Path file) {
    return read(file, length);
  }

  /** Approximate heap bytes that decoding needs; 0 if they do not follow from the header. */
  long memory(Path file) {
    try {
      byte[] head = read(file, Math.min(HEAD, length));
      return ImageHeader.of(head)
          .map(
              header ->
                  ImageDecoder.memory(header.format(), header.width(), header.height(), length))
          .orElse(0L);
    } catch (DataException e) {
      return 0; // its reader reports the error
    }
  }

  private byte[] read(Path file, int bytes) {
    ByteBuffer into = ByteBuffer.allocate(bytes);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (into.hasRemaining()) {
        if (channel.read(into, offset + into.position()) < 0) {
          throw new EOFException("it ends within an image");
        }
      }
      return into.array();
    } catch (IOException e) {
      throw new DataException("Could not read " + file + ": " + Reason.of(e), e);
    }
  }
}
