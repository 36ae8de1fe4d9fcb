package dev.adapterx.peft.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.MethodChecks;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.PointMethodContract;
import dev.adapterx.peft.Tuner;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Point-PEFT's memory, settings, counts and start; its formula is held by golden files. */
class PointPeftTest {
  private static final PointPeft SMALL = new PointPeft(4, 4, null, 3, 0.7, 0.1);

  abstract static class OnPoints extends PointMethodContract {
    /** Added to all of whom the largest is taken, before a batch norm. */
    @Override
    protected Set<String> idle() {
      return Set.of("geometry.attention.proj.bias");
    }
  }

  @Nested
  class WithMemory extends OnPoints {
    @Override
    protected PeftMethod method() {
      return SMALL;
    }
  }

  @Nested
  class WithoutMemory extends OnPoints {
    @Override
    protected PeftMethod method() {
      return new PointPeft(4, 2, 2, 0, 0.7, 0);
    }
  }

  @Nested
  class WithoutPrompts extends OnPoints {
    @Override
    protected PeftMethod method() {
      return new PointPeft(4, 4, 0, 8, 0.7, 0.1);
    }
  }

  private static Backbone points() {
    return Tiny.points(Precision.FP32, BatchStatistics.FROZEN);
  }

  private static AdaptedModel attached(Backbone backbone) {
    return AdaptedModel.attach(backbone, SMALL, Classification.of(Tiny.LABELS), 1);
  }

  private static List<Tensor> clouds(Backbone backbone, int count) {
    Tensor all = Tiny.input(backbone, count);
    return IntStream.range(0, count).mapToObj(i -> all.narrow(0, i, 1)).toList();
  }

  private static float[] logits(AdaptedModel model) {
    try (Scope scope = Scope.withoutGradients()) {
      return Tensors.floats(model.logits(Tiny.input(model.backbone(), 2), Pass.evaluation()));
    }
  }

  @Test
  void remembers_unit_features_of_the_clouds_it_was_shown_and_no_more_than_fit() {
    try (Scope scope = Scope.open();
        Backbone backbone = points();
        AdaptedModel model = attached(backbone)) {
      assertThat(model.examples()).isEqualTo(3);
      float[] before = logits(model);
      model.prepare(clouds(backbone, 5));
      float[] bank = Tensors.floats(model.buffers().get("memory.bank"));
      assertThat(bank).hasSize(3 * 32);
      for (int row = 0; row < 3; row++) {
        double square = 0;
        for (int d = 0; d < 32; d++) {
          square += bank[32 * row + d] * bank[32 * row + d];
        }
        assertThat(square).isCloseTo(1, org.assertj.core.api.Assertions.within(1e-5));
      }
      assertThat(logits(model)).isNotEqualTo(before);
    }
  }

  @Test
  void a_saved_adapter_remembers_without_the_training_data(@TempDir Path folder) {
    try (Scope scope = Scope.open();
        Backbone backbone = points();
        AdaptedModel model = attached(backbone)) {
      model.prepare(clouds(backbone, 3));
      AdapterFile.write(model, folder);
      try (AdaptedModel loaded = AdapterFile.read(folder).attach(backbone)) {
        assertThat(logits(loaded)).isEqualTo(logits(model));
      }
    }
  }

  /** The cloud itself is the most like; an empty place is never like anything. */
  @Test
  void the_prior_is_the_cloud_the_mean_of_the_most_alike_and_these() {
    try (Scope scope = Scope.open();
        Backbone backbone = points()) {
      PriorMemory memory = new PriorMemory(backbone, Tensors.of(new float[4 * 32], 4, 32));
      memory.fill(clouds(backbone, 3).iterator());
      Tensor f = memory.summary(Tiny.input(backbone, 3));
      Tensor prior = memory.prior(f, 2);
      assertThat(prior.shape()).containsExactly(3, 4, 32);
      float[] bank = Tensors.floats(memory.bank());
      for (int b = 0; b < 3; b++) {
        Tensor of = prior.select(0, b);
        Golden.assertClose(of.select(0, 0), Tensors.floats(f.select(0, b)), 1e-6, "own");
        float[] first = Tensors.floats(of.select(0, 2));
        float[] second = Tensors.floats(of.select(0, 3));
        assertThat(first).isEqualTo(Arrays.copyOfRange(bank, 32 * b, 32 * b + 32));
        float likeness = dot(first, second);
        double share = 1 / (1 + Math.exp(likeness - 1));
        float[] mean = new float[32];
        for (int d = 0; d < 32; d++) {
          mean[d] = (float) (share * first[d] + (1 - share) * second[d]);
        }
        Golden.assertClose(of.select(0, 1), mean, 1e-5, "mean");
      }
      float[] third = Tensors.floats(memory.prior(f, 4).select(1, 5));
      assertThat(third).containsOnly(0);
    }
  }

