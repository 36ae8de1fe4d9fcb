package dev.adapterx.cli;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** A data set of reddish and bluish pictures, and recipes that learn them in no time. */
public final class TinyRun {
  private TinyRun() {}

  /** {@code folder/{train,test}/{blue,red}/N.png}. */
  public static Path data(Path folder) {
    for (String split : List.of("train", "test")) {
      for (int i = 0; i < (split.equals("train") ? 8 : 4); i++) {
        picture(folder.resolve(split + "/blue/" + i + ".png"), new Color(20 + 5 * i, 30, 220));
        picture(folder.resolve(split + "/red/" + i + ".png"), new Color(220, 30, 20 + 5 * i));
      }
    }
    return folder;
  }

  public static Path picture(Path file, Color colour) {
    BufferedImage image = new BufferedImage(40, 36, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(colour);
    graphics.fillRect(0, 0, 40, 36);
    graphics.setColor(Color.GRAY);
    graphics.fillRect(10, 10, 8, 8);
    graphics.dispose();
    try {
      Files.createDirectories(file.getParent());
      String name = file.toString();
      ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path recipe(Path folder, String method) {
    return write(
        folder.resolve("recipe.yaml"),
        """
        backbone: {preset: vit_32x2x2_patch8_32, precision: fp32}
        method: %s
        data: {path: images, val: test}
        train: {epochs: 1, batch: 4, warmup-epochs: 0, lr: 0.01}
        """
            .formatted(method));
  }

  public static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Trains one epoch and gives the run's folder. */
  public static Path trained(Path folder, String method) {
    data(folder.resolve("images"));
    Path run = folder.resolve("run");
    Invocation training = Invocation.of("train", recipe(folder, method), "--out", run);
    if (training.code() != 0) {
      throw new AssertionError("training failed: " + training);
    }
    return run;
  }
}
