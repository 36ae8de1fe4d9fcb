package dev.adapterx.data.image.format;

import dev.adapterx.base.DataException;

/**
 * Limits of the size in an image's header, checked before memory is allocated.
 *
 * <p>Besides a common limit, a file of few bytes cannot hold many pixels: deflate expands a byte to
 * at most 1032, a baseline JPEG needs at least a bit for 64 pixels, GIF's longest string of 4096
 * pixels takes 9 bits, a fax of white lines in a TIFF one bit per line. Lossless WebP of one colour
 * has no such bound, so images of up to 16 million pixels are always accepted there.
 */
enum ImageLimits {
  PNG(8 * 1032, 1 << 15),
  JPEG(1024, 1 << 16),
  GIF(4096, 1 << 16),
  BMP(10_000, 1 << 24),
  WEBP(10_000, 1 << 24),
  TIFF(1 << 18, 1 << 24);

  /** Bytes of the reader's image (four samples) and ours. */
  static final long BYTES_PER_PIXEL = 7;

  private static final double MOST_OF_MEMORY = 0.8;

  private final long perByte;
  private final long always;

  /**
   * Limits of a format.
   *
   * @param perByte the most pixels that a byte of the file can encode
   * @param always number of pixels that is always accepted
   */
  ImageLimits(long perByte, long always) {
    this.perByte = perByte;
    this.always = always;
  }

  /** Refuses a size that is impossible for an image of this format in so many bytes. */
  void require(int width, int height, long bytes) {
    requirePixels(width, height);
    if ((long) width * height > always + perByte * bytes) {
      throw new DataException(
          "its header promises %d x %d pixels, which its %d bytes cannot hold; it is truncated, or made to exhaust memory"
              .formatted(width, height, bytes));
    }
    requireMemory(width, height, Runtime.getRuntime().maxMemory());
  }

  /** Refuses a size beyond the limit of all formats, or for which Java has not enough memory. */
  static void require(int width, int height) {
    requirePixels(width, height);
    requireMemory(width, height, Runtime.getRuntime().maxMemory());
  }

  private static void requirePixels(int width, int height) {
    if (width < 1 || height < 1) {
      throw new DataException("its header promises %d x %d pixels".formatted(width, height));
    }
    if ((long) width * height > ImageDecoder.MOST_PIXELS) {
      throw new DataException(
          "its header promises %d x %d pixels, more than the limit of %d; such files are made to exhaust memory"
              .formatted(width, height, ImageDecoder.MOST_PIXELS));
    }
  }

  static void requireMemory(int width, int height, long memory) {
    long needed = BYTES_PER_PIXEL * width * height;
    long most = (long) (MOST_OF_MEMORY * memory);
    if (needed > most) {
      throw new DataException(
          "its %d x %d pixels take %d MiB to decode, Java may use %d MiB for it; give the JVM more with -Xmx or make the image smaller"
              .formatted(width, height, needed >> 20, most >> 20));
    }
  }
}