  private static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void adapters_start_as_the_authors_do() {
    try (Backbone backbone = points();
        Tuner tuner = new PointPeft().attach(backbone, Rng.of(1, "init"))) {
      NamedTensors t = tuner.trainable();
      double xavier = Math.sqrt(6.0 / (32 + 16)) / Math.sqrt(3);
      assertThat(deviation(t, "blocks.1.adapter.up.weight")).isBetween(.9 * xavier, 1.1 * xavier);
      assertThat(deviation(t, "blocks.1.adapter1.up.bias")).isBetween(5e-7, 1.5e-6);
      assertThat(deviation(t, "blocks.0.prompts")).isBetween(.015, .02);
      assertThat(Tensors.floats(t.get("blocks.0.norm1.bias")))
          .isEqualTo(Tensors.floats(backbone.blocks().get(0).norm1().bias()));
      assertThat(t.names()).doesNotContain("blocks.1.prompts");
    }
  }

  private static double deviation(NamedTensors t, String name) {
    double sum = 0;
    float[] values = Tensors.floats(t.get(name));
    for (float value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum / values.length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name": "point-peft", "bottleneck": 1} | m: point-peft.bottleneck must be at least 2, found 1
          {"name": "point-peft", "prompts": 0}    | m: point-peft.prompts must be at least 1, found 0
          {"name": "point-peft", "prompted": -1}  | m: point-peft.prompted must not be negative, found -1
          {"name": "point-peft", "memory": -1}    | m: point-peft.memory must not be negative, found -1
          {"name": "point-peft", "memory": 7}     | m: point-peft.memory: of P prompts P - 2 are remembered clouds, so with a memory prompts must be at least 3 and memory at least prompts - 2, found prompts 10 and memory 7; 0 goes without a memory
          {"name": "point-peft", "prompts": 2}    | m: point-peft.memory: of P prompts P - 2 are remembered clouds
          {"name": "point-peft", "dropout": 1}    | m: point-peft.dropout must lie in [0, 1), found 1.0
          """)
  void wrong_settings_are_named(String tree, String message) {
    assertThatThrownBy(() -> Methods.read(Settings.json().readTree(tree), "m"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name": "point-peft", "prompted": 3} | point-peft.prompted must be at most the backbone's depth 2, found 3
          {"name": "point-peft", "memory": 99999999} | point-peft: memory 99999999 makes a bank of 3199999968 values, expected at most 67108864
          {"name": "point-peft", "bottleneck": 2147483647} | point-peft: bottleneck 2147483647 makes an adapter of 137438953408 values, expected at most 67108864
          """)
  void settings_that_do_not_fit_the_backbone_are_told(String tree, String message) {
    PeftMethod method = Methods.read(Settings.json().readTree(tree), "m");
    try (Backbone backbone = points()) {
      assertThatThrownBy(() -> method.attach(backbone, Rng.of(1, "init")))
          .isInstanceOf(ConfigException.class)
          .hasMessage(message);
    }
  }

  @Test
  void images_are_refused_with_the_reason() {
    try (Backbone images = Tiny.vit(Precision.FP32)) {
      assertThatThrownBy(() -> MethodChecks.attached(images, SMALL))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith(
              "point-peft needs groups of a point cloud (its adapters act among neighbouring"
                  + " groups), which the backbone 'tiny' does not have.");
    }
  }
}
