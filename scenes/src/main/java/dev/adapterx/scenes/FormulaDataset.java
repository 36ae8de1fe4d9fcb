package dev.adapterx.scenes;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.scenes.images.FormulaImages;
import dev.adapterx.scenes.shapes.FormulaShapes;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A data set without files: images or point clouds computed from formulas on demand. It is named
 * {@code formula:CLASSESxIMAGES} or {@code shapes:CLASSESxCLOUDS} in place of a folder; the splits
 * {@code train} and {@code test} share the classes and no sample.
 *
 * @param <S> the kind of sample
 */
public final class FormulaDataset<S> implements Dataset<S> {
  private static final String IMAGES = "formula";
  private static final String CLOUDS = "shapes";
  private static final long SEED = 0;

  /** Computes a sample of a class by its number within the class. */
  private interface Generator<S> {
    S sample(int label, int instance);
  }

  private final FormulaSplit split;
  private final List<String> classes;
  private final Generator<S> generator;
  private final String what;

  private FormulaDataset(
      FormulaSplit split, IntFunction<String> className, Generator<S> generator, String what) {
    this.split = split;
    this.classes = IntStream.range(0, split.classes()).mapToObj(className).toList();
    this.generator = generator;
    this.what = what;
  }

  /** Whether a data set's path names computed images. */
  public static boolean namesImages(String path) {
    return path.startsWith(IMAGES + ":");
  }

  /** Whether a data set's path names computed clouds. */
  public static boolean namesClouds(String path) {
    return path.startsWith(CLOUDS + ":");
  }

  /**
   * Opens a split of images.
   *
   * @param name {@code formula:256x100}: 256 classes of 100 images; a test split has a tenth of
   *     that, at least one per class
   * @param split {@code train} or {@code test}
   * @param size side of the images in pixels
   * @throws ConfigException when the name or the split is not of this form
   */
  public static FormulaDataset<RgbImage> images(String name, String split, int size) {
    FormulaSplit of = FormulaSplit.of(IMAGES, "images", name, split);
    FormulaImages images = new FormulaImages(SEED, of.classes());
    return new FormulaDataset<>(
        of,
        k -> images.family(k).name().toLowerCase(Locale.ROOT) + "-" + k,
        (label, instance) -> images.image(label, instance, size),
        "images of %d classes, computed from formulas at %d pixels".formatted(of.classes(), size));
  }

  /**
   * Opens a split of clouds.
   *
   * @param name {@code shapes:256x100}: 256 classes of 100 clouds; a test split has a tenth of
   *     that, at least one per class
   * @param split {@code train} or {@code test}
   * @param points number of points of a cloud
   * @throws ConfigException when the name, the split or the number of points is not of this form
   */
  public static FormulaDataset<PointCloud> clouds(String name, String split, int points) {
    if (points < 1 || points > FormulaShapes.MOST_POINTS) {
      throw new ConfigException(
          "Formula shapes have 1 to " + FormulaShapes.MOST_POINTS + " points, found " + points);
    }
    FormulaSplit of = FormulaSplit.of(CLOUDS, "clouds", name, split);
    FormulaShapes shapes = new FormulaShapes(SEED, of.classes());
    return new FormulaDataset<>(
        of,
        k -> shapes.family(k) + "-" + k,
        (label, instance) -> shapes.cloud(label, instance, points),
        "clouds of %d classes, computed from formulas at %d points"
            .formatted(of.classes(), points));
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
  public S sample(int i) {
    return generator.sample(label(i), split.instance(i));
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  /** A description for logs. */
  public String description() {
    return size() + " " + what;
  }
}
