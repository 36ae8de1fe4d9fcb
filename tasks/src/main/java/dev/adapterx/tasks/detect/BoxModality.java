package dev.adapterx.tasks.detect;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.Sample;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.images.PlainFolder;
import dev.adapterx.data.sets.DataKind;
import dev.adapterx.data.targets.Boxes;
import dev.adapterx.dense.boxes.BoxDataset;
import dev.adapterx.dense.boxes.BoxLayout;
import dev.adapterx.dense.detect.BoxScores;
import dev.adapterx.dense.detect.Detection;
import dev.adapterx.dense.picture.BoxPipeline;
import dev.adapterx.dense.picture.Tiles;
import dev.adapterx.infer.ImageInput;
import dev.adapterx.model.Backbone;
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

/** Pictures with boxes around objects. */
public final class BoxModality extends Modality<Sample<RgbImage, Boxes>> {
  private final Backbone backbone;
  private final ImageInput input;
  private final int side;
  private final BoxHeadKeys head;
  private final BoxKeys boxes;

  /** Layouts that were found, by place: reading them may take a while. */
  private final Map<String, BoxLayout> layouts = new ConcurrentHashMap<>();

  BoxModality(
      Backbone backbone, ImagePreprocessing preprocessing, BoxHeadKeys head, BoxKeys boxes) {
    this.backbone = backbone;
    this.input = new ImageInput(preprocessing);
    this.side = preprocessing.inputSize();
    this.head = head;
    this.boxes = boxes;
    Tiles.requireUseful(side, boxes.tile());
  }

  @Override
  public ImageInput input() {
    return input;
  }

  @Override
  public DataKind kind() {
    return DataKind.IMAGES;
  }

  private BoxLayout layout(DataRecipe data) {
    String path = data.requirePath();
    if (data.fewShot() != null) {
      throw new ConfigException(
          "data.few-shot is for point clouds; a detection has splits of its pictures");
    }
    return layouts.computeIfAbsent(path, key -> BoxLayout.of(Path.of(key), boxes.options()));
  }

  @Override
  public Found<Sample<RgbImage, Boxes>> open(DataRecipe data, String split) {
    BoxLayout layout = layout(data);
    return new Found<>(
        opened(layout, data, split), layout.description(split), () -> layout.leftOut(split));
  }

  @Override
  public String target(DataRecipe data) {
    return boxes.options().classes() == null
        ? "a box that is to be found"
        : "a box of data.boxes.classes that is to be found";
  }

  private static BoxDataset opened(BoxLayout layout, DataRecipe data, String split) {
    Boolean said = data.exifOrientation();
    return layout.open(split).withExifOrientation(said == null ? layout.photographs() : said);
  }

  @Override
  public Dataset<Sample<RgbImage, Boxes>> measured(
      DataRecipe data, String split, boolean byDefault, List<String> classes) {
    BoxLayout layout = layout(data);
    if (layout.partial()) {
      throw new ConfigException(
          layout.root()
              + ": of each picture only some classes are marked (LVIS), so that average precision"
              + " would count right boxes as wrong; evaluate with data that are marked whole");
    }
    boolean whole = byDefault && layout.splits().equals(List.of(PlainFolder.ALL));
    BoxDataset found = opened(layout, data, whole ? PlainFolder.ALL : split);
    ClassNames.requireSame(classes, "the run", found.classes(), data.requirePath());
    return found;
  }

  @Override
  public Pipeline<Sample<RgbImage, Boxes>> training(DataRecipe data, int classes) {
    if (data.mixup() > 0 || data.cutmix() > 0) {
      throw new ConfigException(
          "data.mixup and data.cutmix mix classes of whole pictures; leave them at 0 for a"
              + " detection");
    }
    return BoxPipeline.training(
        side, boxes.tile(), input.preprocess().normalisation(), boxes.augment(data.augment()));
  }

  @Override
  public Pipeline<Sample<RgbImage, Boxes>> evaluation() {
    return BoxPipeline.evaluation(side, boxes.tile(), input.preprocess().normalisation());
  }

  @Override
  public Pipeline<Sample<RgbImage, Boxes>> examples() {
    return BoxPipeline.training(
        side, boxes.tile(), input.preprocess().normalisation(), boxes.augment("none"));
  }

  @Override
  public Detection task(Recipe recipe, Dataset<Sample<RgbImage, Boxes>> train) {
    if (recipe.train().labelSmoothing() > 0) {
      throw new ConfigException(
          "train.label-smoothing is for classes of which each sample has one; set it to 0 for a"
              + " detection");
    }
    return Detection.of(train.classes(), head.form(), backbone, boxes.tile());
  }

  @Override
  public List<Section> results(
      Scores scores, Dataset<Sample<RgbImage, Boxes>> data, AdaptedModel model) {
    BoxScores measured = (BoxScores) scores;
    List<String> labels = model.task().labels();
    List<Section> sections = new ArrayList<>(BoxSamples.of(measured, data, model));
    sections.add(PrecisionBars.of(measured, labels));
    sections.add(PrecisionCurves.of(measured, labels));
    sections.add(BalanceCurves.of(measured, labels));
    return sections;
  }
}
