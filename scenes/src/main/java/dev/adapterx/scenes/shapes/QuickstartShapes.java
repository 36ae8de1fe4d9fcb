package dev.adapterx.scenes.shapes;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.WholeFile;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.scenes.draw.ClaimedFolder;
import dev.adapterx.scenes.draw.Draw;
import dev.adapterx.scenes.images.QuickstartImages.Split;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The small task that the quickstart for point clouds trains on: ten everyday objects, such as a
 * chair or a tree, {@value #POINTS} points each, with any heading, noisy and often with a part
 * missing.
 *
 * <p>They are built like those of {@link FormulaShapes}, but every instance draws all its traits
 * anew, so that a class here is as varied as a whole family there; note this when pre-training on
 * one and testing on the other. Up is y; a cloud is centred at its mean and its farthest point has
 * distance 1. The clouds are a pure function of (seed, split, class, index), the same numbers on
 * every machine. Immutable and thread-safe.
 */
public final class QuickstartShapes {
  /** The number of points of every cloud. */
  public static final int POINTS = 1024;

  private static final Scan SCAN = new Scan(0.2, Math.PI, 0.6, 0.08);

  /** The classes, and the families whose shapes belong to them. */
  @SuppressWarnings("ImmutableEnumChecker") // its array is never written
  private enum Thing {
    CAR(ShapeFamily.CAR),
    CHAIR(ShapeFamily.CHAIR),
    HOUSE(ShapeFamily.HOUSE, ShapeFamily.CHURCH),
    LAMP(ShapeFamily.LAMP),
    PLANE(ShapeFamily.PLANE, ShapeFamily.BIPLANE),
    SHIP(ShapeFamily.SHIP, ShapeFamily.SAILER),
    SWORD(ShapeFamily.SWORD),
    TABLE(ShapeFamily.TABLE),
    TREE(ShapeFamily.TREE, ShapeFamily.CONIFER),
    VASE(ShapeFamily.VASE);

    private final ShapeFamily[] families;

    Thing(ShapeFamily... families) {
      this.families = families;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final long seed;
  private final Rng rng;

  public QuickstartShapes(long seed) {
    this.seed = seed;
    this.rng = Rng.of(seed, "quickstart-shapes");
  }

  /** The classes' names in the order of their indices, which is also the alphabet's. */
  public static List<String> classNames() {
    return Arrays.stream(Thing.values()).map(Thing::word).toList();
  }

  /**
   * Computes one cloud.
   *
   * @param index any number; each gives another cloud of the class
   * @return coordinates ({@value #POINTS}, 3)
   * @throws ConfigException when there is no such class
   */
  public PointCloud cloud(Split split, int classIndex, int index) {
    Thing[] things = Thing.values();
    if (classIndex < 0 || classIndex >= things.length) {
      throw new ConfigException(
          "There is no class "
              + classIndex
              + ": the quickstart shapes have the classes 0 to "
              + (things.length - 1));
    }
    Rng own = rng.at(split.folder()).at(classIndex).at(index);
    ShapeFamily family = Draw.one(own.at("family"), things[classIndex].families);
    return SCAN.of(family, new Genome(own.at("traits"), own.at("shape")), own, POINTS);
  }

  /**
   * Writes the set as {@code train/CLASS/CLASS_0000.ply …} and {@code test/…}, binary PLY, with a
   * {@code README.txt} that describes it. Clouds of the same set that are already there are kept,
   * so an interrupted run is resumed and a finished one costs nothing.
   *
   * @return number of clouds written; 0 when all were there
   * @throws ConfigException when a number per class is not in 1 … 100000
   * @throws DataException when the folder contains something else; it is left unchanged
   */
  public int writeTo(Path folder, int trainPerClass, int testPerClass) {
    ClaimedFolder.checkCount("training", "clouds", trainPerClass);
    ClaimedFolder.checkCount("test", "clouds", testPerClass);
    ClaimedFolder.claim(folder, readme(trainPerClass, testPerClass), "clouds");
    return write(folder, Split.TRAIN, trainPerClass) + write(folder, Split.TEST, testPerClass);
  }

  private int write(Path folder, Split split, int perClass) {
    int written = 0;
    for (int c = 0; c < Thing.values().length; c++) {
      String word = classNames().get(c);
      for (int i = 0; i < perClass; i++) {
        String name = String.format(Locale.ROOT, "%s_%04d.ply", word, i);
        Path file = folder.resolve(split.folder()).resolve(word).resolve(name);
        if (!Files.exists(file)) {
          byte[] bytes = ply(cloud(split, c, i));
          WholeFile.write(file, out -> out.write(bytes));
          written++;
        }
      }
    }
    return written;
  }

  private static byte[] ply(PointCloud cloud) {
    String header =
        """
        ply
        format binary_little_endian 1.0
        element vertex %d
        property float x
        property float y
        property float z
        end_header
        """
            .formatted(cloud.size());
    byte[] head = header.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer buffer = ByteBuffer.allocate(head.length + Float.BYTES * cloud.xyz().length);
    buffer.put(head).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(cloud.xyz());
    return buffer.array();
  }

  private String readme(int trainPerClass, int testPerClass) {
    return """
        Adapter-X quickstart shapes

        %d points each, binary PLY (x, y, z), y up, within the unit sphere.
        One folder per class in train/ (%d clouds each) and in test/ (%d clouds each).
        Classes: %s.

        Computed, not scanned, by dev.adapterx.scenes.shapes.QuickstartShapes,
        version 1, seed %d.
        The same seed gives the same points on every machine. Free to use for any purpose.
        """
        .formatted(POINTS, trainPerClass, testPerClass, String.join(", ", classNames()), seed);
  }
}
