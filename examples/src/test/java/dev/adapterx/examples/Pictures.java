package dev.adapterx.examples;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Pictures that two tasks see differently: one asks for the pattern, one for its size. */
final class Pictures {
  private static final int SIDE = 64;
  private static final List<String> PATTERNS = List.of("dotted", "striped");
  private static final List<String> SIZES = List.of("coarse", "fine");

  private Pictures() {}

  /** {@code folder/{train,test}/{dotted,striped}/N.png}. */
  static Path byPattern(Path folder) {
    for (int i = 0; i < 32; i++) {
      String pattern = PATTERNS.get(i % 2);
      write(
          folder.resolve(place(i) + pattern + "/" + i + ".png"), pattern, SIZES.get(i / 2 % 2), i);
    }
    return folder;
  }

  /** {@code folder/{train,test}/{coarse,fine}/N.png}. */
  static Path bySize(Path folder) {
    for (int i = 0; i < 32; i++) {
      String size = SIZES.get(i / 2 % 2);
      write(folder.resolve(place(i) + size + "/" + i + ".png"), PATTERNS.get(i % 2), size, i);
    }
    return folder;
  }

  private static String place(int i) {
    return i < 24 ? "train/" : "test/";
  }

  /**
   * Writes a picture.
   *
   * @param number gives it colours and a place of its own
   */
  public static Path write(Path file, String pattern, String size, int number) {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.getHSBColor(number * 0.13f, 0.5f, 0.9f));
    graphics.fillRect(0, 0, SIDE, SIDE);
    graphics.setColor(Color.getHSBColor(number * 0.37f, 0.8f, 0.4f));
    int step = size.equals("fine") ? 9 + number % 3 : 22 + number % 5;
    for (int y = number % step - step; y < SIDE; y += step) {
      if (pattern.equals("striped")) {
        graphics.fillRect(0, y, SIDE, step / 2);
      } else {
        for (int x = number % step - step; x < SIDE; x += step) {
          graphics.fillOval(x, y, step * 2 / 3, step * 2 / 3);
        }
      }
    }
    graphics.dispose();
    try {
      Files.createDirectories(file.getParent());
      ImageIO.write(image, "png", file.toFile());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
