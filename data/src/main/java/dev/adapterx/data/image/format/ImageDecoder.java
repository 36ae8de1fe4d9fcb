package dev.adapterx.data.image.format;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.data.image.Exif;
import dev.adapterx.data.image.RgbImage;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads JPEG, PNG, WebP, BMP, TIFF (first page), GIF (first frame) and PNM files into RGB, as
 * {@code Image.open(f).convert("RGB")} of the Python Imaging Library does: palettes expanded, alpha
 * dropped, CMYK converted to RGB, colour profiles ignored.
 *
 * <ul>
 *   <li>PNG, BMP, GIF and WebP give PIL's bytes, with one deviation: in 16-bit grey images PIL
 *       clips every value above 255 to 255, which gives a white image; here the high byte is kept,
 *       as PIL itself does for 16-bit colour.
 *   <li>TIFF of 1, 8 or 16 bits gives PIL's bytes, uncompressed, LZW, deflate, PackBits, fax or
 *       JPEG, in strips or tiles; its orientation tag is always followed, as PIL does. Of 16 bits
 *       the high byte is kept.
 *   <li>JPEG gives PIL's bytes too, baseline and progressive, 4:4:4, 4:2:2, 4:2:0, grey and CMYK.
 *       With the rare 4:4:0, a JDK with the older libjpeg repeats chroma where PIL's libjpeg-turbo
 *       interpolates it (a difference of up to 7 of 255 in the golden file). A file without its end
 *       marker is refused; PIL sometimes accepts it.
 * </ul>
 *
 * <p>Thread-safe; nothing is cached on disk.
 */
public final class ImageDecoder {
  /** The most pixels that are decoded; PIL's limit against decompression bombs. */
  public static final long MOST_PIXELS = 178_956_970;

  private static final long MOST_BYTES = 1L << 30;

  /** Three samples, converted in place, and a little for resizing. */
  private static final long JPEG_BYTES_PER_PIXEL = 4;

  /** The file as read, as cleaned, and while the latter grows. */
  private static final long COPIES_OF_FILE = 4;

  private ImageDecoder() {}

  /**
   * Roughly how much of the heap decoding a file needs.
   *
   * @param bytes of the file
   */
  public static long memory(String format, int width, int height, long bytes) {
    long perPixel = format.equals("JPEG") ? JPEG_BYTES_PER_PIXEL : ImageLimits.BYTES_PER_PIXEL;
    return perPixel * width * height + COPIES_OF_FILE * bytes;
  }

  /**
   * Decodes a file.
   *
   * @param exifOrientation whether to rotate the image by its EXIF tag; off in the reference
   *     implementations
   * @throws DataException naming the file when it is missing, empty, truncated, broken, too large
   *     or of an unknown format; caused by an {@link OutOfMemoryError} if the heap was too small,
   *     which does not make the file a broken one
   */
  public static RgbImage decode(Path file, boolean exifOrientation) {
    return decode(content(file), file.toString(), exifOrientation);
  }

  /**
   * Decodes a file's content.
   *
   * @param name of the content in error messages
   */
  public static RgbImage decode(byte[] content, String name, boolean exifOrientation) {
    try {
      return decode(content, exifOrientation);
    } catch (DataException e) {
      throw new DataException("Could not read image " + name + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DataException(
          "Could not read image " + name + ": it is damaged (" + e.getMessage() + ")", e);
    } catch (RuntimeException e) {
      // On hostile input, the readers may throw any exception.
      throw new DataException(
          "Could not read image " + name + ": it is damaged (" + Reason.of(e) + ")", e);
    } catch (OutOfMemoryError e) {
      throw new DataException(
          "Could not read image "
              + name
              + ": it does not fit into the memory of "
              + (Runtime.getRuntime().maxMemory() >> 20)
              + " MiB; give the JVM more with -Xmx or make the image smaller",
          e);
    }
  }

  /** All bytes of a file. */
  static byte[] content(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new DataException("Could not read image " + file + ": it is a folder");
      }
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        throw new DataException(
            "Could not read image " + file + ": it has " + size + " bytes, at most " + MOST_BYTES);
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      String why = Files.isSymbolicLink(file) ? "it is a broken link" : "there is no such file";
      throw new DataException("Could not read image " + file + ": " + why, e);
    } catch (AccessDeniedException e) {
      throw new DataException("Could not read image " + file + ": permission denied", e);
    } catch (IOException e) {
      throw new DataException("Could not read image " + file + ": " + Reason.of(e), e);
    }
  }

  private static RgbImage decode(byte[] content, boolean exifOrientation) throws IOException {
    if (content.length == 0) {
      throw new DataException("it is empty");
    }
    ImageFormat format =
        ImageFormat.of(content).orElseThrow(() -> new DataException(unknown(content)));
    return switch (format) {
      case JPEG -> {
        Jpeg jpeg = new Jpeg(content);
        ImageLimits.JPEG.require(jpeg.width(), jpeg.height(), content.length);
        RgbImage image = read(format, jpeg.plain(), reader -> jpeg.rgb(reader.readRaster(0, null)));
        yield exifOrientation ? Exif.upright(image, jpeg.orientation()) : image;
      }
      case WEBP -> {
        Webp webp = new Webp(content);
        RgbImage image = webp.place(webp.frame());
        yield exifOrientation ? Exif.upright(image, webp.orientation()) : image;
      }
      case PNG -> {
        Png png = new Png(content);
        RgbImage image = read(format, png.plain(), reader -> Rasters.rgb(reader.read(0)));
        yield exifOrientation ? Exif.upright(image, png.orientation()) : image;
      }
      case GIF ->
          GifCanvas.of(content)
              .place(read(format, content, picture(ImageLimits.GIF, content.length)));
      case BMP -> read(format, content, picture(ImageLimits.BMP, content.length));
      case TIFF -> Tiff.rgb(read(format, content, reader -> Tiff.read(reader, content)), content);
      case PNM -> Pnm.rgb(content);
    };
  }

  static Reading picture(ImageLimits limits, long bytes) {
    return reader -> {
      limits.require(reader.getWidth(0), reader.getHeight(0), bytes);
      return Rasters.rgb(reader.read(0));
    };
  }

  interface Reading {
    RgbImage from(ImageReader reader) throws IOException;
  }

  static RgbImage read(ImageFormat format, byte[] content, Reading reading) throws IOException {
    ImageReader reader =
        format
            .provider()
            .orElseThrow(() -> new DataException("this Java has no reader for " + format))
            .createReaderInstance();
    try (ImageInputStream in = new PatientStream(content)) {
      reader.setInput(in, true, true);
      return reading.from(reader);
    } finally {
      reader.dispose();
    }
  }

  private static String unknown(byte[] content) {
    return ImageFormat.unread(content)
        .map(
            format ->
                "it is a "
                    + format
                    + " file, which is not supported; convert it to JPEG or PNG, or remove it")
        .orElseGet(
            () ->
                "it is not in a known format; expected JPEG, PNG, WebP, BMP, TIFF, GIF or PNM,"
                    + " found a file that starts with "
                    + start(content));
  }

  private static String start(byte[] content) {
    StringBuilder hex = new StringBuilder();
    for (int i = 0; i < Math.min(8, content.length); i++) {
      hex.append(i == 0 ? "" : " ").append(String.format("%02x", content[i]));
    }
    return hex.toString();
  }
}
