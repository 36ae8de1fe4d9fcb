package dev.adapterx.bench;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.Tuner;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Native;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.train.report.Columns;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The cost methods add to a frozen block: the same tokens of eight samples through the block alone
 * and with each method around it, in turn, on one thread. Training is a forward and backward pass,
 * down to the tokens. Times are medians; ratios are medians of each round's ratio.
 *
 * @param frozen milliseconds of the block alone, forward and in training
 */
record Overhead(String model, Precision precision, List<Double> frozen, List<Row> rows) {
  private static final int SAMPLES = 8;
  private static final int TOKENS = 197;
  private static final int WARM_UP = 5;
  private static final int ROUNDS = 25;

  /**
   * One method.
   *
   * @param infer times the frozen block's forward pass
   * @param train times the frozen block's forward and backward pass
   */
  record Row(String method, double infer, double train) {}

  static Overhead measured(String preset, Precision precision, List<String> methods) {
    Native.threads(1);
    Backbones.Options options = Backbones.Options.defaults().with(precision);
    try (Backbone backbone = Backbones.initial(preset, options, 0)) {
      List<Tuner> tuners =
          methods.stream()
              .map(m -> Methods.entry(m, "method").attach(backbone, Rng.of(0, "bench")))
              .toList();
      int at = backbone.blocks().size() / 2;
      if (!backbone.blocks().get(at).isGlobal()) {
        throw new ConfigException(
            "--overhead runs one block on "
                + TOKENS
                + " tokens of no grid, and those of "
                + preset
                + " attend within windows of one; choose a vision transformer such as"
                + " vit_base_patch16_224");
      }
      List<List<Double>> infer = new ArrayList<>();
      List<List<Double>> train = new ArrayList<>();
      Block block = backbone.blocks().get(at);
      for (int round = -WARM_UP; round < ROUNDS; round++) {
        List<Double> forward = new ArrayList<>();
        List<Double> both = new ArrayList<>();
        Tensor x = tokens(round, backbone, precision);
        time(block, BlockTuner.NONE, x, forward, both);
        for (Tuner tuner : tuners) {
          Block own = tuner.backbone().blocks().get(at);
          time(own, tuner.block(at), x, forward, both);
        }
        x.close();
        if (round >= 0) {
          infer.add(forward);
          train.add(both);
        }
      }
      tuners.forEach(Tuner::close);
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < methods.size(); i++) {
        rows.add(new Row(methods.get(i), times(infer, i + 1), times(train, i + 1)));
      }
      List<Double> frozen = List.of(median(infer, 0), median(train, 0));
      return new Overhead(preset, precision, frozen, rows);
    }
  }

  /**
   * Other tokens each round, so that routing changes and kernels compiled for a number of rows do
   * not help.
   */
  private static Tensor tokens(int round, Backbone backbone, Precision type) {
    Rng rng = Rng.of(round, "tokens");
    try (Scope scope = Scope.withoutGradients()) {
      Tensor made = Init.normal(rng, 0, 1, SAMPLES, TOKENS, backbone.width());
      return scope.keep(made.to(type.type()));
    }
  }

  private static void time(
      Block block, BlockTuner around, Tensor x, List<Double> forward, List<Double> both) {
    try (Scope scope = Scope.withoutGradients()) {
      long began = System.nanoTime();
      around.block(block, x, Pass.evaluation());
      forward.add((System.nanoTime() - began) / 1e6);
    }
    try (Scope scope = Scope.open()) {
      Tensor leaf = x.detach().requires_grad_(true);
      Pass pass = Pass.training(Rng.of(0, "bench"), 0);
      pass.begin();
      long began = System.nanoTime();
      around.block(block, leaf, pass).sum().backward();
      both.add((System.nanoTime() - began) / 1e6);
    }
  }

  private static double median(List<List<Double>> rounds, int column) {
    return Measured.median(rounds.stream().map(r -> r.get(column)).toList());
  }

  private static double times(List<List<Double>> rounds, int column) {
    return Measured.median(rounds.stream().map(r -> r.get(column) / r.get(0)).toList());
  }

  String markdown() {
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("frozen", ms(frozen.get(0)), "", ms(frozen.get(1)), ""));
    for (Row row : rows) {
      table.add(
          List.of(
              row.method(),
              ms(row.infer() * frozen.get(0)),
              percent(row.infer()),
              ms(row.train() * frozen.get(1)),
              percent(row.train())));
    }
    return "A block of %s in %s, %d samples of %d tokens, one thread:%n%n"
            .formatted(model, precision, SAMPLES, TOKENS)
        + new Columns(List.of("method", "forward, ms", "more", "training, ms", "more"), table)
            .markdown();
  }

  private static String ms(double value) {
    return BenchResult.number("%.1f", value);
  }

  private static String percent(double times) {
    return BenchResult.number("%+.1f %%", 100 * (times - 1));
  }
}
