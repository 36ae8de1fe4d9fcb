package dev.adapterx.train.input;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.images.FileDataset;
import dev.adapterx.data.images.ImageData;
import dev.adapterx.data.images.ImageFolder;
import dev.adapterx.data.images.Layout;
import dev.adapterx.data.images.PlainFolder;
import dev.adapterx.data.images.SplitFolders;
import dev.adapterx.data.sets.DataKind;
import dev.adapterx.infer.ImageInput;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.scenes.FormulaDataset;
import dev.adapterx.train.recipe.Augmentations;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.report.Section;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Images: folders, lists and formulas; decoded, resized, normalised. */
public final class ImageModality extends ClassModality<RgbImage> {
  private final ImageInput input;

  ImageModality(ImagePreprocessing p) {
    this.input = new ImageInput(p);
  }

  @Override
  public ImageInput input() {
    return input;
  }

  @Override
  public DataKind kind() {
    return DataKind.IMAGES;
  }

  @Override
  public Found<RgbImage> open(DataRecipe data, String split) {
    String path = data.requirePath();
    if (data.fewShot() != null) {
      throw new ConfigException(
          "data.few-shot is for point clouds; images have few-shot lists, whose names are splits");
    }
    if (FormulaDataset.namesImages(path)) {
      FormulaDataset<RgbImage> computed =
          FormulaDataset.images(path, split, input.preprocess().inputSize());
      return new Found<>(computed, computed.description());
    }
    try {
      ImageData found = ImageData.open(Path.of(path), split);
      return new Found<>(oriented(found.dataset(), found.layout(), data), found.description());
    } catch (DataException e) {
      throw explained(e, path);
    }
  }

  private static FileDataset oriented(FileDataset images, Layout layout, DataRecipe data) {
    boolean photographs = layout instanceof SplitFolders || layout instanceof PlainFolder;
    Boolean said = data.exifOrientation();
    return (said == null ? photographs : said) ? images.withExifOrientation() : images;
  }

  @Override
  public Dataset<RgbImage> measured(
      DataRecipe data, String split, boolean byDefault, List<String> classes) {
    String path = data.requirePath();
    if (FormulaDataset.namesImages(path)) {
      FormulaDataset<RgbImage> computed =
          FormulaDataset.images(path, split, input.preprocess().inputSize());
      ClassNames.requireSame(classes, "the run", computed.classes(), path);
      return computed;
    }
    try {
      Path root = Path.of(path);
      Layout layout = Layout.of(root);
      if (layout instanceof PlainFolder && (byDefault || split.equals(PlainFolder.ALL))) {
        return oriented(ImageFolder.open(root, classes), layout, data);
      }
      FileDataset images = layout.open(split);
      ClassNames.requireSame(classes, "the run", images.classes(), path);
      return oriented(images, layout, data);
    } catch (DataException e) {
      throw explained(e, path);
    }
  }

  @Override
  public Pipeline<RgbImage> training(DataRecipe data, int classes) {
    return Augmentations.pipeline(data, input.preprocess(), classes);
  }

  @Override
  public Section samples(
      Dataset<RgbImage> images, Shown.Choice chosen, @Nullable AdaptedModel model) {
    return ImageSamples.of(images, evaluation(), chosen, model);
  }
}
