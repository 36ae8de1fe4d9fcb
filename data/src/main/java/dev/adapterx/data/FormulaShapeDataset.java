package dev.adapterx.data;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.PointDataset;
import dev.adapterx.data.synthetic.shapes.FormulaShapes;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A data set that exists nowhere: point clouds computed from formulas when they are asked for.
 * Named {@code shapes:CLASSESxCLOUDS} where a folder would stand; the splits {@code train} and
 * {@code test} share the classes and no cloud.
 */
public final class FormulaShapeDataset implements PointDataset {
  private static final Pattern NAME = Pattern.compile("shapes:(\\d{1,6})x(\\d{1,6})");
  private static final long SEED = 0;
  private static final int FIRST_TEST_INSTANCE = 1_000_000;

  private final FormulaShapes shapes;
  private final List<String> classes;
  private final int perClass;
  private final int firstInstance;
  private final int points;

  private FormulaShapeDataset(int classes, int perClass, int firstInstance, int points) {
    this.shapes = new FormulaShapes(SEED, classes);
    this.classes = IntStream.range(0, classes).mapToObj(k -> shapes.family(k) + "-" + k).toList();
    this.perClass = perClass;
    this.firstInstance = firstInstance;
    this.points = points;
  }

  /** Whether a data set's path is a name of this kind. */
  public static boolean isNamed(String path) {
    return path.startsWith("shapes:");
  }

  /**
   * Opens a split.
   *
   * @param name {@code shapes:256x100}: 256 classes of 100 clouds; a test split has a tenth of
   *     that, at least one a class
   * @param split {@code train} or {@code test}
   * @param points how many points a cloud has
   * @throws ConfigException when the name, the split or the number of points is not of this form
   */
  public static FormulaShapeDataset open(String name, String split, int points) {
    Matcher m = NAME.matcher(name);
    if (!m.matches()) {
      throw new ConfigException(
          "data.path: expected shapes:CLASSESxCLOUDS such as shapes:256x100, found '" + name + "'");
    }
    if (points < 1 || points > FormulaShapes.MOST_POINTS) {
      throw new ConfigException(
          "Formula shapes have 1 to " + FormulaShapes.MOST_POINTS + " points, found " + points);
    }
    int classes = Integer.parseInt(m.group(1));
    int perClass = Math.max(1, Integer.parseInt(m.group(2)));
    if ((long) classes * perClass > Integer.MAX_VALUE) {
      throw new ConfigException(
          "data.path: " + name + " has more than " + Integer.MAX_VALUE + " clouds; ask for fewer");
    }
    return switch (split) {
      case "train" -> new FormulaShapeDataset(classes, perClass, 0, points);
      case "test" ->
          new FormulaShapeDataset(classes, Math.max(1, perClass / 10), FIRST_TEST_INSTANCE, points);
      default ->
          throw new ConfigException(
              "Formula shapes have the splits train and test, found '" + split + "'");
    };
  }

  @Override
  public int size() {
    return classes.size() * perClass;
  }

  @Override
  public int label(int i) {
    return i % classes.size();
  }

  @Override
  public String name(int i) {
    return classes.get(label(i)) + "/" + instance(i);
  }

  private int instance(int i) {
    return firstInstance + i / classes.size();
  }

  @Override
  public PointCloud sample(int i) {
    return shapes.cloud(label(i), instance(i), points);
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  /** What this is, for a log. */
  public String description() {
    return size()
        + " clouds of "
        + classes.size()
        + " classes, computed from formulas at "
        + points
        + " points";
  }
}
