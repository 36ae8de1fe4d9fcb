package dev.adapterx.tasks.segment;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.images.Layout;
import dev.adapterx.data.sets.DataKind;
import dev.adapterx.dense.layout.MaskLayout;
import dev.adapterx.dense.layout.MaskReport;
import dev.adapterx.dense.picture.MaskAugment;
import dev.adapterx.dense.segment.PixelScores;
import dev.adapterx.dense.segment.Segmentation;
import dev.adapterx.dense.segment.Segmenter;
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

/** Segmentation of pictures: {@code task: segmentation}, {@code data.masks}. */
public final class SegmentationTask implements TrainableTask {
  /** A whole number of patches of 8, 12, 14, 16, 24 and 28 pixels. */
  private static final int SIDE = 336;

  /** Of the backbone that ships with the library, which was trained on 64 pixels. */
  private static final int SMALL_SIDE = 128;

  /** CamVid on val, four and six epochs: 0.001 41.8, 0.003 42.3 and 44.2, 0.01 46.3 and 46.5 %. */
  private static final double LR = 0.005;

  @Override
  public String name() {
    return Segmentation.NAME;
  }

  @Override
  public Map<String, Record> heads() {
    return Map.of(PixelKeys.KIND, PixelKeys.defaults());
  }

  @Override
  public String dataKey() {
    return "masks";
  }

  @Override
  public Record dataDefaults() {
    return MaskKeys.defaults();
  }

  @Override
  public List<String> augmentations() {
    return MaskAugment.PRESETS;
  }

  @Override
  public String samples() {
    return "pictures with masks";
  }

  @Override
  public DataKind kind() {
    return DataKind.IMAGES;
  }

  @Override
  public boolean recognises(Path root) {
    return MaskLayout.recognises(root);
  }

  @Override
  public Place place(Path root, TaskRecipe.Own settings) {
    MaskLayout layout = MaskLayout.of(root, ((MaskKeys) settings.data()).options());
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
    return new MaskModality(
        pictures(backbone), (PixelKeys) settings.head(), (MaskKeys) settings.data());
  }

  private static ImagePreprocessing pictures(Backbone backbone) {
    if (backbone.preprocessing() instanceof ImagePreprocessing pictures) {
      return pictures;
    }
    throw new ConfigException(
        "task: a segmentation is of pictures; the backbone is a point transformer, which takes"
            + " point clouds. Name a vision transformer by backbone.path");
  }

  @Override
  public Segmentation counted(Backbone backbone, List<String> classes, TaskRecipe.Own settings) {
    PixelKeys head = (PixelKeys) settings.head();
    return new Segmentation(
        classes, head.form(), pictures(backbone).inputSize(), List.of(), head.dice(), List.of());
  }

  /** Pictures larger than those a class is told from, changed as mmsegmentation does. */
  @Override
  public List<String> fit(UnsaidKeys recipe, String method, @Nullable Double lr) {
    String size =
        recipe.inputSize(SMALL_SIDE, SIDE, ", windows of %d pixels (backbone.input-size)");
    recipe.set("data", "augment", "dense");
    recipe.set("train", "lr", lr == null || method.equals("full") ? lr : Double.valueOf(LR));
    return List.of("task: segmentation" + size);
  }

  @Override
  public Measured measured(Measured.Facts facts) {
    return new PixelMeasurement(facts);
  }

  @Override
  public CardResult card(Scores scores, String data, String split, String when) {
    PixelScores pixels = (PixelScores) scores;
    return new MeasuredPixels(
        data,
        split,
        pixels.pictures().size(),
        pixels.score().meanIou(),
        pixels.score().overall(),
        pixels.score().iou(),
        when);
  }

  @Override
  public CardKind cardKind() {
    return new CardKind("pixels", "image-segmentation", true, "photo.jpg");
  }

  @Override
  public String use() {
    return "Writes masks of other pictures:";
  }

  @Override
  public PredictionWriter writer(AdaptedModel model, boolean exifOrientation) {
    return new MaskWriter(Segmenter.of(model).withExifOrientation(exifOrientation));
  }

  @Override
  public DataVerdict check(Path root, TaskRecipe.Own settings) {
    MaskReport report = MaskReport.of(root, ((MaskKeys) settings.data()).options());
    return new DataVerdict(report.json(), report.text(), report.sound());
  }
}
