package dev.adapterx.bench;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.data.Batch;
import dev.adapterx.infer.Workers;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Native;
import dev.adapterx.train.loop.Evaluator;
import dev.adapterx.train.loop.Trainer;
import dev.adapterx.train.recipe.TrainRecipe;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * This library's side of a case, in a separate process so that its memory is measured separately:
 * builds the model, warms up, and runs on commands read line by line.
 *
 * <pre>
 *   → ready {"flops": of a sample}
 *   ← round SECONDS      → {"samples": n, "seconds": s}
 *   ← end                → {"peak": bytes}
 * </pre>
 *
 * <p>It times the same code as {@code adapterx train} and {@code evaluate}: {@link Trainer} and
 * {@link Evaluator} over plain arrays. Decoding and cached features are excluded.
 */
final class OwnSide {
  private static final int WARM_UP = 2;

  private OwnSide() {}

  /**
   * Arguments: a case as JSON, the samples of a micro-batch, whether with checkpointing, the
   * backbone's file, the device.
   */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try {
      Case of = Case.read(arguments[0]);
      work(
          of,
          recipe(of.batch(), arguments[1], arguments[2]),
          Path.of(arguments[3]),
          Device.parse(arguments[4]),
          out);
    } catch (AdapterXException e) {
      out.println("failed " + e.getMessage());
    }
  }

  private static void work(
      Case of, TrainRecipe recipe, Path weights, Device device, PrintStream out)
      throws IOException {
    try (Backbone backbone =
            Backbones.load(
                weights, Backbones.Options.defaults().with(of.precision()).with(device));
        AdaptedModel model = AdaptedModel.attach(backbone, of.peft(), of.head().task(backbone), 0);
        Workers workers = Workers.all()) {
      Batch<?> batch = of.head().batch(of.work(), of.batch(), backbone);
      if (of.work() == Work.INFER) {
        Evaluator evaluator = new Evaluator(model, workers);
        Pass pass = Pass.evaluation((place, probabilities, chosen, heads) -> {});
        serve(of, flops(of, model, pass), () -> evaluator.scores(List.of(batch)), out);
      } else {
        try (Trainer trainer = new Trainer(model, recipe, 0, workers)) {
          double flops = flops(of, model, Pass.training(Rng.of(0, "bench"), 0));
          serve(of, flops, () -> trainer.train(0, List.of(batch), 1, (i, n, loss) -> {}), out);
        }
      }
    }
  }

  private static double flops(Case of, AdaptedModel model, Pass pass) {
    return Flops.of(model.backbone(), model.lastTokens(pass)).of(of.work(), of.peft());
  }

  private static void serve(Case of, double flops, Runnable step, PrintStream out)
      throws IOException {
    for (int i = 0; i < WARM_UP; i++) {
      step.run();
    }
    out.println("ready " + line(Settings.json().createObjectNode().put("flops", flops)));
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String asked = in.readLine(); asked != null && !asked.equals("end"); ) {
        double least = Double.parseDouble(asked.substring("round ".length()));
        long began = System.nanoTime();
        double seconds = 0;
        long samples = 0;
        while (samples == 0 || seconds < least) {
          step.run();
          samples += of.batch();
          seconds = (System.nanoTime() - began) / 1e9;
        }
        out.println(
            line(
                Settings.json()
                    .createObjectNode()
                    .put("samples", samples)
                    .put("seconds", seconds)));
        asked = in.readLine();
      }
    }
    out.println(line(Settings.json().createObjectNode().put("peak", Native.peakResidentBytes())));
  }

  /** The defaults except for the sizes: learning rates do not affect time. */
  private static TrainRecipe recipe(int batch, String microBatch, String checkpointing) {
    ObjectNode tree = Settings.tree(TrainRecipe.defaults());
    tree.put("epochs", 1).put("batch", batch).put("lr", 1e-4);
    tree.put("micro-batch", Integer.parseInt(microBatch));
    tree.put("checkpointing", Boolean.parseBoolean(checkpointing));
    tree.put("warmup-epochs", 0).put("drop-path", 0);
    return Settings.convert(tree, TrainRecipe.class, "train");
  }

  private static String line(ObjectNode node) {
    return node.toString();
  }
}
