package dev.adapterx.bench;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Methods;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * How far bf16's gradients are from fp32's, which in turn are compared with PyTorch's by the tests:
 * {@code ‖g₁₆ − g₃₂‖ / ‖g₃₂‖} over all tensors that a method trains. One backbone with random
 * weights, one batch, trained tensors moved away from their initial values, since a factor of 0
 * hides the gradients of its partner. No dropout.
 *
 * @param rows one per method
 */
record Gradients(String model, List<Row> rows) {
  private static final int BATCH = 8;
  private static final int CLASSES = 10;
  private static final double MOVED = 0.02;

  /**
   * One method.
   *
   * @param cosine of the two gradients
   * @param worst relative error of the tensor with the largest, among those with at least a
   *     hundredth of the whole gradient's length
   * @param tensor its name
   */
  record Row(String method, double error, double cosine, double worst, String tensor) {}

  static Gradients measured(String preset, List<String> methods) {
    return new Gradients(preset, methods.stream().map(m -> row(preset, m)).toList());
  }

  private static Row row(String preset, String method) {
    Map<String, float[]> exact = gradients(preset, method, Precision.FP32);
    Map<String, float[]> rounded = gradients(preset, method, Precision.BF16);
    double square = exact.values().stream().mapToDouble(g -> dot(g, g)).sum();
    double dot = 0;
    double size = 0;
    double off = 0;
    double worst = 0;
    String tensor = "";
    for (Map.Entry<String, float[]> one : exact.entrySet()) {
      float[] g = one.getValue();
      float[] h = Objects.requireNonNull(rounded.get(one.getKey()));
      double own = dot(g, g);
      double difference = own - 2 * dot(g, h) + dot(h, h);
      dot += dot(g, h);
      size += dot(h, h);
      off += difference;
      if (own > 1e-4 * square && Math.sqrt(difference / own) > worst) {
        worst = Math.sqrt(difference / own);
        tensor = one.getKey();
      }
    }
    double cosine = dot / Math.sqrt(square * size);
    return new Row(method, Math.sqrt(off / square), cosine, worst, tensor);
  }

  private static double dot(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> (double) a[i] * b[i]).sum();
  }

  private static Map<String, float[]> gradients(String preset, String method, Precision precision) {
    List<String> labels = IntStream.range(0, CLASSES).mapToObj(i -> "class" + i).toList();
    Backbones.Options options = Backbones.Options.defaults().with(precision);
    try (Scope scope = Scope.open();
        Backbone backbone = Backbones.initial(preset, options, 0);
        AdaptedModel model =
            AdaptedModel.attach(
                backbone, Methods.entry(method, "method"), Classification.of(labels), 0)) {
      move(model);
      Tensor input = Init.normal(Rng.of(0, "input"), 0, 1, shape(backbone));
      long[] classes = IntStream.range(0, BATCH).mapToLong(i -> i % CLASSES).toArray();
      Tensor logits = model.logits(input, Pass.evaluation());
      torch.cross_entropy_loss(logits, Tensors.of(classes, BATCH)).backward();
      Map<String, float[]> gradients = new LinkedHashMap<>();
      model
          .trainable()
          .forEach(
              (name, t) ->
                  gradients.put(
                      name,
                      t.grad().defined() ? Tensors.floats(t.grad()) : new float[(int) t.numel()]));
      return gradients;
    }
  }

  private static void move(AdaptedModel model) {
    try (Scope scope = Scope.withoutGradients()) {
      Rng rng = Rng.of(0, "moved");
      model
          .trainable()
          .forEach((name, t) -> t.add_(Init.normal(rng.at(name), 0, MOVED, t.shape())));
    }
  }

  private static long[] shape(Backbone backbone) {
    return Stream.concat(
            Stream.of((long) BATCH),
            java.util.Arrays.stream(backbone.preprocessing().inputShape()).boxed())
        .mapToLong(Long::longValue)
        .toArray();
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("Gradients in bf16 against fp32, ").append(model).append(", batch ").append(BATCH);
    text.append(":\n\n| method | relative error | cosine | worst tensor |\n|---|---:|---:|---:|\n");
    rows.forEach(
        row ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %.4f | %.5f | %.4f (%s) |%n",
                    row.method(),
                    row.error(),
                    row.cosine(),
                    row.worst(),
                    row.tensor())));
    return text.toString();
  }
}
