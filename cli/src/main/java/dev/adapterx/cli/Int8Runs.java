package dev.adapterx.cli;

import dev.adapterx.base.ConfigException;
import dev.adapterx.infer.Adapters;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.int8.Int8Linears;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.result.TrainedRun;
import dev.adapterx.train.run.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Has adapters of runs computed in int8, as evaluating the run does: by ranges of samples of its
 * training split. All share the backbone's packed weights.
 */
final class Int8Runs implements Adapters.Finishing, AutoCloseable {
  private final Int8Linears packed;

  Int8Runs(Backbone backbone) {
    this.packed = Int8Linears.packed(backbone.blocks());
  }

  @Override
  public void finish(AdaptedModel model, Path place) {
    Path own = place.toAbsolutePath();
    Path above = own.getParent();
    if (above == null
        || !new RunFolder(above).adapter().equals(own)
        || !Files.exists(new RunFolder(above).recipe())) {
      throw new ConfigException(
          "%s: int8 needs samples of the training split, to find the layers that must stay as they are, and there is no run around this adapter; have its whole run in --adapters, or take --precision bf16"
              .formatted(place));
    }
    RunFolder folder = new RunFolder(above);
    Recipe recipe = Recipe.read(folder.recipe(), List.of());
    TrainedRun run = new TrainedRun(folder, false, recipe, model.backbone(), model); // owns nothing
    model.quantise(run.int8Ranges(), packed);
  }

  @Override
  public void close() {
    packed.close();
  }
}
