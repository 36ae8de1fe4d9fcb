package dev.adapterx.data;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.synthetic.FormulaImages;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A data set that exists nowhere: images computed from formulas when they are asked for. Named
 * {@code formula:CLASSESxIMAGES} where a folder would stand; the splits {@code train} and {@code
 * test} share the classes and no image.
 */
public final class FormulaDataset implements ImageDataset {
  private static final Pattern NAME = Pattern.compile("formula:(\\d{1,6})x(\\d{1,6})");
  private static final long SEED = 0;
  private static final int FIRST_TEST_INSTANCE = 1_000_000;

  private final FormulaImages images;
  private final List<String> classes;
  private final int perClass;
  private final int firstInstance;
  private final int size;

  private FormulaDataset(int classes, int perClass, int firstInstance, int size) {
    this.images = new FormulaImages(SEED, classes);
    this.classes =
        IntStream.range(0, classes)
            .mapToObj(k -> images.family(k).name().toLowerCase(Locale.ROOT) + "-" + k)
            .toList();
    this.perClass = perClass;
    this.firstInstance = firstInstance;
    this.size = size;
  }

  /** Whether a data set's path is a name of this kind. */
  public static boolean isNamed(String path) {
    return path.startsWith("formula:");
  }

  /**
   * Opens a split.
   *
   * @param name {@code formula:256x100}: 256 classes of 100 images; a test split has a tenth of
   *     that, at least one a class
   * @param split {@code train} or {@code test}
   * @param size side of the images in pixels
   * @throws ConfigException when the name or the split is not of this form
   */
  public static FormulaDataset open(String name, String split, int size) {
    Matcher m = NAME.matcher(name);
    if (!m.matches()) {
      throw new ConfigException(
          "data.path: expected formula:CLASSESxIMAGES such as formula:256x100, found '"
              + name
              + "'");
    }
    int classes = Integer.parseInt(m.group(1));
    int perClass = Integer.parseInt(m.group(2));
    return switch (split) {
      case "train" -> new FormulaDataset(classes, Math.max(1, perClass), 0, size);
      case "test" ->
          new FormulaDataset(classes, Math.max(1, perClass / 10), FIRST_TEST_INSTANCE, size);
      default ->
          throw new ConfigException(
              "Formula images have the splits train and test, found '" + split + "'");
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
  public RgbImage sample(int i) {
    return images.image(label(i), instance(i), size);
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  /** What this is, for a log. */
  public String description() {
    return size()
        + " images of "
        + classes.size()
        + " classes, computed from formulas at "
        + size
        + " pixels";
  }
}
