package dev.adapterx.tasks.detect;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.images.Layout;
import dev.adapterx.data.sets.DataKind;
import dev.adapterx.dense.boxes.BoxLayout;
import dev.adapterx.dense.boxes.BoxReport;
import dev.adapterx.dense.detect.BoxScores;
import dev.adapterx.dense.detect.Detection;
import dev.adapterx.dense.detect.Detector;
import dev.adapterx.dense.picture.BoxAugment;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Scores;
import dev.adapterx.train.card.CardKind;
import dev.adapterx.train.card.CardResult;
import dev.adapterx.train.input.DataVerdict;
import dev.adapterx.train.input.Measured;
import dev.adapterx.train.input.Modality;
import dev.adapterx.train.input.PredictionWriter;
import dev.adapterx.train.input.TrainableTask;
import dev.adapterx.train.recipe.TaskRecipe;
import dev.adapterx.train.recipe.UnsaidKeys;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Detection in pictures: {@code task: detection}, {@code data.boxes}. */
public final class DetectionTask implements TrainableTask {
  /** A whole number of patches of 8, 14, 16, 28 and 32 pixels. */
  private static final int SIDE = 448;

  /** Of the backbone that ships with the library, which was trained on 64 pixels. */
  private static final int SMALL_SIDE = 160;

  private static final double LR = 0.001;

  @Override
  public String name() {
    return Detection.NAME;
  }

  @Override
  public Map<String, Record> heads() {
    return Map.of(BoxHeadKeys.KIND, BoxHeadKeys.defaults());
  }

  @Override
  public String dataKey() {
    return "boxes";
  }

  @Override
  public Record dataDefaults() {
    return BoxKeys.defaults();
  }

  @Override
  public List<String> augmentations() {
    return BoxAugment.PRESETS;
  }

  @Override
  public String samples() {
    return "pictures with boxes";
  }

  @Override
  public DataKind kind() {
    return DataKind.IMAGES;
  }

  @Override
  public boolean recognises(Path root) {
    return BoxLayout.recognises(root);
  }

  @Override
  public Place place(Path root, TaskRecipe.Own settings) {
    BoxLayout layout = BoxLayout.of(root, ((BoxKeys) settings.data()).options());
    return new Place(
        layout.description(),
        layout.photographs(),
        layout.splits(),
        layout.split(Layout.Role.TRAIN).orElse(null),
        layout.split(Layout.Role.VALIDATION).orElse(null),
        layout.split(Layout.Role.TEST).orElse(null),
        layout::open);
  }

  @Override
  public Modality<?> modality(Backbone backbone, TaskRecipe.Own settings) {
    return new BoxModality(
        backbone, images(backbone), (BoxHeadKeys) settings.head(), (BoxKeys) settings.data());
  }

  private static ImagePreprocessing images(Backbone backbone) {
    if (backbone.preprocessing() instanceof ImagePreprocessing images) {
      return images;
    }
    throw new ConfigException(
        "task: a detection is of objects in pictures; the backbone is a point transformer, which"
            + " takes point clouds. Name a vision transformer by backbone.path");
  }

  @Override
  public Detection counted(Backbone backbone, List<String> classes, TaskRecipe.Own settings) {
    images(backbone);
    return Detection.of(
        classes,
        ((BoxHeadKeys) settings.head()).form(),
        backbone,
        ((BoxKeys) settings.data()).tile());
  }

  /** Pictures larger than those a class is told from, at a scale drawn anew. */
  @Override
  public List<String> fit(UnsaidKeys recipe, String method, @Nullable Double lr) {
    String size =
        recipe.inputSize(SMALL_SIDE, SIDE, ", pictures seen with %d pixels (backbone.input-size)");
    recipe.set("data", "augment", "dense");
    recipe.set("train", "lr", lr == null || method.equals("full") ? lr : Double.valueOf(LR));
    return List.of("task: detection" + size);
  }

  @Override
  public Measured measured(Measured.Facts facts) {
    return new BoxMeasurement(facts);
  }

  @Override
  public CardResult card(Scores scores, String data, String split, String when) {
    return new MeasuredBoxes(data, split, (BoxScores) scores, when);
  }

  @Override
  public CardKind cardKind() {
    return new CardKind("objects", "object-detection", true, "photo.jpg");
  }

  @Override
  public String use() {
    return "Finds objects in other pictures:";
  }

  @Override
  public PredictionWriter writer(AdaptedModel model, boolean exifOrientation) {
    return new BoxWriter(Detector.of(model).withExifOrientation(exifOrientation));
  }

  @Override
  public DataVerdict check(Path root, TaskRecipe.Own settings) {
    BoxReport report = BoxReport.of(root, ((BoxKeys) settings.data()).options());
    return new DataVerdict(report.json(), report.text(), report.sound());
  }
}
