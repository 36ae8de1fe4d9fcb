package dev.adapterx.train.input;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.image.Filter;
import dev.adapterx.data.image.Normalisation;
import dev.adapterx.data.image.Preprocess;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.images.FileDataset;
import dev.adapterx.data.images.ImageData;
import dev.adapterx.data.images.ImageFolder;
import dev.adapterx.data.images.ImagePipeline;
import dev.adapterx.data.images.Layout;
import dev.adapterx.data.images.PlainFolder;
import dev.adapterx.data.images.SplitFolders;
import dev.adapterx.data.sets.DataKind;
import dev.adapterx.model.ImagePreprocessing;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.scenes.FormulaDataset;
import dev.adapterx.train.recipe.Augmentations;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.report.Section;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Images: folders, lists and formulas; decoded, resized, normalised. */
public final class ImageModality extends Modality<RgbImage> {
  private final Preprocess preprocess;
  private final String normalisation;

  ImageModality(ImagePreprocessing p) {
    this.preprocess =
        new Preprocess(
            p.inputSize(),
            p.crop() == ImagePreprocessing.Crop.SQUASH
                ? Preprocess.Mode.DIRECT
                : Preprocess.Mode.CROP,
            p.cropPct(),
            Filter.valueOf(p.interpolation().toUpperCase(Locale.ROOT)),
            new Normalisation(floats(p.mean()), floats(p.std())));
    this.normalisation = p.normalisation();
  }

  private static List<Float> floats(List<Double> values) {
    return values.stream().map(Double::floatValue).toList();
  }

  @Override
  public String noun() {
    return "images";
  }

  @Override
  public boolean isKnown(Path file) {
    return ImageFolder.isImage(file);
  }

  @Override
  public String taker() {
    return "The backbone is a vision transformer, which takes images";
  }

  @Override
  public DataKind kind() {
    return DataKind.IMAGES;
  }

  @Override
  public String normalisation() {
    return normalisation;
  }

  @Override
  public Found<RgbImage> open(DataRecipe data, String split) {
    String path = data.requirePath();
    if (data.fewShot() != null) {
      throw new ConfigException(
          "data.few-shot is for point clouds; images have few-shot lists, whose names are splits");
    }
    if (FormulaDataset.isNamed(path)) {
      FormulaDataset computed = FormulaDataset.open(path, split, preprocess.inputSize());
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
    if (FormulaDataset.isNamed(path)) {
      FormulaDataset computed = FormulaDataset.open(path, split, preprocess.inputSize());
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
  public Dataset<RgbImage> files(List<Path> files, List<String> classes, DataRecipe data) {
    List<FileDataset.Sample> samples =
        files.stream()
            .map(f -> new FileDataset.Sample(f, f.toString(), Dataset.UNLABELLED))
            .toList();
    return new FileDataset(samples, classes, 0, data.turnsFiles());
  }

  @Override
  public Pipeline<RgbImage> training(DataRecipe data, int classes) {
    return Augmentations.pipeline(data, preprocess, classes);
  }

  @Override
  public Pipeline<RgbImage> evaluation() {
    return ImagePipeline.plain(
        preprocess.inputSize(), preprocess.geometry(), preprocess::normalise);
  }

  @Override
  public Section samples(
      Dataset<RgbImage> images, Shown.Choice chosen, @Nullable AdaptedModel model) {
    return ImageSamples.of(images, evaluation(), chosen, model);
  }
}
