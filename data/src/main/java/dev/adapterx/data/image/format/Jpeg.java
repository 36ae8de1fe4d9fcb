package dev.adapterx.data.image.format;

import dev.adapterx.base.DataException;
import dev.adapterx.data.image.Exif;
import dev.adapterx.data.image.RgbImage;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;

/**
 * A JPEG's segments, and its samples as RGB.
 *
 * <p>The JDK chooses colour conversions by its own rules, fails on odd profiles and fills missing
 * data with grey. So the segments are parsed here: dimensions, colour transform and orientation are
 * read from the markers, a truncated file is refused, and the decoder gets a copy without
 * application segments that specifies "no transform", so that it returns the samples as stored. The
 * conversion to RGB is JFIF's, in libjpeg's fixed-point arithmetic, so the result does not depend
 * on a colour engine.
 *
 * <p>ITU-T T.81 (markers), T.871 (JFIF), Adobe TN 5116 (APP14).
 */
final class Jpeg {
  private static final int EOI = 0xD9;
  private static final int SOS = 0xDA;
  private static final int APP0 = 0xE0;
  private static final int APP1 = 0xE1;
  private static final int APP14 = 0xEE;
  private static final int COM = 0xFE;

  /** An APP14 "Adobe" segment, version 100, no flags, transform 0. */
  private static final byte[] NO_TRANSFORM = {
    (byte) 0xFF, (byte) APP14, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
  };

  /**
   * Progressive files have about ten scans; thousands of empty ones would keep a decoder busy for
   * hours.
   */
  private static final int MOST_SCANS = 256;

  private final byte[] content;
  private final ByteArrayOutputStream plain;
  private int width;
  private int height;
  private int components;
  private boolean idsSayRgb;
  private boolean jfif;
  private int adobeTransform = -1;
  private int orientation = 1;

