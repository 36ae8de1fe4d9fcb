package dev.adapterx.scenes;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.clouds.PointDataset;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.scenes.shapes.FormulaShapes;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A data set without files: point clouds computed from formulas on demand. Named {@code
 * shapes:CLASSESxCLOUDS} in place of a folder; the splits {@code train} and {@code test} share the
 * classes and no cloud.
 */
public final class FormulaShapeDataset implements PointDataset {
  private static final long SEED = 0;

  private final FormulaShapes shapes;
  private final List<String> classes;
  private final FormulaSplit split;
  private final int points;

  private FormulaShapeDataset(FormulaSplit split, int points) {
    this.shapes = new FormulaShapes(SEED, split.classes());
    this.classes =
        IntStream.range(0, split.classes()).mapToObj(k -> shapes.family(k) + "-" + k).toList();
    this.split = split;
    this.points = points;
  }

  /** Whether a data set's path is such a name. */
  public static boolean isNamed(String path) {
    return path.startsWith("shapes:");
  }

  /**
   * Opens a split.
   *
   * @param name {@code shapes:256x100}: 256 classes of 100 clouds; a test split has a tenth of
   *     that, at least one a class
   * @param split {@code train} or {@code test}
   * @param points number of points of a cloud
   * @throws ConfigException when the name, the split or the number of points is not of this form
   */
  public static FormulaShapeDataset open(String name, String split, int points) {
    if (points < 1 || points > FormulaShapes.MOST_POINTS) {
      throw new ConfigException(
          "Formula shapes have 1 to " + FormulaShapes.MOST_POINTS + " points, found " + points);
    }
    return new FormulaShapeDataset(FormulaSplit.of("shapes", "clouds", name, split), points);
  }

  @Override
  public int size() {
    return split.size();
  }

  @Override
  public int label(int i) {
    return split.label(i);
  }

  @Override
  public String name(int i) {
    return classes.get(label(i)) + "/" + split.instance(i);
  }

  @Override
  public PointCloud sample(int i) {
    return shapes.cloud(label(i), split.instance(i), points);
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  /** A description for logs. */
  public String description() {
    return size()
        + " clouds of "
        + classes.size()
        + " classes, computed from formulas at "
        + points
        + " points";
  }
}
