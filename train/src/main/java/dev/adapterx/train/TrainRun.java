package dev.adapterx.train;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.WholeFile;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Classification;
import java.nio.file.Path;
import java.util.List;

/**
 * One training from recipe to report: opens backbone and data, trains, measures, and leaves a run
 * folder. Killed at any moment it can be resumed from the last completed epoch to the same bytes.
 */
public final class TrainRun {
  private final Recipe recipe;
  private final RunFolder folder;
  private final RunListener listener;

  private TrainRun(Recipe recipe, RunFolder folder, RunListener listener) {
    this.recipe = recipe;
    this.folder = folder;
    this.listener = listener;
  }

  /** Trains in a new folder. */
  public static RunResult start(Recipe recipe, Path folder, RunListener listener) {
    RunFolder made = RunFolder.create(folder);
    WholeFile.write(made.recipe(), recipe.yaml());
    return new TrainRun(recipe, made, listener).run();
  }

  /** Goes on where a run stopped; a finished run is measured and reported again. */
  public static RunResult resume(Path folder, RunListener listener) {
    RunFolder existing = RunFolder.existing(folder);
    return new TrainRun(Recipe.read(existing.recipe(), List.of()), existing, listener).run();
  }

  /** The backbone a recipe names. */
  public static VisionTransformer backbone(BackboneRecipe b, long seed) {
    Backbones.Options options =
        new Backbones.Options(
            b.inputSize(), b.normalisation(), b.cropPct(), b.heads(), b.pooling(), b.precision());
    if (b.preset() != null) {
      return Backbones.initial(b.preset(), options, seed);
    }
    if (b.path() == null) {
      throw new ConfigException(
          "backbone.path: expected a weight file, a folder with one, or 'embedded'; set it in the recipe or as backbone.path=FILE");
    }
    return b.path().equals("embedded")
        ? Backbones.embedded(options)
        : Backbones.load(Path.of(b.path()), options);
  }

  private RunResult run() {
    try (VisionTransformer backbone = backbone(recipe.backbone(), recipe.seed());
        ImageTask task =
            ImageTask.open(recipe.data(), backbone.preprocessing(), recipe.train(), recipe.seed());
        AdaptedModel model =
            AdaptedModel.attach(
                backbone, recipe.method(), Classification.of(task.classes()), recipe.seed());
        Workers workers = Workers.all();
        Trainer trainer = new Trainer(model, recipe.train(), recipe.seed(), workers)) {
      return new TrainSession(recipe, folder, listener, task, model, trainer, workers).run();
    }
  }
}
