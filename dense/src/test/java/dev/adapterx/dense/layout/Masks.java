package dev.adapterx.dense.layout;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Small pictures and masks as files. */
public final class Masks {
  private Masks() {}

  /** A text file and the folders above it. */
  public static Path text(Path file, String... lines) {
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A picture with all pixels different. */
  public static Path picture(Path file, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(
            x, y, (((x * 37) & 0xFF) << 16) | (((y * 53) & 0xFF) << 8) | (((x + y) * 11) & 0xFF));
      }
    }
    return save(image, file);
  }

  /** Grey of 8 bits. */
  public static Path grey(Path file, int width, int... values) {
    return samples(
        new BufferedImage(width, values.length / width, BufferedImage.TYPE_BYTE_GRAY),
        file,
        values);
  }

  /** Grey of 16 bits. */
  public static Path grey16(Path file, int width, int... values) {
    return samples(
        new BufferedImage(width, values.length / width, BufferedImage.TYPE_USHORT_GRAY),
        file,
        values);
  }

  /** Black and white of one bit. */
  public static Path bits(Path file, int width, int... values) {
    return samples(
        new BufferedImage(width, values.length / width, BufferedImage.TYPE_BYTE_BINARY),
        file,
        values);
  }

  /** Places in a palette of 0xRRGGBB. */
  public static Path palette(Path file, int[] colours, int width, int... values) {
    byte[][] channels = new byte[3][colours.length];
    for (int i = 0; i < colours.length; i++) {
      channels[0][i] = (byte) (colours[i] >> 16);
      channels[1][i] = (byte) (colours[i] >> 8);
      channels[2][i] = (byte) colours[i];
    }
    IndexColorModel model =
        new IndexColorModel(8, colours.length, channels[0], channels[1], channels[2]);
    return samples(
        new BufferedImage(width, values.length / width, BufferedImage.TYPE_BYTE_INDEXED, model),
        file,
        values);
  }

  /** Colours 0xRRGGBB. */
  public static Path colours(Path file, int width, int... colours) {
    BufferedImage image =
        new BufferedImage(width, colours.length / width, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < colours.length; i++) {
      image.setRGB(i % width, i / width, colours[i]);
    }
    return save(image, file);
  }

  private static Path samples(BufferedImage image, Path file, int... values) {
    WritableRaster raster = image.getRaster();
    raster.setSamples(0, 0, image.getWidth(), image.getHeight(), 0, values);
    return save(image, file);
  }

  private static Path save(BufferedImage image, Path file) {
    String name = file.toString();
    try {
      Files.createDirectories(file.getParent());
      ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
