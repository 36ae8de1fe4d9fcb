package dev.adapterx.scenes.images;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.scenes.draw.Draw;
import java.util.ArrayList;
import java.util.List;

/**
 * Labelled images computed from formulas, to pre-train a backbone without photographs.
 *
 * <p>A class is a formula with its parameters, an instance everything else: pose, colours,
 * background, light, blur and grain. Four families take turns over the class indices ({@code index
 * mod 4}), so that any number of classes is balanced:
 *
 * <ul>
 *   <li>{@link Family#FRACTAL} attractors of affine maps (FractalDB: Kataoka et al., "Pre-training
 *       without Natural Images", <a href="https://arxiv.org/abs/2101.08515">arXiv:2101.08515</a>),
 *   <li>{@link Family#CONTOUR} nested radial polygons (Kataoka et al., "Replacing Labeled
 *       Real-image Datasets with Auto-generated Contours", <a
 *       href="https://arxiv.org/abs/2206.09132">arXiv:2206.09132</a>),
 *   <li>{@link Family#TEXTURE} gratings, band-limited noise, cells and warped sines,
 *   <li>{@link Family#ARRANGEMENT} several shapes of a kind in a layout.
 * </ul>
 *
 * <p>The images are a pure function of (seed, class, instance, size), the same bytes on every
 * machine; class k does not depend on how many classes there are. The size only sets the
 * resolution, except for grain and blur, which are per pixel. Instances are mirrored where that
 * keeps the class; a mirrored texture may belong to another class, so train without flips.
 * Immutable and thread-safe.
 */
public final class FormulaImages {
  /** The largest number of classes: four times the number of distinct arrangements. */
  public static final int MOST_CLASSES = 4 * Arrangement.all().size();

  private static final int SMALLEST = 8;
  private static final int LARGEST = 1024;

  /** The kind of a class's formula. */
  public enum Family {
    FRACTAL,
    CONTOUR,
    TEXTURE,
    ARRANGEMENT
  }

  private final Rng images;
  private final List<Formula> formulas;

  /**
   * Draws the classes' formulas.
   *
   * @throws ConfigException when {@code classes} is not in 1 … {@link #MOST_CLASSES}
   */
  public FormulaImages(long seed, int classes) {
    if (classes < 1 || classes > MOST_CLASSES) {
      throw new ConfigException(
          "Formula images come in 1 to " + MOST_CLASSES + " classes, found " + classes);
    }
    Rng rng = Rng.of(seed, "formula-images");
    this.images = rng.at("image");
    this.formulas = formulas(rng.at("class"), classes);
  }

  public int classes() {
    return formulas.size();
  }

  public Family family(int classIndex) {
    return Family.values()[checked(classIndex) % Family.values().length];
  }

  /** The formula of a class with its parameters, as readable text. */
  public String description(int classIndex) {
    return formulas.get(checked(classIndex)).toString();
  }

  /**
   * Computes one image.
   *
   * @param instance any number; each gives another image of the class
   * @param size side in pixels, 8 … 1024
   * @throws ConfigException when there is no such class or size
   */
  public RgbImage image(int classIndex, int instance, int size) {
    if (size < SMALLEST || size > LARGEST) {
      throw new ConfigException(
          "Formula images are " + SMALLEST + " to " + LARGEST + " pixels wide, found " + size);
    }
    Formula formula = formulas.get(checked(classIndex));
    Rng rng = images.at(classIndex).at(instance);
    Canvas canvas = new Canvas(size);
    formula.paint(canvas, rng.at("formula"));
    finish(canvas, rng.at("finish"));
    return canvas.image();
  }

  private static void finish(Canvas canvas, Rng rng) {
    if (Draw.chance(rng, 0.3)) {
      canvas.light(Field.ramp(rng), Draw.uniform(rng, 0, 0.4));
    }
    if (Draw.chance(rng, 0.2)) {
      canvas.blur();
    }
    if (Draw.chance(rng, 0.5)) {
      canvas.grain(rng, Draw.uniform(rng, 0, 0.07));
    }
  }

  private static List<Formula> formulas(Rng rng, int classes) {
    List<Arrangement> arrangements = Arrangement.all();
    int[] order = rng.at("arrangements").permutation(arrangements.size());
    List<Formula> formulas = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      int ordinal = c / Family.values().length;
      Rng own = rng.at(c);
      formulas.add(
          switch (Family.values()[c % Family.values().length]) {
            case FRACTAL -> Fractal.draw(own);
            case CONTOUR -> RadialContour.draw(own);
            case TEXTURE -> Texture.draw(own, ordinal);
            case ARRANGEMENT -> arrangements.get(order[ordinal]);
          });
    }
    return List.copyOf(formulas);
  }

  private int checked(int classIndex) {
    if (classIndex < 0 || classIndex >= formulas.size()) {
      throw new ConfigException(
          "There is no class "
              + classIndex
              + ": these formula images have the classes 0 to "
              + (formulas.size() - 1));
    }
    return classIndex;
  }
}
