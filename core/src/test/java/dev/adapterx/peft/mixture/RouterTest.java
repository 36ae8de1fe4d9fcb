package dev.adapterx.peft.mixture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Parameters;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RouterTest {
  private static final int TOKENS = 20;
  private static final int EXPERTS = 5;
  private static final int WIDTH = 8;
  private static final int INNER = 3;

  private final Scope scope = Scope.open();
  private final Parameters parameters = new Parameters(Rng.of(1, "router"), Device.CPU);

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @EnumSource(AdapterX.RouterFlavour.class)
  void scores_equal_the_formula_computed_element_by_element(AdapterX.RouterFlavour flavour) {
    Router router = router(flavour);
    float[] expected = new float[TOKENS * EXPERTS];
    for (int t = 0; t < TOKENS; t++) {
      double[] u = doubles(tokens().select(0, t));
      for (int e = 0; e < EXPERTS; e++) {
        expected[t * EXPERTS + e] = (float) byHand(flavour, u, e);
      }
    }
    assertThat(Golden.relativeError(Tensors.floats(router.scores(tokens())), expected))
        .isLessThan(1e-5);
  }

  @ParameterizedTest
  @CsvSource({"TORCHSCALE, 24, 15, 0", "COSINE, 24, 15, 1", "LINEAR, 0, 0, 0"})
  void has_as_many_parameters_as_said(
      AdapterX.RouterFlavour flavour, long reduction, long embeddings, long temperature) {
    router(flavour);
    long linear = flavour == AdapterX.RouterFlavour.LINEAR ? EXPERTS * WIDTH : 0;
    assertThat(parameters.named().elements())
        .isEqualTo(reduction + embeddings + temperature + linear);
  }

  @ParameterizedTest
  @EnumSource(names = {"TORCHSCALE", "COSINE"})
  void the_length_of_an_experts_vector_does_not_matter(AdapterX.RouterFlavour flavour) {
    Router router = router(flavour);
    float[] before = Tensors.floats(router.scores(tokens()));
    scale("r.experts", 37);
    assertThat(Golden.relativeError(Tensors.floats(router.scores(tokens())), before))
        .isLessThan(1e-5);
  }

  @Test
  void the_length_of_a_token_matters_to_torchscale_alone() {
    Tensor longer = Tensors.scaled(tokens(), 3);
    Router cosine = router(AdapterX.RouterFlavour.COSINE);
    assertThat(
            Golden.relativeError(
                Tensors.floats(cosine.scores(longer)), Tensors.floats(cosine.scores(tokens()))))
        .isLessThan(1e-5);
    Router oneSided =
        Router.initial(
            AdapterX.RouterFlavour.TORCHSCALE, EXPERTS, WIDTH, INNER, "other", parameters);
    assertThat(
            Golden.relativeError(
                Tensors.floats(oneSided.scores(longer)),
                Tensors.floats(Tensors.scaled(oneSided.scores(tokens()), 3))))
        .isLessThan(1e-5);
  }

  @Test
  void a_cosine_divided_by_its_temperature_is_bounded_by_its_inverse() {
    Router router = router(AdapterX.RouterFlavour.COSINE);
    for (float score : Tensors.floats(router.scores(Tensors.scaled(tokens(), 1000)))) {
      assertThat(Math.abs(score)).isLessThanOrEqualTo(1 / 0.3f + 1e-4f);
    }
    assertThat(Tensors.floats(parameters.named().get("r.temperature"))).containsExactly(0.3f);
  }

  @ParameterizedTest
  @CsvSource({
    "TORCHSCALE, 0",
    "TORCHSCALE, 1e-30",
    "TORCHSCALE, 1e-6",
    "COSINE, 0",
    "COSINE, 1e-6"
  })
  void tiny_vectors_give_finite_scores_and_gradients(AdapterX.RouterFlavour flavour, double scale) {
    Router router = router(flavour);
    scale("r.experts", scale);
    Tensor u = Tensors.scaled(tokens(), scale).requires_grad_(true);
    Tensor scores = router.scores(u);
    assertFinite(Tensors.floats(scores));
    scores.square().sum().add(scores.sum()).backward();
    assertFinite(Tiny.grad(u));
    Tiny.grads(parameters.named()).values().forEach(RouterTest::assertFinite);
  }

  @Test
  void shorter_than_the_smallest_length_is_divided_by_that() {
    Router router = router(AdapterX.RouterFlavour.TORCHSCALE);
    Tiny.set(parameters.named().get("r.experts"), Init.constant(Router.EPS / 1000, EXPERTS, INNER));
    float[] z = Tensors.floats(tokens().mm(parameters.named().get("r.reduction.weight").t()));
    float[] scores = Tensors.floats(router.scores(tokens()));
    for (int t = 0; t < TOKENS; t++) {
      double sum = z[t * INNER] + z[t * INNER + 1] + z[t * INNER + 2];
      assertThat((double) scores[t * EXPERTS]).isCloseTo(sum / 1000, within(1e-6));
    }
  }

  private Router router(AdapterX.RouterFlavour flavour) {
    return Router.initial(flavour, EXPERTS, WIDTH, INNER, "r", parameters);
  }

  private void scale(String name, double factor) {
    Tensor tensor = parameters.named().get(name);
    Tiny.set(tensor, Tensors.scaled(tensor.detach(), factor));
  }

  private double byHand(AdapterX.RouterFlavour flavour, double[] u, int expert) {
    if (flavour == AdapterX.RouterFlavour.LINEAR) {
      return dot(doubles(parameters.named().get("r.weight").select(0, expert)), u);
    }
    double[] z = new double[INNER];
    for (int k = 0; k < INNER; k++) {
      z[k] = dot(doubles(parameters.named().get("r.reduction.weight").select(0, k)), u);
    }
    double[] e = doubles(parameters.named().get("r.experts").select(0, expert));
    double oneSided = dot(z, e) / Math.sqrt(dot(e, e));
    return flavour == AdapterX.RouterFlavour.TORCHSCALE
        ? oneSided
        : oneSided / Math.sqrt(dot(z, z)) / 0.3;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  private static double[] doubles(Tensor tensor) {
    float[] values = Tensors.floats(tensor);
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  private static void assertFinite(float[] values) {
    for (float value : values) {
      assertThat(Float.isFinite(value)).isTrue();
    }
  }

  private static Tensor tokens() {
    return Init.normal(Rng.of(2, "tokens"), 0, 1, TOKENS, WIDTH);
  }
}
