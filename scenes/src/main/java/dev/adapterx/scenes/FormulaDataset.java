package dev.adapterx.scenes;

import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.images.ImageDataset;
import dev.adapterx.scenes.images.FormulaImages;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A data set without files: images computed from formulas on demand. Named {@code
 * formula:CLASSESxIMAGES} in place of a folder; the splits {@code train} and {@code test} share the
 * classes and no image.
 */
public final class FormulaDataset implements ImageDataset {
  private static final long SEED = 0;

  private final FormulaImages images;
  private final List<String> classes;
  private final FormulaSplit split;
  private final int size;

  private FormulaDataset(FormulaSplit split, int size) {
    this.images = new FormulaImages(SEED, split.classes());
    this.classes =
        IntStream.range(0, split.classes())
            .mapToObj(k -> images.family(k).name().toLowerCase(Locale.ROOT) + "-" + k)
            .toList();
    this.split = split;
    this.size = size;
  }

  /** Whether a data set's path is such a name. */
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
   * @throws dev.adapterx.base.ConfigException when the name or the split is not of this form
   */
  public static FormulaDataset open(String name, String split, int size) {
    return new FormulaDataset(FormulaSplit.of("formula", "images", name, split), size);
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
  public RgbImage sample(int i) {
    return images.image(label(i), split.instance(i), size);
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  /** A description for logs. */
  public String description() {
    return size()
        + " images of "
        + classes.size()
        + " classes, computed from formulas at "
        + size
        + " pixels";
  }
}
