package dev.adapterx.bench;

import dev.adapterx.base.Label;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.data.Batch;
import dev.adapterx.data.Share;
import dev.adapterx.infer.Workers;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Methods;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.train.loop.Trainer;
import dev.adapterx.train.ranks.Rank;
import dev.adapterx.train.ranks.RankGroup;
import dev.adapterx.train.ranks.Rendezvous;
import dev.adapterx.train.recipe.TrainRecipe;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import tools.jackson.databind.node.ObjectNode;

/**
 * One rank of a measured training, in a process of its own: steps on a prepared batch, then sums of
 * as many numbers by themselves. Rank 0 prints {@code figures} and an object on one line.
 */
final class RankSide {
  private static final int CLASSES = 100;
  private static final int WARM_UP = 1;
  private static final int SUMS = 5;

  private RankSide() {}

  /**
   * Arguments: rank, ranks, port of rank 0, preset, method, samples of a step, steps. Without a
   * preset nothing is trained, and the method is how many numbers are summed.
   */
  public static void main(String[] arguments) {
    int number = Integer.parseInt(arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    int port = Integer.parseInt(arguments[2]);
    int batch = Integer.parseInt(arguments[5]);
    int steps = Integer.parseInt(arguments[6]);
    if (arguments[3].isEmpty()) {
      long numbers = Long.parseLong(arguments[4]);
      try (RankGroup ranks = RankGroup.join(rank(number, count, port), Map.of())) {
        print(number, numbers, Double.NaN, sum(ranks, numbers));
      }
      return;
    }
    ObjectNode tree = Settings.tree(TrainRecipe.defaults());
    tree.put("epochs", 1).put("batch", batch).put("lr", 1e-4);
    tree.put("warmup-epochs", 0).put("drop-path", 0);
    TrainRecipe recipe = Settings.convert(tree, TrainRecipe.class, "train");
    List<String> labels = IntStream.range(0, CLASSES).mapToObj(i -> "class" + i).toList();
    try (Backbone backbone = Backbones.initial(arguments[3], Backbones.Options.defaults(), 0);
        AdaptedModel model =
            AdaptedModel.attach(
                backbone, Methods.entry(arguments[4], "method"), Classification.of(labels), 0);
        Workers workers = new Workers(1);
        RankGroup ranks = RankGroup.join(rank(number, count, port), Map.of());
        Trainer trainer =
            new Trainer(
                model,
                recipe,
                0,
                workers,
                ranks,
                count == 1
                    ? Share.ALL
                    : new Share(number, count, Trainer.microBatch(model, recipe, batch, count)))) {
      List<Batch<?>> batches =
          new ArrayList<>(
              Collections.nCopies(
                  WARM_UP + steps, batch(batch, backbone.preprocessing().inputShape())));
      List<Long> ends = new ArrayList<>();
      trainer.train(0, batches, batches.size(), (step, of, loss) -> ends.add(System.nanoTime()));
      double step =
          median(
              IntStream.range(WARM_UP, ends.size())
                  .mapToDouble(i -> (ends.get(i) - ends.get(i - 1)) / 1e9));
      long trained = trainer.optimiser().theta().numel();
      double sum = sum(ranks, trained);
      print(number, trained, step, sum);
    }
  }

  private static void print(int number, long numbers, double step, double sum) {
    if (number == 0) {
      ObjectNode figures =
          Settings.json()
              .createObjectNode()
              .put("trained", numbers)
              .put("step", step)
              .put("sum", sum);
      new PrintStream(System.out, true, StandardCharsets.UTF_8).println("figures " + figures);
    }
  }

  private static double sum(RankGroup ranks, long numbers) {
    if (ranks.isAlone()) {
      return 0;
    }
    try (Tensor all = Tensors.zeros(ScalarType.Float, numbers)) {
      ranks.sum(all);
      return median(
          IntStream.range(0, SUMS)
              .mapToDouble(
                  i -> {
                    long began = System.nanoTime();
                    ranks.sum(all);
                    return (System.nanoTime() - began) / 1e9;
                  }));
    }
  }

  private static double median(java.util.stream.DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static Rank rank(int number, int count, int port) {
    if (count == 1) {
      return Rank.alone();
    }
    return number == 0
        ? Rank.first(count, Rendezvous.open(RankSpeed.HOST, port), Rank.TIMEOUT)
        : Rank.other(number, count, RankSpeed.HOST, port, Rank.TIMEOUT);
  }

  private static Batch<?> batch(int size, long[] shape) {
    int values = (int) Arrays.stream(shape).reduce(1, Math::multiplyExact);
    Rng rng = Rng.of(0, "bench");
    float[][] all = new float[size][values];
    for (float[] sample : all) {
      for (int i = 0; i < values; i++) {
        sample[i] = (float) rng.nextGaussian();
      }
    }
    List<Label> labels = IntStream.range(0, size).mapToObj(i -> Label.of(i % CLASSES)).toList();
    return new Batch<>(all, labels, IntStream.range(0, size).toArray());
  }
}
