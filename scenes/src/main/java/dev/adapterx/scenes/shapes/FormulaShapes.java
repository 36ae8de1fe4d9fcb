package dev.adapterx.scenes.shapes;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.points.PointCloud;
import java.util.Locale;

/**
 * Labelled point clouds computed from formulas, to pre-train a point transformer without scans, in
 * the spirit of Yamada et al., "Point Cloud Pre-training with Natural 3D Structures" (CVPR 2022),
 * who draw fractals; here most families are objects: furniture, vehicles, creatures, buildings.
 *
 * <p>A class is a family of shapes with one draw of its traits: the number of legs, wings or
 * floors, their kind and their typical sizes. An instance varies the sizes, draws poses, is
 * stretched and rotated a little about y, and is sampled evenly over its visible surface with a
 * little noise. The families take turns over the class indices, so that any number of classes is
 * balanced.
 *
 * <p>Up is y. A cloud is centred at its mean, its farthest point has distance 1, and its points are
 * in random order. The clouds are a pure function of (seed, class, instance, points), the same
 * numbers on every machine; class k does not depend on how many classes there are. Immutable and
 * thread-safe.
 */
public final class FormulaShapes {
  /** The largest number of classes. */
  public static final int MOST_CLASSES = 100_000;

  /** The largest number of points of a cloud. */
  public static final int MOST_POINTS = 1 << 20;

  private static final Scan SCAN = new Scan(0.1, 0.26, 0.1, 0.02);

  private final Rng classStreams;
  private final Rng instanceStreams;
  private final int classes;

  /**
   * Sets up the random streams; clouds are computed on demand.
   *
   * @throws ConfigException when {@code classes} is not in 1 … {@link #MOST_CLASSES}
   */
  public FormulaShapes(long seed, int classes) {
    if (classes < 1 || classes > MOST_CLASSES) {
      throw new ConfigException(
          "Formula shapes come in 1 to " + MOST_CLASSES + " classes, found " + classes);
    }
    Rng rng = Rng.of(seed, "formula-shapes");
    this.classStreams = rng.at("class");
    this.instanceStreams = rng.at("instance");
    this.classes = classes;
  }

  public int classes() {
    return classes;
  }

  /** The family of a class, such as {@code table}; several classes share one. */
  public String family(int classIndex) {
    return familyOf(classIndex).name().toLowerCase(Locale.ROOT);
  }

  /**
   * Computes one cloud.
   *
   * @param instance any number; each gives another instance of the class
   * @param points number of points, 1 … {@link #MOST_POINTS}
   * @return coordinates (points, 3)
   * @throws ConfigException when there is no such class or number of points
   */
  public PointCloud cloud(int classIndex, int instance, int points) {
    ShapeFamily family = familyOf(classIndex);
    if (points < 1 || points > MOST_POINTS) {
      throw new ConfigException(
          "Formula shapes have 1 to " + MOST_POINTS + " points, found " + points);
    }
    Rng own = instanceStreams.at(classIndex).at(instance);
    Genome genome = new Genome(classStreams.at(classIndex), own.at("shape"));
    return SCAN.of(family, genome, own, points);
  }

  private ShapeFamily familyOf(int classIndex) {
    if (classIndex < 0 || classIndex >= classes) {
      throw new ConfigException(
          "There is no class "
              + classIndex
              + ": these formula shapes have the classes 0 to "
              + (classes - 1));
    }
    ShapeFamily[] families = ShapeFamily.values();
    return families[classIndex % families.length];
  }
}
