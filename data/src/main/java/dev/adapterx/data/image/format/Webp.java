package dev.adapterx.data.image.format;

import dev.adapterx.base.DataException;
import dev.adapterx.data.image.Exif;
import dev.adapterx.data.image.Pixels;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.vp8.KeyFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A WebP container reduced to what RGB needs: the first frame's bit stream, its position on the
 * canvas, and the orientation. Alpha, profiles and further frames never reach the decoder.
 *
 * <p>RFC 9649.
 */
final class Webp {
  private static final int HEADER = 8;

  private final ByteBuffer file;
  private int canvasWidth;
  private int canvasHeight;
  private int left;
  private int top;
  private int imageAt = -1;
  private int orientation = 1;

  /**
   * Parses the chunks; throws a {@link DataException} without a file name when they are invalid.
   */
  Webp(byte[] content) {
    file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    long promised = HEADER + unsigned(4);
    if (content.length < promised) {
      throw new DataException(
          "it is truncated: its header promises " + promised + " bytes, found " + content.length);
    }
    parse(12, (int) promised);
    if (imageAt < 0) {
      throw new DataException("it is damaged: it contains no image");
    }
  }

  int orientation() {
    return orientation;
  }

  /** The first frame. */
  RgbImage frame() throws IOException {
    int length = size(imageAt);
    if (!is(imageAt, "VP8 ")) {
      return ImageDecoder.read(
          ImageFormat.WEBP, plain(), ImageDecoder.picture(ImageLimits.WEBP, file.capacity()));
    }
    KeyFrame frame = new KeyFrame(file.array(), imageAt + HEADER, length);
    ImageLimits.WEBP.require(frame.width(), frame.height(), length);
    return new RgbImage(frame.width(), frame.height(), frame.rgb());
  }

  /** A simple file with this bit stream alone. */
  private byte[] plain() {
    int length = HEADER + size(imageAt);
    ByteBuffer simple = ByteBuffer.allocate(12 + length + (length & 1));
    simple.order(ByteOrder.LITTLE_ENDIAN).put(file.array(), 0, 12);
    simple.put(file.array(), imageAt, length);
    return simple.putInt(4, simple.capacity() - HEADER).array();
  }

  /** The frame at its position on the canvas; around it the image is black, as in PIL. */
  RgbImage place(RgbImage frame) {
    int width = Math.max(canvasWidth, left + frame.width());
    int height = Math.max(canvasHeight, top + frame.height());
    ImageLimits.require(width, height);
    return Pixels.window(frame, -left, -top, width, height);
  }

  private void parse(int from, int end) {
    long at = from;
    while (at + HEADER <= end) {
      int chunk = (int) at;
      long length = unsigned(chunk + 4);
      if (chunk + HEADER + length > end) {
        throw new DataException("it is damaged: a chunk reaches over the end");
      }
      chunk(chunk, chunk + HEADER, (int) length);
      at += HEADER + length + (length & 1);
    }
  }

  private void chunk(int chunk, int body, int length) {
    byte[] content = file.array();
    if (is(chunk, "VP8X") && length >= 10) {
      canvasWidth = u24(body + 4) + 1;
      canvasHeight = u24(body + 7) + 1;
    } else if (is(chunk, "ANMF") && length >= 16 && imageAt < 0) {
      left = 2 * u24(body);
      top = 2 * u24(body + 3);
      parse(body + 16, body + length);
    } else if ((is(chunk, "VP8 ") || is(chunk, "VP8L")) && imageAt < 0) {
      imageAt = chunk;
    } else if (is(chunk, "EXIF")) {
      int prefix = ImageFormat.starts(content, body, 'E', 'x', 'i', 'f', 0, 0) ? 6 : 0;
      orientation = Exif.orientation(content, body + prefix, length - prefix);
    }
  }

  private boolean is(int chunk, String name) {
    return ImageFormat.starts(file.array(), chunk, name.chars().toArray());
  }

  private int size(int chunk) {
    return file.getInt(chunk + 4);
  }

  private long unsigned(int at) {
    return file.getInt(at) & 0xFFFFFFFFL;
  }

  private int u24(int at) {
    return (file.getShort(at) & 0xFFFF) | (file.get(at + 2) & 0xFF) << 16;
  }
}
