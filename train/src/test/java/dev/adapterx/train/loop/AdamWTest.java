package dev.adapterx.train.loop;

import static dev.adapterx.testing.Golden.assertClose;
import static dev.adapterx.train.References.floats;
import static dev.adapterx.train.References.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.nn.Pass;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.train.References;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class AdamWTest {
  private static Tensor parameter(JsonNode start) {
    return tensor(start).requires_grad_(true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "decay"})
  void ten_steps_equal_torch(String name) {
    JsonNode golden = References.schedules().get("adamw");
    JsonNode config = golden.get("cases").get(name);
    try (Scope scope = Scope.open()) {
      Tensor p = parameter(golden.get("start"));
      try (AdamW adam =
          new AdamW(
              NamedTensors.of(Map.of("p", p)), Set.of(), config.get("weight_decay").asDouble())) {
        for (int k = 0; k < 10; k++) {
          adam.zeroGradients();
          adam.gradient().add_(tensor(golden.get("gradients").get(k)).flatten());
          adam.step(config.get("lr").asDouble());
          assertClose(p, floats(config.get("values").get(k)), 1e-6, "after step " + (k + 1));
        }
        assertThat(adam.steps()).isEqualTo(10);
      }
    }
  }

  /** Two tensors with the same values and gradients, one spared: two trajectories of torch's. */
  @Test
  void weight_decay_spares_those_named() {
    JsonNode golden = References.schedules().get("adamw");
    JsonNode decay = golden.get("cases").get("decay");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("token", parameter(golden.get("start")));
      tensors.put("matrix", parameter(golden.get("start")));
      try (AdamW both = new AdamW(NamedTensors.of(tensors), Set.of("token"), 0.05);
          AdamW without = alone(golden.get("start"))) {
        for (int k = 0; k < 10; k++) {
          Tensor gradient = tensor(golden.get("gradients").get(k)).flatten();
          both.zeroGradients();
          without.zeroGradients();
          both.gradient().add_(Tensors.cat(0, gradient, gradient));
          without.gradient().add_(gradient);
          both.step(decay.get("lr").asDouble());
          without.step(decay.get("lr").asDouble());
        }
        float[] expected = floats(decay.get("values").get(9));
        assertClose(tensors.get("matrix"), expected, 1e-6, "decayed");
        assertClose(tensors.get("token"), Tensors.floats(without.theta()), 1e-6, "spared");
        assertThat(Tensors.floats(tensors.get("token"))).isNotEqualTo(expected);
      }
    }
  }

  private static AdamW alone(JsonNode start) {
    return new AdamW(NamedTensors.of(Map.of("p", parameter(start))), Set.of(), 0);
  }

  /** Of 3 Σx + Σx·y, of which z is no part. */
  @Test
  void the_gradient_of_a_loss_is_flat_decayed_first_and_zero_where_it_does_not_reach() {
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("x", Tensors.of(new float[] {1, 2}, 2).requires_grad_(true));
      tensors.put("y", Tensors.of(new float[] {4, 5}, 2).requires_grad_(true));
      tensors.put("z", Tensors.of(new float[] {7}, 1).requires_grad_(true));
      try (AdamW adam = new AdamW(NamedTensors.of(tensors), Set.of("x"), 0.1)) {
        Tensor x = tensors.get("x");
        Tensor loss = Tensors.scaled(x.sum(), 3).add(x.mul(tensors.get("y")).sum());
        adam.addGradients(adam.gradientsOf(loss, Pass.evaluation()));
        assertThat(Tensors.floats(adam.gradient())).containsExactly(1, 2, 0, 7, 8);
      }
    }
  }

  @Test
  void clipping_equals_torch() {
    JsonNode golden = References.schedules().get("clip");
    for (JsonNode expected : golden.get("cases")) {
      try (Scope scope = Scope.open()) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("a", parameter(golden.get("gradients").get(0)));
        tensors.put("b", parameter(golden.get("gradients").get(1)));
        try (AdamW adam = new AdamW(NamedTensors.of(tensors), Set.of("b"), 0)) {
          Tensor first = tensor(golden.get("gradients").get(0)).flatten();
          adam.gradient().add_(Tensors.cat(0, first, tensor(golden.get("gradients").get(1))));
          double norm = adam.gradientNorm();
          assertThat(norm).isCloseTo(expected.get("norm").asDouble(), within(1e-6));
          adam.clip(expected.get("max_norm").asDouble(), norm);
          long size = first.numel();
          Tensor a = adam.gradient().narrow(0, 0, size);
          Tensor b = adam.gradient().narrow(0, size, adam.gradient().numel() - size);
          assertClose(a, floats(expected.get("clipped").get(0)), 1e-6, "a");
          assertClose(b, floats(expected.get("clipped").get(1)), 1e-6, "b");
        }
      }
    }
  }

  @Test
  void the_moving_average_equals_torch() {
    JsonNode golden = References.schedules().get("ema");
    try (Scope scope = Scope.withoutGradients()) {
      Tensor average = tensor(golden.get("values").get(0));
      for (int k = 1; k < golden.get("values").size(); k++) {
        Trainer.follow(
            average, tensor(golden.get("values").get(k)), golden.get("decay").asDouble());
        assertClose(average, floats(golden.get("averages").get(k - 1)), 1e-6, "after " + k);
      }
    }
  }

  @Test
  void cross_entropy_with_smoothing_equals_timm() {
    JsonNode golden = References.schedules().get("cross_entropy");
    for (JsonNode expected : golden.get("hard")) {
      try (Scope scope = Scope.open()) {
        Tensor logits = tensor(golden.get("logits")).requires_grad_(true);
        long[] labels = {0, 4, 2, 2};
        Tensor loss =
            Classification.crossEntropy(
                logits, Tensors.of(labels, 4), expected.get("smoothing").asDouble());
        loss.backward();
        assertThat(loss.item_double()).isCloseTo(expected.get("loss").asDouble(), within(1e-6));
        assertClose(logits.grad(), floats(expected.get("grad")), 1e-6, "gradient");
      }
    }
  }

  @Test
  void cross_entropy_with_soft_targets_equals_timm() {
    JsonNode golden = References.schedules().get("cross_entropy");
    JsonNode soft = golden.get("soft");
    try (Scope scope = Scope.open()) {
      Tensor logits = tensor(golden.get("logits")).requires_grad_(true);
      Tensor loss = Classification.crossEntropy(logits, tensor(soft.get("targets")), 0);
      loss.backward();
      assertThat(loss.item_double()).isCloseTo(soft.get("loss").asDouble(), within(1e-6));
      assertClose(logits.grad(), floats(soft.get("grad")), 1e-6, "gradient");
    }
  }
}
