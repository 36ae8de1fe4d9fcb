package dev.adapterx.tasks.parts;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.images.Layout;
import dev.adapterx.data.points.PointAugmentation;
import dev.adapterx.data.sets.DataKind;
import dev.adapterx.dense.cloud.CloudLayout;
import dev.adapterx.dense.cloud.CloudReport;
import dev.adapterx.dense.parts.PartScores;
import dev.adapterx.dense.parts.PartSegmentation;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.input.PointPreprocessing;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A class for every point of clouds: {@code task: parts}, {@code data.parts}. */
public final class PartsTask implements TrainableTask {
  /** Of adapters and head alike; LabeledDB, 20 epochs: 39.1 % by 0.001, 54.4 % by this. */
  private static final double LR = 0.005;

  @Override
  public String name() {
    return PartSegmentation.NAME;
  }

  @Override
  public Map<String, Record> heads() {
    Map<String, Record> heads = new LinkedHashMap<>();
    heads.put(PointsKeys.KIND, PointsKeys.defaults());
    heads.put(PointMaeKeys.KIND, PointMaeKeys.defaults());
    return heads;
  }

  @Override
  public String dataKey() {
    return "parts";
  }

  @Override
  public Record dataDefaults() {
    return PartKeys.defaults();
  }

  @Override
  public List<String> augmentations() {
    return PointAugmentation.names();
  }

  @Override
  public String samples() {
    return "clouds whose points have classes";
  }

  @Override
  public DataKind kind() {
    return DataKind.CLOUDS;
  }

  @Override
  public boolean recognises(Path root) {
    return CloudLayout.recognises(root);
  }

  @Override
  public Place place(Path root, TaskRecipe.Own settings) {
    CloudLayout layout = CloudLayout.of(root, ((PartKeys) settings.data()).options());
    return new Place(
        layout.description(),
        false,
        layout.splits(),
        layout.split(Layout.Role.TRAIN).orElse(null),
        layout.split(Layout.Role.VALIDATION).orElse(null),
        layout.split(Layout.Role.TEST).orElse(null),
        layout::open);
  }

  @Override
  public Modality<?> modality(Backbone backbone, TaskRecipe.Own settings) {
    return new PartModality(
        clouds(backbone),
        backbone.device(),
        (PartHeadKeys) settings.head(),
        (PartKeys) settings.data());
  }

  private static PointPreprocessing clouds(Backbone backbone) {
    if (backbone.preprocessing() instanceof PointPreprocessing clouds) {
      return clouds;
    }
    throw new ConfigException(
        "task: parts are of point clouds; the backbone is a vision transformer, which takes"
            + " pictures. Name a point transformer by backbone.path, for example embedded-points");
  }

  @Override
  public PartSegmentation counted(
      Backbone backbone, List<String> classes, TaskRecipe.Own settings) {
    return PartSegmentation.of(classes, ((PartHeadKeys) settings.head()).form(), clouds(backbone));
  }

  /** Objects are scaled and shifted a little, as Point-MAE's segmentation does. */
  @Override
  public List<String> fit(UnsaidKeys recipe, String method, @Nullable Double lr) {
    recipe.set("data", "augment", PointAugmentation.SCALE_SHIFT.toString());
    recipe.set("train", "lr", lr == null || method.equals("full") ? lr : Double.valueOf(LR));
    return List.of("task: parts, a class for each point");
  }

  @Override
  public Measured measured(Measured.Facts facts) {
    return new PartMeasurement(facts);
  }

  @Override
  public CardResult card(Scores scores, String data, String split, String when) {
    PartScores parts = (PartScores) scores;
    PartScores.Shapes shapes = parts.shapes();
    String words =
        shapes == null
            ? String.format(Locale.ROOT, "**mIoU %.1f %%**", 100 * parts.score().meanIou())
            : String.format(
                Locale.ROOT,
                "**instance mIoU %.1f %%**, class mIoU %.1f %%",
                100 * shapes.instance(),
                100 * shapes.category());
    return new MeasuredParts(
        data,
        split,
        parts.clouds().size(),
        shapes == null ? "mean_iou" : "instance_mean_iou",
        words
            + String.format(
                Locale.ROOT,
                ", %.1f %% of the labelled points right",
                100 * parts.score().overall()),
        parts.primary().value() / 100,
        parts.score().iou(),
        when);
  }

  @Override
  public CardKind cardKind() {
    return new CardKind("points", "point-cloud-segmentation", false, "scan.ply");
  }

  @Override
  public String use() {
    return "Labels the points of other clouds:";
  }

  @Override
  public PredictionWriter writer(AdaptedModel model, boolean exifOrientation) {
    return new PartWriter(model, null, null);
  }

  @Override
  public DataVerdict check(Path root, TaskRecipe.Own settings) {
    CloudReport report = CloudReport.of(root, ((PartKeys) settings.data()).options());
    return new DataVerdict(report.json(), report.text(), report.sound());
  }
}
