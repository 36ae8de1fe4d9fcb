package dev.adapterx.train.result;

import dev.adapterx.base.ConfigException;
import dev.adapterx.hub.FetchListener;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.exchange.PeftFile;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.recipe.TaskRecipe;
import dev.adapterx.train.run.RunCard;
import dev.adapterx.train.run.RunFolder;
import dev.adapterx.train.run.TrainRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An adapter that was not trained here as a run folder that predicts, evaluates and merges. */
public final class ImportedRun {
  private ImportedRun() {}

  /**
   * Writes a run folder with an adapter of Python's peft.
   *
   * @param recipe names the backbone and, for evaluation, the data; its method is replaced by the
   *     adapter's
   * @param labels the classes in the order of the adapter's classifier; empty where it has none and
   *     the backbone's own is taken with its names
   * @param out a new or empty folder
   * @throws ConfigException when labels or folder will not do
   * @throws dev.adapterx.base.CheckpointException when the adapter does not fit the backbone
   */
  public static void write(PeftFile adapter, Recipe recipe, List<String> labels, Path out) {
    try (Backbone backbone = TrainRun.backbone(recipe.backbone(), recipe.seed());
        AdaptedModel model = adapter.attach(backbone, labels)) {
      write(model, recipe, out);
    }
  }

  /**
   * Writes a run folder with a model's adapter.
   *
   * @param recipe names backbone and data; its method and head are replaced by the model's
   * @param out a new or empty folder
   */
  public static void write(AdaptedModel model, Recipe recipe, Path out) {
    Recipe own =
        new Recipe(
            recipe.seed(),
            recipe.backbone().pinned(FetchListener.NONE),
            model.method(),
            TaskRecipe.classes(model.classification().head()),
            recipe.data(),
            recipe.train());
    RunFolder folder = RunFolder.create(out);
    AdapterFile.write(model, folder.adapter());
    folder.write(own, List.of());
    new RunCard(own, model, Map.of()).write(folder);
  }
}
