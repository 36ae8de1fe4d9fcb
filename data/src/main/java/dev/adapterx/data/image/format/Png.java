package dev.adapterx.data.image.format;

import dev.adapterx.base.DataException;
import dev.adapterx.data.image.Exif;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A PNG reduced to what RGB needs: header, palette and image data. Texts, profiles and times never
 * reach the decoder, which would allocate any size they claim; nor do a palette's alpha and further
 * frames.
 *
 * <p>W3C, Portable Network Graphics (third edition), section 5.
 */
final class Png {
  private static final int IHDR = 0x49484452;
  private static final int PLTE = 0x504C5445;
  private static final int IDAT = 0x49444154;
  private static final int IEND = 0x49454E44;
  private static final int EXIF = 0x65584966;

  private static final int SIGNATURE = 8;
  private static final int AROUND = 12;
  private static final int HEADER = 13;
  private static final int LARGEST_PALETTE = 3 * 256;
  private static final int PALETTE = 3;

  /** The lower-case bit of a type's first letter: the chunk is optional. */
  private static final int ANCILLARY = 0x20000000;

  private final byte[] content;
  private final ByteBuffer file;
  private final ByteArrayOutputStream plain;
  private int width;
  private int height;
  private int colourType;
  private long data;
  private int orientation = 1;

  /**
   * Parses the chunks; throws a {@link DataException} without a file name when they are invalid.
   */
  Png(byte[] content) {
    this.content = content;
    this.file = ByteBuffer.wrap(content);
    this.plain = new ByteArrayOutputStream(content.length);
    plain.write(content, 0, SIGNATURE);
    parse();
    ImageLimits.PNG.require(width, height, data);
  }

  int orientation() {
    return orientation;
  }

  /** The same image without the other chunks. */
  byte[] plain() {
    return plain.toByteArray();
  }

  private void parse() {
    int at = SIGNATURE;
    int type = 0;
    while (type != IEND && at < content.length) {
      long length = at + AROUND > content.length ? 0 : file.getInt(at) & 0xFFFFFFFFL;
      if (at + AROUND + length > content.length) {
        throw new DataException(
            "it is truncated: a chunk needs %d bytes, found %d"
                .formatted(AROUND + length, content.length - at));
      }
      type = file.getInt(at + 4);
      if (at == SIGNATURE && (type != IHDR || length != HEADER)) {
        throw new DataException("it is damaged: it does not begin with its header");
      }
      chunk(type, at, (int) length);
      at += AROUND + (int) length;
    }
    if (data == 0) {
      throw new DataException("it is truncated: it ends before any image data");
    }
    if (type != IEND) {
      byte[] end = {0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xAE, 0x42, 0x60, (byte) 0x82};
      plain.writeBytes(end);
    }
  }

  private void chunk(int type, int at, int length) {
    switch (type) {
      case IHDR -> {
        if (at != SIGNATURE) {
          throw new DataException("it is damaged: it has two headers");
        }
        header(at + 8);
      }
      case PLTE -> {
        if (length == 0 || length > LARGEST_PALETTE || length % 3 != 0) {
          throw new DataException(
              "it is damaged: its palette has %d bytes, expected 3 per colour, at most %d"
                  .formatted(length, LARGEST_PALETTE));
        }
        if (colourType != PALETTE) {
          return; // a suggested palette for displays with few colours
        }
      }
      case IDAT -> data += length;
      case IEND -> {}
      case EXIF -> {
        orientation = Exif.orientation(content, at + 8, length);
        return;
      }
      default -> {
        if ((type & ANCILLARY) == 0) {
          String name = new String(content, at + 4, 4, StandardCharsets.ISO_8859_1);
          boolean letters = name.chars().allMatch(c -> c >= 'A' && c <= 'z');
          throw new DataException(
              letters
                  ? "it needs the chunk " + name + ", which no PNG by the standard has"
                  : "it is damaged: a chunk has no name");
        }
        return;
      }
    }
    plain.write(content, at, AROUND + length);
  }

  private void header(int at) {
    width = file.getInt(at);
    height = file.getInt(at + 4);
    if (width < 1 || height < 1) {
      throw new DataException(
          "its header promises %s x %s pixels"
              .formatted(Integer.toUnsignedString(width), Integer.toUnsignedString(height)));
    }
    colourType = file.get(at + 9);
  }
}
