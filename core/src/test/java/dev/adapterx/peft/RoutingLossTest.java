package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.mixture.SharingMoA;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The balance and z losses where their values are known: sub-tokens are unit vectors and the router
 * is a multiple of the identity, so that token j goes to expert j.
 */
class RoutingLossTest {
  private static final int EXPERTS = 4;

  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void balance_is_1_when_every_expert_gets_its_share() {
    assertThat(balance(60, 0, 1, 2, 3, 3, 2, 1, 0)).isCloseTo(1, within(1e-6));
  }

  @Test
  void balance_is_1_when_the_router_is_undecided() {
    assertThat(balance(0, 0, 1, 2, 3)).isCloseTo(1, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void balance_is_the_number_of_experts_when_all_go_to_one(int expert) {
    assertThat(balance(60, expert, expert, expert, expert)).isCloseTo(EXPERTS, within(1e-5));
  }

  @Test
  void balance_of_two_used_experts_is_half_their_number() {
    assertThat(balance(60, 0, 2, 0, 2)).isCloseTo(EXPERTS / 2.0, within(1e-5));
  }

  @Test
  void gradient_of_balance_takes_shares_as_constants() {
    // E/T · p_tj · (f_j - Σ_i f_i p_ti) for every token and expert, through s = W u with u = e_t.
    int[] kinds = {0, 0, 0, 1};
    Mixture mixture = mixture(1, o -> o.balance = 1);
    Pass pass = forward(mixture, kinds);
    pass.auxiliaryLoss().orElseThrow().backward();
    double[] share = {0.75, 0.25, 0, 0};
    double[] expected = new double[EXPERTS * EXPERTS];
    for (int kind : kinds) {
      double[] p = softmaxOfUnit(kind);
      double mean = 0;
      for (int i = 0; i < EXPERTS; i++) {
        mean += share[i] * p[i];
      }
      for (int j = 0; j < EXPERTS; j++) {
        expected[j * EXPERTS + kind] += (double) EXPERTS / kinds.length * p[j] * (share[j] - mean);
      }
    }
    float[] grad = Tiny.grad(mixture.get("router.weight"));
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) grad[i]).isCloseTo(expected[i], within(1e-6));
    }
  }

  @Test
  void z_is_the_mean_squared_log_of_the_sum_of_exponentials() {
    Mixture mixture =
        mixture(
            1,
            o -> {
              o.balance = 0;
              o.zLoss = 0.5;
            });
    Pass pass = forward(mixture, 0, 1, 2, 3);
    double lse = Math.log(Math.E + EXPERTS - 1);
    assertThat(value(pass.loss("z").orElseThrow())).isCloseTo(lse * lse, within(1e-5));
    assertThat(value(pass.auxiliaryLoss().orElseThrow())).isCloseTo(lse * lse / 2, within(1e-5));
    assertThat(pass.loss("balance")).isEmpty();
  }

  @Test
  void the_loss_is_the_mean_over_the_uses() {
    Mixture mixture = mixture(60, o -> o.balance = 0.01);
    Pass pass = Pass.training(Rng.of(1, "step"), 0);
    mixture.moa().forward(units(0, 1, 2, 3), pass, "blocks.0");
    mixture.moa().forward(units(0, 0, 0, 0), pass, "blocks.1");
    assertThat(value(pass.loss("balance").orElseThrow())).isCloseTo(2.5, within(1e-5));
    assertThat(value(pass.auxiliaryLoss().orElseThrow())).isCloseTo(0.025, within(1e-7));
  }

  private static double balance(double sharpness, int... kinds) {
    Pass pass = forward(mixture(sharpness, o -> {}), kinds);
    return value(pass.loss("balance").orElseThrow());
  }

  private static Pass forward(Mixture mixture, int... kinds) {
    Pass pass = Pass.training(Rng.of(1, "step"), 0);
    mixture.moa().forward(units(kinds), pass, "blocks.0");
    return pass;
  }

  /** One token with one head per sub-token. */
  private static Tensor units(int... kinds) {
    float[] values = new float[kinds.length * EXPERTS];
    for (int t = 0; t < kinds.length; t++) {
      values[t * EXPERTS + kinds[t]] = 1;
    }
    return Tensors.of(values, 1, kinds.length, EXPERTS);
  }

  private static Mixture mixture(
      double sharpness, java.util.function.Consumer<AdapterX.Options> changes) {
    AdapterX method =
        AdapterX.with(
            o -> {
              o.router = AdapterX.RouterFlavour.LINEAR;
              o.heads = 1;
              o.bottleneck = 2;
              changes.accept(o);
            });
    Parameters parameters = new Parameters(Rng.of(1, "mixture"), Device.CPU);
    SharingMoA moa = SharingMoA.initial(method, EXPERTS, 2, "m", parameters);
    Mixture mixture = new Mixture(moa, parameters.named());
    float[] identity = new float[EXPERTS * EXPERTS];
    for (int e = 0; e < EXPERTS; e++) {
      identity[e * EXPERTS + e] = (float) sharpness;
    }
    Tiny.set(mixture.get("router.weight"), Tensors.of(identity, EXPERTS, EXPERTS));
    return mixture;
  }

  private static double[] softmaxOfUnit(int kind) {
    double[] p = new double[EXPERTS];
    Arrays.setAll(p, j -> (j == kind ? Math.E : 1) / (Math.E + EXPERTS - 1));
    return p;
  }

  private static double value(Tensor scalar) {
    return Tensors.floats(scalar)[0];
  }
}
