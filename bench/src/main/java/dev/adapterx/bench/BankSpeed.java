package dev.adapterx.bench;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Bank;
import dev.adapterx.peft.Methods;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Native;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.train.report.Columns;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Eight pictures for eight adapters: one after the other, in one forward pass with each its own,
 * and what eight pictures for one adapter cost. In turn, one thread, CPU time of that thread, the
 * best of all rounds.
 */
record BankSpeed(String model, Precision precision, List<Row> rows) {
  private static final int BATCH = 8;
  private static final int ROUNDS = 9;
  private static final int CLASSES = 10;

  /**
   * One method, milliseconds a picture.
   *
   * @param alone each picture by itself
   * @param bank one forward pass for eight adapters
   * @param one one forward pass for one adapter
   */
  record Row(String method, double alone, double bank, double one) {}

  static BankSpeed measured(String preset, List<String> methods) {
    Native.threads(1);
    Precision stored = Precision.AUTO.on(Device.CPU);
    List<Row> rows = new ArrayList<>();
    try (Backbone backbone =
        Backbones.initial(preset, Backbones.Options.defaults().with(stored), 0)) {
      for (String method : methods) {
        rows.add(row(backbone, method));
      }
    }
    return new BankSpeed(preset, stored, rows);
  }

  private static Row row(Backbone backbone, String method) {
    List<String> labels = IntStream.range(0, CLASSES).mapToObj(c -> "class " + c).toList();
    List<AdaptedModel> models =
        IntStream.range(0, BATCH)
            .mapToObj(
                seed ->
                    AdaptedModel.attach(
                        backbone, Methods.entry(method, "method"), Classification.of(labels), seed))
            .toList();
    double[] best = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
    for (int round = -2; round < ROUNDS; round++) {
      try (Scope scope = Scope.withoutGradients()) {
        Tensor input = input(backbone, round);
        List<Runnable> ways =
            List.of(
                () -> {
                  for (int i = 0; i < BATCH; i++) {
                    models.get(i).logits(input.narrow(0, i, 1), Pass.evaluation());
                  }
                },
                () -> Bank.logits(models, input),
                () -> models.get(0).logits(input, Pass.evaluation()));
        for (int way = 0; way < best.length; way++) {
          double took = milliseconds(ways.get(way)) / BATCH;
          best[way] = round < 0 ? best[way] : Math.min(best[way], took);
        }
      }
    }
    models.forEach(AdaptedModel::close);
    return new Row(method, best[0], best[1], best[2]);
  }

  private static Tensor input(Backbone backbone, int round) {
    long[] shape = backbone.preprocessing().inputShape();
    return Init.normal(Rng.of(round, "inputs"), 0, 1, BATCH, shape[0], shape[1], shape[2]);
  }

  private static double milliseconds(Runnable work) {
    var clock = ManagementFactory.getThreadMXBean();
    long began = clock.getCurrentThreadCpuTime();
    work.run();
    return (clock.getCurrentThreadCpuTime() - began) / 1e6;
  }

  String markdown() {
    List<List<String>> table = new ArrayList<>();
    for (Row row : rows) {
      table.add(
          List.of(
              row.method(),
              BenchResult.number("%.2f", row.alone()),
              BenchResult.number("%.2f", row.bank()),
              BenchResult.number("%.2f", row.one()),
              BenchResult.number("%.2f", row.alone() / row.bank())));
    }
    return "Eight pictures through %s in %s, ms a picture, one thread, CPU time:%n%n"
            .formatted(model, precision.name().toLowerCase(java.util.Locale.ROOT))
        + new Columns(
                List.of(
                    "method",
                    "eight adapters, one by one",
                    "eight adapters, one forward pass",
                    "one adapter",
                    "times as fast"),
                table)
            .markdown();
  }
}
