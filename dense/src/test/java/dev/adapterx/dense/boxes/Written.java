package dev.adapterx.dense.boxes;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Sample;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.PngFile;
import dev.adapterx.data.targets.Box;
import dev.adapterx.data.targets.Boxes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Small data sets of pictures with boxes, as tools write them. */
final class Written {
  static final int WIDTH = 40;
  static final int HEIGHT = 20;

  private Written() {}

  static void picture(Path root, String... names) {
    for (String name : names) {
      Path file = root.resolve(name);
      byte[] pixels = new byte[3 * WIDTH * HEIGHT];
      Rng rng = Rng.of(1, name);
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (byte) rng.nextInt(256);
      }
      try {
        Files.createDirectories(file.getParent());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      PngFile.write(file, new RgbImage(WIDTH, HEIGHT, pixels));
    }
  }

  static void text(Path root, String name, String... lines) {
    Path file = root.resolve(name);
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static BoxLayout layout(Path root) {
    return BoxLayout.of(root, BoxLayout.Options.none());
  }

  /** {@code name: class left,top,right,bottom …} of each picture of a split. */
  static List<String> boxes(BoxLayout layout, String split) {
    BoxDataset data = layout.open(split);
    return java.util.stream.IntStream.range(0, data.size())
        .mapToObj(
            i -> {
              Sample<RgbImage, Boxes> sample = data.sample(i);
              return data.name(i)
                  + ": "
                  + sample.target().boxes().stream()
                      .map(box -> text(data, box))
                      .collect(Collectors.joining(" "));
            })
        .toList();
  }

  private static String text(BoxDataset data, Box box) {
    return data.classes().get(box.label())
        + " "
        + n(box.x1())
        + ","
        + n(box.y1())
        + ","
        + n(box.x2())
        + ","
        + n(box.y2())
        + (box.crowd() ? " crowd" : "")
        + (box.difficult() ? " difficult" : "")
        + (Math.abs(box.area() - box.width() * box.height()) > 1e-6
            ? " area " + n(box.area())
            : "");
  }

  private static String n(double value) {
    double rounded = Math.rint(value * 1000) / 1000;
    return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
  }
}
