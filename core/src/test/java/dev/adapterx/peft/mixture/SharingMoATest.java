package dev.adapterx.peft.mixture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.Mixture;
import dev.adapterx.peft.kit.Activation;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SharingMoATest {
  private static final int BATCH = 3;
  private static final int TOKENS = 7;

  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @EnumSource(AdapterX.RouterFlavour.class)
  void the_order_of_the_experts_does_not_matter(AdapterX.RouterFlavour flavour) {
    AdapterX method = AdapterX.with(o -> o.router = flavour);
    Mixture mixture = Mixture.random(method);
    float[] before = Tensors.floats(mixture.evaluated(input()));
    Tensor order = Tensors.of(new long[] {2, 0, 3, 1}, 4);
    mixture
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (tensor.dim() > 0 && tensor.size(0) == 4) {
                Tiny.set(tensor, tensor.detach().index_select(0, order));
              }
            });
    assertThat(Golden.relativeError(Tensors.floats(mixture.evaluated(input())), before))
        .isLessThan(1e-6);
  }

  @Test
  void at_the_start_the_task_reaches_the_experts_and_not_the_router() {
    Mixture mixture = Mixture.initial(method(o -> o.balance = 0));
    step(mixture);
    Map<String, float[]> first = Tiny.grads(mixture.tensors());
    assertThat(first.get("m.router.reduction.weight")).containsOnly(0);
    assertThat(first.get("m.router.experts")).containsOnly(0);
    assertThat(norm(first.get("m.up.weight"))).isPositive();
    assertThat(norm(first.get("m.up.bias"))).isPositive();

    Tiny.descend(mixture.tensors(), 0.1);
    step(mixture);
    Map<String, float[]> second = Tiny.grads(mixture.tensors());
    assertThat(norm(second.get("m.router.reduction.weight"))).isPositive();
    assertThat(norm(second.get("m.router.experts"))).isPositive();
    assertThat(norm(second.get("m.down.weight"))).isPositive();
  }

  @Test
  void at_the_start_the_balance_loss_teaches_the_router() {
    Mixture mixture = Mixture.initial(method(o -> o.balance = 0.01));
    step(mixture);
    assertThat(norm(Tiny.grad(mixture.get("router.reduction.weight")))).isPositive();
    assertThat(norm(Tiny.grad(mixture.get("router.experts")))).isPositive();
  }

  @Test
  void one_expert_and_one_head_are_a_plain_adapter() {
    Mixture mixture =
        Mixture.random(
            AdapterX.with(
                o -> {
                  o.experts = 1;
                  o.heads = 1;
                  o.bottleneck = Mixture.BOTTLENECK;
                }));
    float[] expected = plainAdapter(mixture, Tensors.floats(input()));
    assertThat(Golden.relativeError(Tensors.floats(mixture.evaluated(input())), expected))
        .isLessThan(1e-6);
    Pass pass = training();
    mixture.moa().forward(input(), pass, "blocks.0");
    assertThat(pass.auxiliaryLoss()).as("nothing to balance").isEmpty();
  }

  @Test
  void many_uses_of_one_library_get_the_sum_of_the_gradients_of_clones() {
    AdapterX method = method(o -> o.dropout = 0);
    Mixture shared = Mixture.random(method);
    List<Mixture> clones = List.of(Mixture.random(method), Mixture.random(method));
    for (int use = 0; use < 2; use++) {
      loss(shared, inputOf(use), Pass.evaluation()).backward();
      loss(clones.get(use), inputOf(use), Pass.evaluation()).backward();
    }
    Map<String, float[]> sum = Tiny.grads(clones.get(0).tensors());
    Tiny.grads(clones.get(1).tensors())
        .forEach((name, grad) -> Tiny.accumulate(grad, sum.get(name)));
    Tiny.grads(shared.tensors())
        .forEach(
            (name, grad) ->
                assertThat(Golden.relativeError(grad, sum.get(name))).as(name).isLessThan(1e-6));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8, 40})
  void ties_go_to_the_lowest_index(int experts) {
    Mixture mixture = Mixture.random(method(o -> o.experts = experts));
    Tensor reduction = mixture.get("router.reduction.weight");
    Tiny.set(reduction, Init.zeros(reduction.shape()));
    assertThat(chosen(mixture, input())).containsOnly(0);
  }

  @Test
  void an_experts_vector_near_zero_gives_finite_output() {
    Mixture mixture = Mixture.random(AdapterX.with(o -> {}));
    Tiny.set(mixture.get("router.experts"), Init.zeros(4, 16));
    for (float y : Tensors.floats(mixture.evaluated(input()))) {
      assertThat(Float.isFinite(y)).isTrue();
    }
    step(mixture);
    Tiny.grads(mixture.tensors())
        .forEach((name, grad) -> assertThat(norm(grad)).as(name).isNotNaN().isLessThan(1e6));
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 200})
  void nothing_is_dropped_when_all_sub_tokens_choose_one_expert(int bottleneck) {
    Mixture mixture =
        Mixture.initial(
            method(
                o -> {
                  o.router = AdapterX.RouterFlavour.LINEAR;
                  o.bottleneck = bottleneck;
                }));
    // Every sub-token scores expert 1 highest: its entries are positive and its row the largest.
    Tensor rows = Init.constant(0, 4, 6);
    rows.select(0, 1).fill_(new Scalar(5.0));
    Tiny.set(mixture.get("router.weight"), rows);
    Tiny.set(mixture.get("up.bias"), Init.constant(1, 4, 6));
    Tensor positive = input().abs().add(new Scalar(1.0));
    float[] y = Tensors.floats(mixture.evaluated(positive));
    assertThat(chosen(mixture, positive)).hasSize(BATCH * TOKENS * 4).containsOnly(1);
    for (float value : y) {
      assertThat(value).isGreaterThan(0.9f);
    }
  }

  @Test
  void a_sub_token_is_a_contiguous_piece_of_its_token() {
    Mixture mixture = Mixture.random(method(o -> {}));
    Tensor x = input();
    float[] whole = Tensors.floats(mixture.evaluated(x));
    // The third quarter of token 5 of sample 1 alone, four times over.
    Tensor piece = x.select(0, 1).select(0, 5).narrow(0, 12, 6);
    float[] alone = Tensors.floats(mixture.evaluated(piece.repeat(4).view(1, 1, 24)));
    int at = (1 * TOKENS + 5) * 24 + 12;
    assertThat(
            Golden.relativeError(
                Arrays.copyOfRange(whole, at, at + 6), Arrays.copyOfRange(alone, 0, 6)))
        .isLessThan(1e-6);
  }

  @Test
  void jitter_disturbs_the_router_and_not_the_experts() {
    Mixture mixture =
        Mixture.random(
            AdapterX.with(
                o -> {
                  o.experts = 1;
                  o.jitter = 0.9;
                  o.dropout = 0;
                }));
    float[] quiet = Tensors.floats(mixture.evaluated(input()));
    assertThat(Tensors.floats(mixture.moa().forward(input(), training(), "blocks.0")))
        .as("with one expert the gate is 1 whatever the router sees")
        .isEqualTo(quiet);
    Mixture four = Mixture.random(method(o -> o.jitter = 0.9));
    assertThat(Tensors.floats(four.moa().forward(input(), training(), "blocks.0")))
        .isNotEqualTo(Tensors.floats(four.evaluated(input())));
  }

  @Test
  void random_routing_has_no_router_and_evaluates_to_the_mean() {
    Mixture mixture = Mixture.random(method(o -> o.routing = AdapterX.Routing.RANDOM));
    assertThat(mixture.tensors().names()).noneMatch(name -> name.contains("router"));
    Tensor u = input().reshape(-1, 6);
    float[] mean = new float[BATCH * TOKENS * 24];
    Experts library =
        new Experts(
            mixture.get("down.weight"),
            mixture.get("down.bias"),
            mixture.get("up.weight"),
            mixture.get("up.bias"),
            Activation.RELU,
            0);
    for (int e = 0; e < 4; e++) {
      long[] all = new long[BATCH * TOKENS * 4];
      Arrays.fill(all, e);
      float[] y =
          Tensors.floats(
              library.dispatched(u, Init.constant(0.25, all.length, 1), all, training(), "p"));
      Tiny.accumulate(y, mean);
    }
    assertThat(Golden.relativeError(Tensors.floats(mixture.evaluated(input())), mean))
        .isLessThan(1e-6);
  }

  private static AdapterX method(java.util.function.Consumer<AdapterX.Options> changes) {
    return AdapterX.with(
        o -> {
          o.bottleneck = Mixture.BOTTLENECK;
          o.dropout = 0;
          changes.accept(o);
        });
  }

  private static float[] plainAdapter(Mixture mixture, float[] x) {
    float[] down = Tensors.floats(mixture.get("down.weight"));
    float[] downBias = Tensors.floats(mixture.get("down.bias"));
    float[] up = Tensors.floats(mixture.get("up.weight"));
    float[] upBias = Tensors.floats(mixture.get("up.bias"));
    int d = Mixture.WIDTH;
    float[] y = new float[x.length];
    for (int t = 0; t < x.length / d; t++) {
      System.arraycopy(upBias, 0, y, t * d, d);
      for (int r = 0; r < Mixture.BOTTLENECK; r++) {
        double hidden = downBias[r];
        for (int k = 0; k < d; k++) {
          hidden += down[r * d + k] * x[t * d + k];
        }
        for (int k = 0; k < d; k++) {
          y[t * d + k] += (float) (up[k * Mixture.BOTTLENECK + r] * Math.max(0, hidden));
        }
      }
    }
    return y;
  }

  private static void step(Mixture mixture) {
    Pass pass = training();
    Tensor task = loss(mixture, input(), pass);
    pass.auxiliaryLoss().map(task::add).orElse(task).backward();
  }

  private static Tensor loss(Mixture mixture, Tensor x, Pass pass) {
    Tensor y = mixture.moa().forward(x, pass, "blocks.0");
    return y.mul(Init.normal(Rng.of(2, "weight"), 0, 1, y.shape())).sum();
  }

  private static long[] chosen(Mixture mixture, Tensor x) {
    List<long[]> heard = new ArrayList<>();
    Pass listening = Pass.evaluation((place, p, chosen, heads) -> heard.add(Tensors.longs(chosen)));
    mixture.moa().forward(x, listening, "blocks.0");
    return heard.get(0);
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  private static Pass training() {
    return Pass.training(Rng.of(1, "step"), 0);
  }

  private static Tensor input() {
    return inputOf(0);
  }

  private static Tensor inputOf(int use) {
    return Init.normal(Rng.of(2, "input").at(use), 0, 1, BATCH, TOKENS, Mixture.WIDTH);
  }
}
