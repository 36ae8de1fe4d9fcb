package dev.adapterx.examples;

import dev.adapterx.data.Folders;
import dev.adapterx.data.images.ImageFolder;
import dev.adapterx.infer.Predictor;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.RunResult;
import dev.adapterx.train.run.TrainRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Fine-tunes a frozen ViT on a folder of pictures with Adapter-X, then predicts with nothing but
 * the backbone and the small adapter that came out.
 *
 * <pre>{@code FineTuneImages PICTURES RUN}</pre>
 *
 * {@code PICTURES} has a folder per class in {@code train} and in {@code test}; {@code RUN} gets
 * the adapter, a report to look at, and all that is needed to go on.
 */
public final class FineTuneImages {
  private FineTuneImages() {}

  public static void main(String[] args) {
    Path pictures = Path.of(args[0]);
    Path run = Path.of(args[1]);

    Recipe recipe =
        Recipe.read(
            """
            backbone: {path: embedded}
            method: {name: adapter-x, scale: 1}
            train: {epochs: 12, batch: 8, lr: 0.01, warmup-epochs: 1}
            """,
            List.of("data.path=" + pictures),
            "FineTuneImages");

    RunResult result = TrainRun.start(recipe, run, new EpochPrinter());
    System.out.println(result.line().text());

    try (Backbone backbone = Backbones.embedded("embedded", Backbones.Options.defaults());
        AdaptedModel model = AdapterFile.read(run.resolve("adapter")).attach(backbone)) {
      List<Path> files =
          Folders.below(pictures.resolve("test"), ImageFolder::isImage).files().subList(0, 5);
      for (Predictor.Prediction p : Predictor.of(model).predict(files)) {
        Predictor.Guess guess = p.top().get(0);
        System.out.printf("%s: %s, %.0f %%%n", p.file(), guess.label(), 100 * guess.probability());
      }
    }
  }

  /** A line an epoch. */
  private static final class EpochPrinter implements RunListener {
    @Override
    public void epochDone(int epoch, int epochs, Map<String, Object> metrics) {
      double loss = (double) metrics.get("loss");
      System.out.printf("epoch %d of %d: loss %.3f%n", epoch, epochs, loss);
    }

    @Override
    public void warned(String message) {
      System.err.println(message);
    }
  }
}
