package dev.adapterx.data.images;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/** The first directory of a TIFF, which may lie anywhere in the file (TIFF 6.0, section 2). */
final class TiffHeader {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int PHOTOMETRIC = 262;
  private static final int SAMPLES = 277;
  private static final int SHORT = 3;
  private static final int MOST_ENTRIES = 4096;

  private TiffHeader() {}

  /** Empty when the file is no TIFF, or one with offsets of 64 bits, or damaged. */
  static Optional<ImageHeader> of(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return of(channel);
    }
  }

  /** The same of a file's content. */
  static Optional<ImageHeader> of(byte[] content) throws IOException {
    try (SeekableByteChannel channel = new SeekableInMemoryByteChannel(content)) {
      return of(channel);
    }
  }

  private static Optional<ImageHeader> of(SeekableByteChannel channel) throws IOException {
    ByteBuffer start = read(channel, 0, 8, ByteOrder.LITTLE_ENDIAN);
    if (start.remaining() < 8) {
      return Optional.empty();
    }
    boolean little = start.getInt(0) == 0x002A4949;
    if (!little && start.getInt(0) != 0x2A004D4D) {
      return Optional.empty();
    }
    ByteOrder order = little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    long directory = start.order(order).getInt(4) & 0xFFFFFFFFL;
    ByteBuffer count = read(channel, directory, 2, order);
    if (count.remaining() < 2) {
      return Optional.empty();
    }
    int entries = Math.min(MOST_ENTRIES, count.getShort(0) & 0xFFFF);
    return header(read(channel, directory + 2, 12 * entries, order));
  }

  private static Optional<ImageHeader> header(ByteBuffer entries) {
    int width = 0;
    int height = 0;
    int photometric = 1;
    int samples = 1;
    for (int at = 0; at + 12 <= entries.remaining(); at += 12) {
      boolean isShort = entries.getShort(at + 2) == SHORT;
      int value = isShort ? entries.getShort(at + 8) & 0xFFFF : entries.getInt(at + 8);
      switch (entries.getShort(at) & 0xFFFF) {
        case WIDTH -> width = value;
        case HEIGHT -> height = value;
        case PHOTOMETRIC -> photometric = value;
        case SAMPLES -> samples = value;
        default -> {}
      }
    }
    return width < 1 || height < 1
        ? Optional.empty()
        : Optional.of(new ImageHeader("TIFF", mode(photometric, samples), width, height));
  }

  private static String mode(int photometric, int samples) {
    return switch (photometric) {
      case 0, 1 -> samples > 1 ? "grey+alpha" : "grey";
      case 3 -> "palette";
      case 5 -> "CMYK";
      default -> samples > 3 ? "RGBA" : "RGB";
    };
  }

  private static ByteBuffer read(SeekableByteChannel channel, long at, int length, ByteOrder order)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(order);
    channel.position(at);
    while (bytes.hasRemaining() && channel.read(bytes) > 0) {}
    return bytes.flip().slice().order(order);
  }
}
