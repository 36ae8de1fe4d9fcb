package dev.adapterx.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Writes small image files. */
public final class Pictures {
  private Pictures() {}

  /** A PNG of one colour. */
  public static Path png(Path file, int width, int height, int rgb) {
    return write(file, "png", BufferedImage.TYPE_INT_RGB, width, height, rgb);
  }

  public static Path png(Path file, int rgb) {
    return png(file, 4, 4, rgb);
  }

  public static Path jpeg(Path file, int width, int height, int rgb) {
    return write(file, "jpg", BufferedImage.TYPE_INT_RGB, width, height, rgb);
  }

  public static Path write(Path file, String format, int type, int width, int height, int rgb) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, rgb);
      }
    }
    try {
      Files.createDirectories(file.getParent());
      if (!ImageIO.write(image, format, file.toFile())) {
        throw new IllegalArgumentException("No writer for " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  public static Path text(Path file, String content) {
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
