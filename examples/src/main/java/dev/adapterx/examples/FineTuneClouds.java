package dev.adapterx.examples;

import dev.adapterx.data.BatchLoader;
import dev.adapterx.data.Epoch;
import dev.adapterx.infer.Workers;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.points.DaptX;
import dev.adapterx.task.Classification;
import dev.adapterx.task.Evaluation;
import dev.adapterx.train.input.TrainingData;
import dev.adapterx.train.loop.EpochResult;
import dev.adapterx.train.loop.Evaluator;
import dev.adapterx.train.loop.Trainer;
import dev.adapterx.train.recipe.Recipe;
import java.nio.file.Path;
import java.util.List;

/**
 * Fine-tunes a frozen point transformer on a folder of scans with the loop in your own hands: what
 * {@code TrainRun} does, without its run folder, report and checkpoints.
 *
 * <pre>{@code FineTuneClouds SCANS ADAPTER}</pre>
 *
 * {@code SCANS} has a folder per class in {@code train} and in {@code test}, of OFF, PLY, OBJ, PCD,
 * LAS, XYZ or NPY files.
 */
public final class FineTuneClouds {
  private static final long SEED = 0;

  private FineTuneClouds() {}

  public static void main(String[] args) {
    Path adapter = Path.of(args[1]);
    Recipe recipe =
        Recipe.read(
            """
            data: {augment: scale-translate}
            train: {epochs: 5, batch: 16, lr: 0.005, warmup-epochs: 1}
            """,
            List.of("data.path=" + args[0]),
            "FineTuneClouds");

    try (Backbone backbone = Backbones.embedded("embedded-points", Backbones.Options.defaults());
        TrainingData<?> data =
            TrainingData.open(recipe.data(), backbone.preprocessing(), recipe.train(), SEED);
        AdaptedModel model =
            AdaptedModel.attach(backbone, new DaptX(), Classification.of(data.classes()), SEED);
        Workers workers = Workers.all();
        Trainer trainer = new Trainer(model, recipe.train(), SEED, workers)) {
      System.out.println(model.parameters().text());
      data.prepare(model); // some methods look at training inputs first
      BatchLoader<?> clouds = data.train();
      for (int epoch = 0; epoch < recipe.train().epochs(); epoch++) {
        try (Epoch batches = clouds.epoch(epoch)) {
          EpochResult result =
              trainer.train(epoch, batches, clouds.batches(), (step, steps, loss) -> {});
          System.out.printf("epoch %d: loss %.3f%n", epoch + 1, result.loss());
        }
      }
      try (Epoch batches = data.test().epoch(0)) {
        Evaluation test = new Evaluator(model, workers).evaluate(batches);
        System.out.printf("test: %.1f %%%n", test.accuracy());
      }
      AdapterFile.write(model, adapter);
    }
  }
}
