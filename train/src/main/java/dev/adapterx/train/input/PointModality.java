package dev.adapterx.train.input;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.clouds.CheckedClouds;
import dev.adapterx.data.clouds.CloudFolder;
import dev.adapterx.data.images.PlainFolder;
import dev.adapterx.data.points.PointAugmentation;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.PointPipeline;
import dev.adapterx.data.points.PointTransform;
import dev.adapterx.data.points.set.FewShot;
import dev.adapterx.data.points.set.FolderLayout;
import dev.adapterx.data.points.set.PointData;
import dev.adapterx.data.points.set.PointLayout;
import dev.adapterx.data.points.set.UnlabelledClouds;
import dev.adapterx.data.sets.DataKind;
import dev.adapterx.infer.CloudInput;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.scenes.FormulaDataset;
import dev.adapterx.tensor.Device;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.FoldRecipe;
import dev.adapterx.train.report.Section;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Point clouds: data sets, files and formulas; scaled, sampled, grouped. */
public final class PointModality extends ClassModality<PointCloud> {
  private final PointPreprocessing preprocessing;
  private final CloudInput input;

  public PointModality(PointPreprocessing preprocessing, Device device) {
    this.preprocessing = preprocessing;
    this.input = new CloudInput(preprocessing, device);
  }

  @Override
  public CloudInput input() {
    return input;
  }

  @Override
  public DataKind kind() {
    return DataKind.CLOUDS;
  }

  @Override
  public Found<PointCloud> open(DataRecipe data, String split) {
    String path = data.requirePath();
    if (FormulaDataset.namesClouds(path)) {
      FormulaDataset<PointCloud> computed =
          FormulaDataset.clouds(path, split, preprocessing.points());
      return new Found<>(computed, computed.description());
    }
    Optional<FoldRecipe> fold = FoldRecipe.of(data.fewShot());
    if (fold.isEmpty()) {
      PointData found = read(path, layout -> layout.open(split), data);
      return new Found<>(checked(found.dataset()), found.description());
    }
    PointData whole = read(path, layout -> layout.open(data.train()), data);
    FewShot.Fold drawn = fold.get().draw(whole.dataset());
    Dataset<PointCloud> part = split.equals(data.test()) ? drawn.test() : drawn.train();
    return new Found<>(
        checked(part), part.size() + " clouds: " + fold.get() + " of " + whole.description());
  }

  private <T> T read(String path, Function<PointLayout, T> reading, DataRecipe data) {
    try {
      return reading.apply(PointLayout.of(Path.of(path), options(data)));
    } catch (DataException e) {
      throw explained(e, path);
    }
  }

  /** All clouds whatever their labels, for pre-training. */
  public Found<PointCloud> unlabelled(DataRecipe data) {
    String path = data.requirePath();
    if (FormulaDataset.namesClouds(path)) {
      return open(data, data.train());
    }
    try {
      UnlabelledClouds found = UnlabelledClouds.open(Path.of(path), data.train(), input.sampling());
      return new Found<>(checked(found.dataset()), found.description());
    } catch (DataException e) {
      throw explained(e, path);
    }
  }

  private CheckedClouds checked(Dataset<PointCloud> clouds) {
    return new CheckedClouds(clouds, preprocessing.points());
  }

  private PointData.Options options(DataRecipe data) {
    return new PointData.Options(
        Optional.ofNullable(data.variant()),
        data.label(),
        Optional.ofNullable(data.fewShot()).filter(f -> FoldRecipe.of(f).isEmpty()),
        Optional.ofNullable(data.textCache()).map(Path::of),
        input.sampling());
  }

  @Override
  public Dataset<PointCloud> measured(
      DataRecipe data, String split, boolean byDefault, List<String> classes) {
    String path = data.requirePath();
    boolean whole = byDefault || split.equals(PlainFolder.ALL);
    if (whole && !FormulaDataset.namesClouds(path) && data.fewShot() == null) {
      PointLayout layout = read(path, found -> found, data);
      if (layout instanceof FolderLayout && layout.splits().equals(List.of(PlainFolder.ALL))) {
        return checked(CloudFolder.known(layout.root(), classes, input.sampling()));
      }
    }
    Dataset<PointCloud> clouds = open(data, split).dataset();
    ClassNames.requireSame(classes, "the run", clouds.classes(), path);
    return clouds;
  }

  @Override
  public Pipeline<PointCloud> training(DataRecipe data, int classes) {
    if (data.mixup() > 0 || data.cutmix() > 0) {
      throw new ConfigException("data.mixup and data.cutmix are for images; leave them at 0");
    }
    PointTransform augment = PointAugmentation.named(data.augment());
    return data.augment().equals("none")
        ? evaluation()
        : input.handedOver(
            PointPipeline.augmented(
                preprocessing.points(),
                preprocessing.groups(),
                preprocessing.neighbours(),
                input.scale(),
                augment));
  }

  @Override
  public Section samples(
      Dataset<PointCloud> clouds, Shown.Choice chosen, @Nullable AdaptedModel model) {
    return CloudSamples.of(clouds, evaluation(), preprocessing, chosen, model);
  }
}
