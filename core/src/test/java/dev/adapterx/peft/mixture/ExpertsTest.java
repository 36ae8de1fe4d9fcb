package dev.adapterx.peft.mixture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.kit.Activation;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExpertsTest {
  private static final int TOKENS = 50;
  private static final int EXPERTS = 5;
  private static final int WIDTH = 8;
  private static final int BOTTLENECK = 6;

  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  /** One way of applying experts to tokens of which each has one. */
  private interface Form {
    Tensor apply(Experts experts, Tensor u, Tensor gate, long[] chosen, Pass pass);
  }

  private static final Form DISPATCHED =
      (e, u, gate, chosen, p) -> e.dispatched(u, gate, chosen, p, "x");
  private static final Form WEIGHED =
      (e, u, gate, chosen, p) -> e.weighed(u, gate.mul(oneHot(chosen)), p, "x");

  @ParameterizedTest
  @EnumSource(Activation.class)
  void both_forms_give_the_same_output_and_gradients(Activation activation) {
    Map<String, float[]> dispatched = outputAndGradients(DISPATCHED, activation);
    Map<String, float[]> weighed = outputAndGradients(WEIGHED, activation);
    assertThat(weighed).containsOnlyKeys(dispatched.keySet()).hasSize(7);
    weighed.forEach(
        (name, values) ->
            assertThat(Golden.relativeError(dispatched.get(name), values))
                .as(name)
                .isLessThan(1e-6));
  }

  @Test
  void an_output_is_the_chosen_adapters_times_its_gate() {
    Experts experts = experts(Activation.RELU, 0, parameters());
    Tensor u = tokens();
    Tensor gate = gates();
    long[] chosen = chosen(EXPERTS);
    float[] y = Tensors.floats(DISPATCHED.apply(experts, u, gate, chosen, Pass.evaluation()));
    float[] expected = new float[TOKENS * WIDTH];
    for (int t = 0; t < TOKENS; t++) {
      float[] out = byHand(experts, (int) chosen[t], Tensors.floats(u.select(0, t)));
      for (int k = 0; k < WIDTH; k++) {
        expected[t * WIDTH + k] = Tensors.floats(gate)[t] * out[k];
      }
    }
    assertThat(Golden.relativeError(y, expected)).isLessThan(1e-6);
  }

  @Test
  void an_expert_nobody_chose_gets_exactly_zero_gradient() {
    for (Form form : new Form[] {DISPATCHED, WEIGHED}) {
      Parameters parameters = parameters();
      Experts experts = experts(Activation.GELU, 0, parameters);
      form.apply(experts, tokens(), gates(), chosen(EXPERTS - 1), Pass.evaluation())
          .sum()
          .backward();
      Tiny.grads(parameters.named())
          .forEach(
              (name, grad) -> {
                int each = grad.length / EXPERTS;
                float[] last = Arrays.copyOfRange(grad, (EXPERTS - 1) * each, grad.length);
                assertThat(last).as(name + " of the last").containsOnly(0);
                for (int e = 0; e < EXPERTS - 1; e++) {
                  float[] own = Arrays.copyOfRange(grad, e * each, (e + 1) * each);
                  assertThat(own).as(name + " of " + e).isNotEqualTo(new float[each]);
                }
              });
    }
  }

  @Test
  void dropout_keeps_the_mean_in_both_forms() {
    Experts experts = experts(Activation.RELU, 0.3, parameters());
    Tensor u = tokens();
    Tensor gate = gates();
    long[] chosen = chosen(EXPERTS);
    float[] exact = Tensors.floats(WEIGHED.apply(experts, u, gate, chosen, Pass.evaluation()));
    for (Form form : new Form[] {DISPATCHED, WEIGHED}) {
      float[] mean = new float[exact.length];
      int draws = 800;
      for (int i = 0; i < draws; i++) {
        try (Scope step = Scope.withoutGradients()) {
          Pass pass = Pass.training(Rng.of(1, "dropout").at(i), 0);
          float[] y = Tensors.floats(form.apply(experts, u, gate, chosen, pass));
          for (int k = 0; k < y.length; k++) {
            mean[k] += y[k] / draws;
          }
        }
      }
      assertThat(Golden.relativeError(mean, exact)).isLessThan(0.05);
    }
  }

  @Test
  void initial_experts_say_nothing() {
    Parameters parameters = new Parameters(Rng.of(1, "init"), Device.CPU);
    Experts experts =
        Experts.initial(EXPERTS, WIDTH, BOTTLENECK, Activation.RELU, 0, "smoa", parameters);
    long[] chosen = chosen(EXPERTS);
    for (Form form : new Form[] {DISPATCHED, WEIGHED}) {
      assertThat(Tensors.floats(form.apply(experts, tokens(), gates(), chosen, Pass.evaluation())))
          .containsOnly(0);
    }
    long expected = EXPERTS * (2L * WIDTH * BOTTLENECK + BOTTLENECK + WIDTH);
    assertThat(parameters.named().elements()).isEqualTo(expected);
  }

  private static Map<String, float[]> outputAndGradients(Form form, Activation activation) {
    Parameters parameters = parameters();
    Experts experts = experts(activation, 0, parameters);
    Tensor u = tokens().requires_grad_(true);
    Tensor gate = gates().requires_grad_(true);
    Tensor y = form.apply(experts, u, gate, chosen(EXPERTS), Pass.evaluation());
    y.mul(Init.normal(Rng.of(2, "weight"), 0, 1, TOKENS, WIDTH)).sum().backward();
    Map<String, float[]> found = new LinkedHashMap<>(Tiny.grads(parameters.named()));
    found.put("y", Tensors.floats(y));
    found.put("u", Tiny.grad(u));
    found.put("gate", Tiny.grad(gate));
    return found;
  }

  private static Parameters parameters() {
    return new Parameters(Rng.of(1, "experts"), Device.CPU);
  }

  private static Experts experts(Activation activation, double dropout, Parameters parameters) {
    Experts experts =
        Experts.initial(EXPERTS, WIDTH, BOTTLENECK, activation, dropout, "smoa", parameters);
    NamedTensors tensors = parameters.named();
    Tiny.randomise(tensors, 0.5, 3);
    return experts;
  }

  private static Tensor tokens() {
    return Init.normal(Rng.of(2, "tokens"), 0, 1, TOKENS, WIDTH);
  }

  private static Tensor gates() {
    return Init.uniform(Rng.of(2, "gates"), 0.4, TOKENS, 1).add(new Scalar(0.5));
  }

  /** Experts below a number, every one of them used. */
  private static long[] chosen(int below) {
    Rng rng = Rng.of(2, "chosen");
    long[] chosen = new long[TOKENS];
    Arrays.setAll(chosen, t -> t < below ? t : rng.nextInt(below));
    return chosen;
  }

  private static Tensor oneHot(long[] chosen) {
    return torch.one_hot(Tensors.of(chosen, chosen.length), EXPERTS).to(torch.ScalarType.Float);
  }

  private static float[] byHand(Experts e, int expert, float[] u) {
    float[] down = Tensors.floats(e.downWeight().select(0, expert));
    float[] downBias = Tensors.floats(e.downBias().select(0, expert));
    float[] up = Tensors.floats(e.upWeight().select(0, expert));
    float[] y = Tensors.floats(e.upBias().select(0, expert));
    for (int r = 0; r < BOTTLENECK; r++) {
      double hidden = downBias[r];
      for (int k = 0; k < WIDTH; k++) {
        hidden += down[r * WIDTH + k] * u[k];
      }
      for (int k = 0; k < WIDTH; k++) {
        y[k] += (float) (up[k * BOTTLENECK + r] * Math.max(0, hidden));
      }
    }
    return y;
  }
}
