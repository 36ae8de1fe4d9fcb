package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.model.PointTransformer;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.kit.Feature;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.FullFineTuning;
import dev.adapterx.peft.points.DaptX;
import dev.adapterx.peft.points.Idpt;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What training does to the running statistics of batch norms. */
class PointBatchNormTest {
  private static final String FIRST = "encoder.first_conv.1.";
  private static final Set<String> ENCODER =
      Set.of("encoder.first_conv.1", "encoder.second_conv.1");
  private static final int BATCH = 4;

  @Test
  void a_frozen_encoder_keeps_its_statistics() {
    try (Scope scope = Scope.open();
        PointTransformer points = Tiny.points(Precision.FP32, BatchStatistics.FROZEN);
        AdaptedModel model = attached(points, new AdapterX())) {
      Map<String, float[]> before = Tiny.values(model.buffers());
      assertThat(step(model).statistics()).isEmpty();
      Map<String, float[]> after = Tiny.values(model.buffers());
      assertThat(before).hasSize(4);
      before.forEach((name, values) -> assertThat(after.get(name)).as(name).isEqualTo(values));
    }
  }

  @Test
  void an_updated_encoder_follows_what_it_sees() {
    try (Scope scope = Scope.open();
        PointTransformer points = Tiny.points(Precision.FP32, BatchStatistics.UPDATE);
        AdaptedModel model = attached(points, new AdapterX())) {
      Map<String, float[]> backbone = Tiny.values(points.tensors());
      float[] seen = Tensors.floats(model.logits(Tiny.input(points, BATCH), Pass.evaluation()));
      assertThat(step(model).statistics()).containsOnlyKeys(ENCODER);
      Map<String, float[]> after = Tiny.values(model.buffers());
      double[][] rows = firstLayer(points);
      for (String kind : List.of("running_mean", "running_var")) {
        float[] expected = backbone.get(FIRST + kind).clone();
        for (int c = 0; c < expected.length; c++) {
          double mean = mean(rows[c]);
          double observed = kind.equals("running_mean") ? mean : variance(rows[c], mean);
          expected[c] = (float) (0.9 * expected[c] + 0.1 * observed);
        }
        assertThat(Golden.relativeError(after.get(FIRST + kind), expected))
            .as(kind)
            .isLessThan(1e-5);
      }
      assertThat(Tensors.floats(model.logits(Tiny.input(points, BATCH), Pass.evaluation())))
          .as("evaluation takes the statistics as they are now")
          .isNotEqualTo(seen);
      Map<String, float[]> untouched = Tiny.values(points.tensors());
      backbone.forEach((name, v) -> assertThat(untouched.get(name)).as(name).isEqualTo(v));
    }
  }

  @Test
  void updated_statistics_are_saved_and_restored_bit_for_bit(@TempDir Path folder) {
    try (Scope scope = Scope.open();
        PointTransformer points = Tiny.points(Precision.FP32, BatchStatistics.UPDATE);
        AdaptedModel model = attached(points, new DaptX())) {
      step(model);
      AdapterFile.write(model, folder);
      try (AdaptedModel loaded = AdapterFile.read(folder).attach(points)) {
        Map<String, float[]> again = Tiny.values(loaded.buffers());
        assertThat(again.keySet()).containsExactlyElementsOf(model.buffers().names());
        Tiny.values(model.buffers())
            .forEach((name, values) -> assertThat(again.get(name)).as(name).isEqualTo(values));
        Tensor input = Tiny.input(points, BATCH);
        assertThat(Tensors.floats(loaded.logits(input, Pass.evaluation())))
            .isEqualTo(Tensors.floats(model.logits(input, Pass.evaluation())));
      }
    }
  }

  @Test
  void full_fine_tuning_lets_them_follow_although_the_backbone_is_frozen() {
    try (Scope scope = Scope.open();
        PointTransformer points = Tiny.points(Precision.FP32, BatchStatistics.FROZEN);
        AdaptedModel model = attached(points, new FullFineTuning())) {
      Map<String, float[]> before = Tiny.values(points.tensors());
      assertThat(step(model).statistics()).containsOnlyKeys(ENCODER);
      Tiny.values(model.buffers())
          .forEach((name, v) -> assertThat(v).as(name).isNotEqualTo(before.get(name)));
      Map<String, float[]> after = Tiny.values(points.tensors());
      before.forEach((name, v) -> assertThat(after.get(name)).as(name).isEqualTo(v));
    }
  }

  @Test
  void a_prompt_module_follows_while_the_encoder_stays() {
    try (Scope scope = Scope.open();
        PointTransformer points = Tiny.points(Precision.FP32, BatchStatistics.FROZEN);
        AdaptedModel model =
            attached(points, new Idpt(null, 3, false, List.of(Feature.values())))) {
      Map<String, float[]> before = Tiny.values(model.buffers());
      step(model);
      Set<String> moved =
          Tiny.values(model.buffers()).entrySet().stream()
              .filter(e -> !java.util.Arrays.equals(e.getValue(), before.get(e.getKey())))
              .map(Map.Entry::getKey)
              .collect(Collectors.toSet());
      assertThat(moved).hasSize(8).allMatch(name -> name.startsWith("prompt_module."));
      assertThat(before).containsKey("prompt_pos");
    }
  }

  private static AdaptedModel attached(PointTransformer points, PeftMethod method) {
    return AdaptedModel.attach(points, method, Classification.of(Tiny.LABELS), 1);
  }

  /** A training pass, after which statistics follow. */
  private static Pass step(AdaptedModel model) {
    Pass pass = Pass.training(Rng.of(1, "step"), 0);
    model.logits(Tiny.input(model.backbone(), BATCH), pass);
    model.follow(pass.statistics());
    return pass;
  }

  /** W x + b of the encoder's first layer, channel by channel over all points. */
  private static double[][] firstLayer(PointTransformer points) {
    float[] w = Tensors.floats(points.tensors().get("encoder.first_conv.0.weight"));
    float[] b = Tensors.floats(points.tensors().get("encoder.first_conv.0.bias"));
    Tensor groups = Tiny.input(points, BATCH);
    float[] x = Tensors.floats(groups.narrow(2, 1, groups.size(2) - 1)); // without centres
    double[][] rows = new double[b.length][x.length / 3];
    for (int c = 0; c < b.length; c++) {
      for (int p = 0; p < x.length / 3; p++) {
        rows[c][p] = b[c];
        for (int k = 0; k < 3; k++) {
          rows[c][p] += w[3 * c + k] * x[3 * p + k];
        }
      }
    }
    return rows;
  }

  private static double mean(double[] values) {
    return java.util.Arrays.stream(values).average().orElseThrow();
  }

  /** Unbiased. */
  private static double variance(double[] values, double mean) {
    double sum = java.util.Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return sum / (values.length - 1);
  }
}
