package dev.adapterx.bench;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Native;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.train.report.Columns;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.bytedeco.pytorch.Tensor;

/**
 * Inference and training of whole models with linear layers in int8 against the precision they are
 * stored in: the same inputs through both in turn, one thread, CPU time of that thread. Times are
 * the best of all rounds, ratios medians of each round's.
 *
 * @param rows of inference, by method and batch
 * @param steps of training, forward and backward, of the methods that have a gradient in blocks
 */
record Int8Speed(String model, Precision precision, List<Row> rows, List<Row> steps) {
  private static final List<Integer> BATCHES = List.of(1, 8);
  private static final int MICRO_BATCH = 8;
  private static final int ROUNDS = 9;
  private static final int CLASSES = 100;

  /**
   * One method and batch.
   *
   * @param stored milliseconds in the stored precision
   * @param int8 milliseconds in int8
   * @param times how many times as fast int8 is
   */
  record Row(String method, int batch, double stored, double int8, double times) {}

  static Int8Speed measured(String preset, List<String> methods) {
    Native.threads(1);
    Precision stored = Precision.AUTO.on(Device.CPU);
    List<Row> rows = new ArrayList<>();
    List<Row> steps = new ArrayList<>();
    try (Backbone backbone =
        Backbones.initial(preset, Backbones.Options.defaults().with(stored), 0)) {
      for (String method : methods) {
        try (AdaptedModel plain = attached(backbone, method);
            AdaptedModel bytes = attached(backbone, method)) {
          Tensor few = inputs(backbone, 1, 0);
          bytes.quantise(bytes.ranges(List.of(few)));
          few.close();
          for (int batch : BATCHES) {
            rows.add(row(method, batch, backbone, plain, bytes, Int8Speed::inference));
          }
          if (!plain.method().equals(new LinearProbe())) {
            steps.add(row(method, MICRO_BATCH, backbone, plain, bytes, Int8Speed::step));
          }
        }
      }
    }
    return new Int8Speed(preset, stored, rows, steps);
  }

  private static AdaptedModel attached(Backbone backbone, String method) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < CLASSES; i++) {
      labels.add("class " + i);
    }
    return AdaptedModel.attach(
        backbone, Methods.entry(method, "method"), Classification.of(labels), 0);
  }

  private static Row row(
      String method,
      int batch,
      Backbone backbone,
      AdaptedModel plain,
      AdaptedModel bytes,
      BiConsumer<AdaptedModel, Tensor> work) {
    List<Double> stored = new ArrayList<>();
    List<Double> int8 = new ArrayList<>();
    List<Double> times = new ArrayList<>();
    for (int round = -2; round < ROUNDS; round++) {
      Tensor input = inputs(backbone, batch, round);
      double first = milliseconds(plain, input, work);
      double second = milliseconds(bytes, input, work);
      input.close();
      if (round >= 0) {
        stored.add(first);
        int8.add(second);
        times.add(first / second);
      }
    }
    return new Row(method, batch, best(stored), best(int8), Measured.median(times));
  }

  private static double best(List<Double> times) {
    return times.stream().mapToDouble(t -> t).min().orElseThrow();
  }

  private static Tensor inputs(Backbone backbone, int batch, int round) {
    long[] shape = backbone.preprocessing().inputShape();
    try (Scope scope = Scope.withoutGradients()) {
      Rng rng = Rng.of(round, "inputs");
      return scope.keep(Init.normal(rng, 0, 1, batch, shape[0], shape[1], shape[2]));
    }
  }

  private static void inference(AdaptedModel model, Tensor input) {
    try (Scope scope = Scope.withoutGradients()) {
      model.logits(input, Pass.evaluation());
    }
  }

  /** The gradients of a loss, without the optimiser. */
  private static void step(AdaptedModel model, Tensor input) {
    try (Scope scope = Scope.open()) {
      Pass pass = Pass.training(Rng.of(1, "step"), 0);
      Tensor scores = model.logits(input, pass);
      Tensor loss = scores.mul(scores).mean();
      List<Tensor> trained = new ArrayList<>();
      model.trainable().forEach((name, t) -> trained.add(t));
      Tensor all = pass.auxiliaryLoss().map(loss::add).orElse(loss);
      pass.gradients(all, trained).forEach(Tensor::close);
    }
  }

  private static double milliseconds(
      AdaptedModel model, Tensor input, BiConsumer<AdaptedModel, Tensor> work) {
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    long began = clock.getCurrentThreadCpuTime();
    work.accept(model, input);
    return (clock.getCurrentThreadCpuTime() - began) / 1e6;
  }

  String markdown() {
    String inference = "Inference of %s, one thread, CPU time:%n%n".formatted(model) + table(rows);
    return steps.isEmpty()
        ? inference
        : inference
            + "%nForward and backward pass of a training step, the same way:%n%n".formatted()
            + table(steps);
  }

  private String table(List<Row> of) {
    List<List<String>> table = new ArrayList<>();
    for (Row row : of) {
      table.add(
          List.of(
              row.method(),
              Integer.toString(row.batch()),
              BenchResult.number("%.1f", row.stored()),
              BenchResult.number("%.1f", row.int8()),
              BenchResult.number("%.2f", row.times())));
    }
    String stored = precision.name().toLowerCase(java.util.Locale.ROOT);
    return new Columns(
            List.of("method", "batch", stored + ", ms", "int8, ms", "times as fast"), table)
        .markdown();
  }
}
