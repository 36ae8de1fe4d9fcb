package dev.adapterx.tasks.parts;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.Sample;
import dev.adapterx.data.images.PlainFolder;
import dev.adapterx.data.points.PointAugmentation;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.sets.DataKind;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.data.targets.PointLabels;
import dev.adapterx.dense.cloud.CloudLayout;
import dev.adapterx.dense.cloud.LabelledClouds;
import dev.adapterx.dense.parts.Category;
import dev.adapterx.dense.parts.PartPipeline;
import dev.adapterx.dense.parts.PartScores;
import dev.adapterx.dense.parts.PartSegmentation;
import dev.adapterx.dense.parts.Views;
import dev.adapterx.infer.CloudInput;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Scores;
import dev.adapterx.tensor.Device;
import dev.adapterx.train.input.Modality;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.report.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Clouds with a class for every point. */
public final class PartModality extends Modality<Sample<PointCloud, PointLabels>> {
  private final CloudInput input;
  private final PointPreprocessing preprocessing;
  private final PartHeadKeys head;
  private final PartKeys keys;

  /** Layouts that were found, by place: reading them may take a while. */
  private final Map<String, CloudLayout> layouts = new ConcurrentHashMap<>();

  /** What clouds are cut into, once a layout is known. */
  private volatile Views views;

  PartModality(PointPreprocessing preprocessing, Device device, PartHeadKeys head, PartKeys keys) {
    this.preprocessing = preprocessing;
    this.input = new CloudInput(preprocessing, device);
    this.head = head;
    this.keys = keys;
    this.views = new Views(keys.block() == null ? 0 : keys.block(), keys.votes());
  }

  @Override
  public CloudInput input() {
    return input;
  }

  @Override
  public DataKind kind() {
    return DataKind.CLOUDS;
  }

  private CloudLayout layout(DataRecipe data) {
    String path = data.requirePath();
    if (data.fewShot() != null) {
      throw new ConfigException(
          "data.few-shot is for classes of whole clouds; labels of points have splits");
    }
    CloudLayout layout =
        layouts.computeIfAbsent(path, key -> CloudLayout.of(Path.of(key), keys.options()));
    views = keys.views(layout);
    return layout;
  }

  /** Of scenes to train on several columns an epoch; a part that is held out is seen whole. */
  @Override
  public Found<Sample<PointCloud, PointLabels>> open(DataRecipe data, String split) {
    CloudLayout layout = layout(data);
    LabelledClouds clouds = layout.open(split);
    boolean columns = views.blocks() && split.equals(data.train()) && data.holdOut() == 0;
    return new Found<>(
        columns ? new Columns(clouds, keys.draws()) : clouds,
        layout.description(split),
        layout::left);
  }

  @Override
  public String target(DataRecipe data) {
    return "a point of a class; no class have " + layout(data).code().ignoredText();
  }

  @Override
  public Dataset<Sample<PointCloud, PointLabels>> measured(
      DataRecipe data, String split, boolean byDefault, List<String> classes) {
    CloudLayout layout = layout(data);
    boolean whole = byDefault && layout.undivided();
    LabelledClouds found = layout.open(whole ? PlainFolder.ALL : split);
    ClassNames.requireSame(classes, "the run", found.classes(), data.requirePath());
    return found;
  }

  @Override
  public Pipeline<Sample<PointCloud, PointLabels>> training(DataRecipe data, int classes) {
    if (data.mixup() > 0 || data.cutmix() > 0) {
      throw new ConfigException("data.mixup and data.cutmix are for images; leave them at 0");
    }
    return PartPipeline.training(preprocessing, views, PointAugmentation.named(data.augment()));
  }

  @Override
  public Pipeline<Sample<PointCloud, PointLabels>> evaluation() {
    return PartPipeline.evaluation(preprocessing, views);
  }

  @Override
  public Pipeline<Sample<PointCloud, PointLabels>> examples() {
    return PartPipeline.groups(preprocessing, views);
  }

  @Override
  public PartSegmentation task(Recipe recipe, Dataset<Sample<PointCloud, PointLabels>> train) {
    CloudLayout layout = layout(recipe.data());
    List<Category> categories = layout.code().categories();
    boolean given =
        keys.category() == null ? !categories.isEmpty() : keys.category() == PartKeys.Told.GIVEN;
    List<Double> weights =
        head.classWeights() == ClassWeights.FREQUENCY
            ? weights(layout.open(recipe.data().train()))
            : List.of();
    return new PartSegmentation(
        train.classes(),
        head.form(),
        preprocessing,
        categories,
        given,
        keys.views(layout),
        weights,
        List.of());
  }

  /** {@code (largest share / share)^⅓}; 1 of a class that no point has. */
  private static List<Double> weights(LabelledClouds train) {
    long[] counts = new long[train.classes().size()];
    for (int i = 0; i < train.size(); i++) {
      for (short found : train.sample(i).target().classes()) {
        if (found != ClassMask.IGNORED) {
          counts[found]++;
        }
      }
    }
    long most = 0;
    for (long count : counts) {
      most = Math.max(most, count);
    }
    List<Double> weights = new ArrayList<>();
    for (long count : counts) {
      weights.add(count == 0 ? 1 : StrictMath.cbrt((double) most / count));
    }
    return weights;
  }

  @Override
  public List<Section> results(
      Scores scores, Dataset<Sample<PointCloud, PointLabels>> data, AdaptedModel model) {
    PartScores measured = (PartScores) scores;
    List<Section> sections = new ArrayList<>();
    sections.add(PartSamples.of(measured, data, model));
    sections.addAll(PartSamples.figures(measured, model.task().labels()));
    return sections;
  }
}