  /** Parses the file; throws a {@link DataException} without a file name when it is invalid. */
  Jpeg(byte[] content) {
    this.content = content;
    this.plain = new ByteArrayOutputStream(content.length + 16);
    parse();
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  int orientation() {
    return orientation;
  }

  /** The same image for a decoder that must not convert colours. */
  byte[] plain() {
    return plain.toByteArray();
  }

  private void parse() {
    plain.write(0xFF);
    plain.write(0xD8);
    plain.writeBytes(NO_TRANSFORM);
    int at = 2;
    int scans = 0;
    while (true) {
      at = markerAt(at);
      int marker = u8(at + 1);
      if (marker == EOI) {
        break;
      }
      if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7)) {
        at += 2; // stand-alone, no meaning between segments
        continue;
      }
      int end = at + 2 + u16(at + 2);
      if (end > content.length || u16(at + 2) < 2) {
        throw truncated();
      }
      segment(marker, at + 4, end);
      if (marker == SOS) {
        if (width == 0 || ++scans > MOST_SCANS) {
          throw new DataException(
              width == 0
                  ? "its scan comes before its frame header"
                  : "it has more than " + MOST_SCANS + " scans");
        }
        end = endOfScan(end);
      }
      boolean about = (marker >= APP0 && marker <= 0xEF) || marker == COM;
      if (!about) {
        plain.write(content, at, end - at);
      }
      at = end;
    }
    if (scans == 0) {
      throw new DataException("it ends before any image data");
    }
    plain.write(0xFF);
    plain.write(EOI);
  }

  /** The position of the 0xFF that precedes the next marker's code. */
  private int markerAt(int from) {
    int at = from;
    while (at + 1 < content.length) {
      int code = u8(at + 1);
      if (u8(at) == 0xFF && code != 0 && code != 0xFF) {
        return at;
      }
      at++;
    }
    throw truncated();
  }

  /** Entropy-coded data continues over stuffed zeros and restart markers. */
  private int endOfScan(int from) {
    int at = markerAt(from);
    while (u8(at + 1) >= 0xD0 && u8(at + 1) <= 0xD7) {
      at = markerAt(at + 2);
    }
    return at;
  }

  private void segment(int marker, int from, int end) {
    if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) {
      frame(marker, from, end);
    } else if (marker == APP0 && ImageFormat.starts(content, from, 'J', 'F', 'I', 'F', 0)) {
      jfif = true;
    } else if (marker == APP14
        && end - from >= 12
        && ImageFormat.starts(content, from, 'A', 'd', 'o', 'b', 'e')) {
      adobeTransform = u8(from + 11);
    } else if (marker == APP1 && ImageFormat.starts(content, from, 'E', 'x', 'i', 'f', 0, 0)) {
      orientation = Exif.orientation(content, from + 6, end - from - 6);
    }
  }

  private void frame(int marker, int from, int end) {
    if (width != 0) {
      throw new DataException("it has two frame headers");
    }
    if (marker > 0xC2) {
      throw new DataException(
          "it is a "
              + (marker >= 0xC9 ? "arithmetic-coded" : marker == 0xC3 ? "lossless" : "hierarchical")
              + " JPEG; save it as baseline or progressive JPEG, or as PNG");
    }
    if (end - from < 6 || end - from < 6 + 3 * u8(from + 5)) {
      throw truncated();
    }
    if (u8(from) != 8) {
      throw new DataException("it has " + u8(from) + " bits per sample, expected 8");
    }
    height = u16(from + 1);
    width = u16(from + 3);
    components = u8(from + 5);
    if (width == 0 || height == 0) {
      throw new DataException("its size is " + width + " x " + height + " pixels");
    }
    if (components != 1 && components != 3 && components != 4) {
      throw new DataException("it has " + components + " components, expected 1, 3 or 4");
    }
    idsSayRgb =
        components == 3 && u8(from + 6) == 'R' && u8(from + 9) == 'G' && u8(from + 12) == 'B';
  }

  /** The decoder's samples as RGB. */
  RgbImage rgb(Raster samples) {
    if (samples.getNumBands() != components
        || samples.getWidth() != width
        || samples.getHeight() != height) {
      throw new DataException("its header and its data disagree");
    }
    boolean ycc = components > 1 && isYcc();
    byte[] stored = components == 3 ? Rasters.interleaved(samples) : null;
    if (stored != null) { // converted in place: large photographs should not be in memory twice
      if (ycc) {
        yccToRgb(stored, 0, 3, width * height);
      }
      return new RgbImage(width, height, stored);
    }
    byte[] pixels = new byte[3 * width * height];
    byte[] row = new byte[components * width];
    for (int y = 0; y < height; y++) {
      samples.getDataElements(0, y, width, 1, row);
      int out = 3 * y * width;
      switch (components) {
        case 1 -> grey(row, pixels, out);
        case 3 -> {
          System.arraycopy(row, 0, pixels, out, row.length);
          if (ycc) {
            yccToRgb(pixels, out, 3, width);
          }
        }
        default -> {
          if (ycc) {
            yccToRgb(row, 0, 4, width);
          }
          cmyk(row, ycc, pixels, out);
        }
      }
    }
    return new RgbImage(width, height, pixels);
  }

  /**
   * libjpeg's interpretation of the markers: JFIF means YCbCr; else Adobe's marker decides; else
   * component names.
   */
  private boolean isYcc() {
    if (components == 4) {
      return adobeTransform > 0;
    }
    if (jfif) {
      return true;
    }
    return adobeTransform >= 0 ? adobeTransform != 0 : !idsSayRgb;
  }

  private static void grey(byte[] row, byte[] pixels, int out) {
    for (int x = 0; x < row.length; x++) {
      pixels[out + 3 * x] = row[x];
      pixels[out + 3 * x + 1] = row[x];
      pixels[out + 3 * x + 2] = row[x];
    }
  }

  /** In place: R = Y + 1.402 Cr, G = Y - 0.34414 Cb - 0.71414 Cr, B = Y + 1.772 Cb, 16 bits. */
  private static void yccToRgb(byte[] p, int from, int stride, int count) {
    for (int i = 0, at = from; i < count; i++, at += stride) {
      int y = p[at] & 0xFF;
      int cb = (p[at + 1] & 0xFF) - 128;
      int cr = (p[at + 2] & 0xFF) - 128;
      p[at] = clip(y + ((91881 * cr + 32768) >> 16));
      p[at + 1] = clip(y + ((-22554 * cb - 46802 * cr + 32768) >> 16));
      p[at + 2] = clip(y + ((116130 * cb + 32768) >> 16));
    }
  }

  /**
   * CMYK as Adobe stores it, that is inverted: {@code R = C' K' / 255} with 255 for no ink. A
   * converted YCCK row holds RGB = 255 - CMY, which inverted once more is the ink itself.
   */
  private static void cmyk(byte[] row, boolean converted, byte[] pixels, int out) {
    for (int x = 0; x < row.length / 4; x++) {
      int white = row[4 * x + 3] & 0xFF;
      for (int c = 0; c < 3; c++) {
        int stored = row[4 * x + c] & 0xFF;
        int ink = converted ? stored : 255 - stored;
        int t = ink * white + 128;
        pixels[out + 3 * x + c] = clip(white - (((t >> 8) + t) >> 8));
      }
    }
  }

  private static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }

  private int u8(int at) {
    if (at >= content.length) {
      throw truncated();
    }
    return content[at] & 0xFF;
  }

  private int u16(int at) {
    return u8(at) << 8 | u8(at + 1);
  }

  private DataException truncated() {
    return new DataException("it is truncated: the end-of-image marker is missing");
  }
}
