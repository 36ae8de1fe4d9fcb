package dev.adapterx.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.infer.Workers;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Classification;
import dev.adapterx.testing.Fuzz;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.loop.Checkpoint;
import dev.adapterx.train.loop.EpochSums;
import dev.adapterx.train.loop.Trainer;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.result.TrainedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged state of a run: it goes on, or says what is wrong. */
class RunFuzzTest {
  @TempDir Path folder;

  @Test
  void checkpoints() throws IOException {
    Path file = folder.resolve("last.safetensors");
    Recipe recipe = Tiny.recipe(folder, "train.ema=0.9");
    try (Backbone backbone = TrainRun.backbone(recipe.backbone(), 1);
        AdaptedModel model =
            AdaptedModel.attach(
                backbone, recipe.method(), Classification.of(List.of("a", "b")), 1);
        Workers workers = new Workers(1);
        Trainer trainer = new Trainer(model, recipe.train(), 1, workers)) {
      new Checkpoint(3, 2, 87.5, EpochSums.NONE).write(file, trainer);
      Fuzz.Tally tally =
          new Fuzz("last.safetensors", Files.readAllBytes(file), 250)
              .reading(
                  CheckpointException.class,
                  mutant -> {
                    Files.write(file, mutant);
                    Checkpoint read = Checkpoint.of(Checkpoint.whole(file), trainer);
                    assertThat(read.epoch()).isNotNegative();
                    assertThat(read.bestEpoch()).isBetween(0, read.epoch());
                  });
      assertThat(tally.refused()).as("mutants that were refused").isPositive();
    }
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void recipes_of_runs() throws IOException {
    RunFolder run = new RunFolder(folder);
    run.write(Tiny.recipe(folder), List.of("from epoch 2: train.lr=0.1"));
    new Fuzz("recipe.yaml of a run", Files.readAllBytes(run.recipe()), 100)
        .reading(
            AdapterXException.class,
            mutant -> {
              Files.write(run.recipe(), mutant);
              TrainedRun.open(folder, false, null).close();
            });
  }
}
