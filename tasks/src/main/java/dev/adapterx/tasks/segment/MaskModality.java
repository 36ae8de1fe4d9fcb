package dev.adapterx.tasks.segment;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.Sample;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.images.PlainFolder;
import dev.adapterx.data.sets.DataKind;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.layout.MaskDataset;
import dev.adapterx.dense.layout.MaskLayout;
import dev.adapterx.dense.layout.MaskShares;
import dev.adapterx.dense.picture.MaskPipeline;
import dev.adapterx.dense.segment.PixelScores;
import dev.adapterx.dense.segment.Segmentation;
import dev.adapterx.infer.ImageInput;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Scores;
import dev.adapterx.train.input.Modality;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.report.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Pictures with a class for every pixel. */
public final class MaskModality extends Modality<Sample<RgbImage, ClassMask>> {
  private final ImageInput input;
  private final int side;

  /** Layouts that were found, by place: reading them may take a while. */
  private final Map<String, MaskLayout> layouts = new ConcurrentHashMap<>();

  private final PixelKeys head;
  private final MaskKeys masks;

  MaskModality(ImagePreprocessing preprocessing, PixelKeys head, MaskKeys masks) {
    this.head = head;
    this.masks = masks;
    this.input = new ImageInput(preprocessing);
    this.side = preprocessing.inputSize();
  }

  @Override
  public ImageInput input() {
    return input;
  }

  @Override
  public DataKind kind() {
    return DataKind.IMAGES;
  }

  private MaskLayout layout(DataRecipe data) {
    String path = data.requirePath();
    if (data.fewShot() != null) {
      throw new ConfigException(
          "data.few-shot is for point clouds; a segmentation has splits of its pictures");
    }
    return layouts.computeIfAbsent(path, key -> MaskLayout.of(Path.of(key), masks.options()));
  }

  @Override
  public Found<Sample<RgbImage, ClassMask>> open(DataRecipe data, String split) {
    MaskLayout layout = layout(data);
    return new Found<>(
        opened(layout, data, split), layout.description(split), () -> layout.leftOut(split));
  }

  @Override
  public String target(DataRecipe data) {
    return "a pixel of a class; no class have " + layout(data).code().ignoredText();
  }

  private static MaskDataset opened(MaskLayout layout, DataRecipe data, String split) {
    Boolean said = data.exifOrientation();
    return layout.open(split).withExifOrientation(said == null ? layout.photographs() : said);
  }

  @Override
  public Dataset<Sample<RgbImage, ClassMask>> measured(
      DataRecipe data, String split, boolean byDefault, List<String> classes) {
    MaskLayout layout = layout(data);
    boolean whole = byDefault && layout.splits().equals(List.of(PlainFolder.ALL));
    MaskDataset found = opened(layout, data, whole ? PlainFolder.ALL : split);
    ClassNames.requireSame(classes, "the run", found.classes(), data.requirePath());
    return found;
  }

  @Override
  public Pipeline<Sample<RgbImage, ClassMask>> training(DataRecipe data, int classes) {
    if (data.mixup() > 0 || data.cutmix() > 0) {
      throw new ConfigException(
          "data.mixup and data.cutmix mix classes of whole pictures; leave them at 0 for a"
              + " segmentation");
    }
    return MaskPipeline.training(
        side, input.preprocess().normalisation(), masks.augment(data.augment()));
  }

  @Override
  public Pipeline<Sample<RgbImage, ClassMask>> evaluation() {
    return MaskPipeline.evaluation(side, input.preprocess().normalisation());
  }

  @Override
  public Pipeline<Sample<RgbImage, ClassMask>> examples() {
    return training(DataRecipe.defaults(), 0);
  }

  @Override
  public Segmentation task(Recipe recipe, Dataset<Sample<RgbImage, ClassMask>> train) {
    MaskLayout layout = layout(recipe.data());
    boolean weighted = head.classWeights() == PixelKeys.ClassWeights.FREQUENCY;
    List<Double> weights =
        weighted
            ? MaskShares.of(opened(layout, recipe.data(), recipe.data().train())).weights()
            : List.of();
    return new Segmentation(
        train.classes(), head.form(), side, weights, head.dice(), layout.code().palette());
  }

  @Override
  public List<Section> results(
      Scores scores, Dataset<Sample<RgbImage, ClassMask>> data, AdaptedModel model) {
    PixelScores measured = (PixelScores) scores;
    List<Section> sections = new ArrayList<>();
    sections.addAll(MaskSamples.of(measured, data, model));
    sections.addAll(MaskSamples.figures(measured, model.task().labels()));
    return sections;
  }
}
