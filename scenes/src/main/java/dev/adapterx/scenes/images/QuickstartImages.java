package dev.adapterx.scenes.images;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.PngFile;
import dev.adapterx.scenes.draw.ClaimedFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The small task that the quickstart trains on: ten everyday objects, such as a key or an umbrella,
 * 96 x 96 pixels, in clutter, partly hidden, in any colour and with any pattern, so that only the
 * outline is informative.
 *
 * <p>The images are a pure function of (seed, split, class, index), the same pixels on every
 * machine. They share no class with {@link FormulaImages}, and their colours and backgrounds are
 * drawn differently. Immutable and thread-safe.
 */
public final class QuickstartImages {
  /** The side of every image in pixels. */
  public static final int SIZE = 96;

  /** Images of different splits are drawn independently. */
  public enum Split {
    TRAIN,
    TEST;

    /** The name of the split's folder. */
    public String folder() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final long seed;
  private final Rng rng;

  public QuickstartImages(long seed) {
    this.seed = seed;
    this.rng = Rng.of(seed, "quickstart-images");
  }

  /** The classes' names in the order of their indices, which is also the alphabet's. */
  public static List<String> classNames() {
    return Arrays.stream(Silhouette.values()).map(Silhouette::word).toList();
  }

  /**
   * Computes one image.
   *
   * @param index any number; each gives another image of the class
   * @throws ConfigException when there is no such class
   */
  public RgbImage image(Split split, int classIndex, int index) {
    Silhouette[] things = Silhouette.values();
    if (classIndex < 0 || classIndex >= things.length) {
      throw new ConfigException(
          "There is no class "
              + classIndex
              + ": the quickstart images have the classes 0 to "
              + (things.length - 1));
    }
    return Scene.of(things[classIndex], SIZE, rng.at(split.folder()).at(classIndex).at(index));
  }

  /**
   * Writes the set as {@code train/CLASS/CLASS_0000.png …} and {@code test/…}, with a {@code
   * README.txt} that describes it. Images of the same set that are already there are kept, so an
   * interrupted run is resumed and a finished one costs nothing.
   *
   * @return number of images written; 0 when all were there
   * @throws ConfigException when a number per class is not in 1 … 100000
   * @throws DataException when the folder contains something else; it is left unchanged
   */
  public int writeTo(Path folder, int trainPerClass, int testPerClass) {
    ClaimedFolder.checkCount("training", "images", trainPerClass);
    ClaimedFolder.checkCount("test", "images", testPerClass);
    ClaimedFolder.claim(folder, readme(trainPerClass, testPerClass), "images");
    return write(folder, Split.TRAIN, trainPerClass) + write(folder, Split.TEST, testPerClass);
  }

  private int write(Path folder, Split split, int perClass) {
    int written = 0;
    for (int c = 0; c < Silhouette.values().length; c++) {
      String word = classNames().get(c);
      for (int i = 0; i < perClass; i++) {
        String name = String.format(Locale.ROOT, "%s_%04d.png", word, i);
        Path file = folder.resolve(split.folder()).resolve(word).resolve(name);
        if (!Files.exists(file)) {
          PngFile.write(file, image(split, c, i));
          written++;
        }
      }
    }
    return written;
  }

  private String readme(int trainPerClass, int testPerClass) {
    return """
        Adapter-X quickstart images

        %d x %d pixels, RGB, PNG.
        One folder per class in train/ (%d images each) and in test/ (%d images each).
        Classes: %s.

        Computed, not photographed, by dev.adapterx.scenes.images.QuickstartImages,
        version 2, seed %d.
        The same seed gives the same pixels on every machine. Free to use for any purpose.
        """
        .formatted(SIZE, SIZE, trainPerClass, testPerClass, String.join(", ", classNames()), seed);
  }
}
