package dev.adapterx.peft.mixture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.kit.Activation;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Gradients against central differences of the loss. The loss is fp32, so the step is 0.005 and
 * agreement to one part in two hundred of the tensor's largest gradient is asked for: enough to
 * catch a missing path or factor. Coordinates whose step makes a sub-token change its expert are
 * left out, as the loss jumps there.
 */
class AdapterXGradientTest {
  private static final double STEP = 0.005;
  private static final int COORDINATES = 6;

  @ParameterizedTest
  @CsvSource({
    "TORCHSCALE, PARALLEL, TOP1",
    "COSINE, PARALLEL, TOP1",
    "LINEAR, PARALLEL, TOP1",
    "TORCHSCALE, SEQUENTIAL, TOP1",
    "COSINE, SEQUENTIAL, SOFT",
  })
  void equal_central_differences(
      AdapterX.RouterFlavour router, AdapterX.Form form, AdapterX.Routing routing) {
    AdapterX method =
        AdapterX.with(
            o -> {
              o.router = router;
              o.form = form;
              o.routing = routing;
              o.experts = 3;
              o.heads = 2;
              o.routerWidth = 4;
              o.bottleneck = 5;
              o.scale = 1;
              o.balance = 0.5;
              o.zLoss = 0.1;
              o.dropout = 0;
              o.activation = Activation.GELU; // no kinks
              o.promptActivation = Activation.GELU;
            });
    try (Scope scope = Scope.open();
        VisionTransformer vit =
            Tiny.vit("vit_16x2x2_patch8_16", Backbones.Options.defaults().with(Precision.FP32), 1);
        AdaptedModel model = AdaptedModel.attach(vit, method, Classification.of(Tiny.LABELS), 1)) {
      Tiny.randomise(model.trainable(), 0.2, 4);
      Tensor images = Tiny.images(vit.config(), 1);
      loss(model, images).backward();
      Rng rng = Rng.of(5, "coordinates");
      model.trainable().names().forEach(name -> check(model, name, images, rng.at(name)));
    }
  }

  private static void check(AdaptedModel model, String name, Tensor images, Rng rng) {
    Tensor tensor = model.trainable().get(name);
    float[] values = Tensors.floats(tensor);
    float[] analytic = Tiny.grad(tensor);
    if (name.startsWith("blocks.1.prompt.")) {
      assertThat(analytic).as(name + " reaches nothing the head sees").containsOnly(0);
      return;
    }
    double scale = 0;
    for (float a : analytic) {
      scale = Math.max(scale, Math.abs(a));
    }
    assertThat(scale).as("gradient of " + name).isPositive();
    int checked = 0;
    int[] order = rng.permutation(values.length);
    for (int n = 0; n < values.length && checked < COORDINATES; n++) {
      int i = order[n];
      Measured up = measured(model, tensor, values, i, STEP, images);
      Measured down = measured(model, tensor, values, i, -STEP, images);
      if (up.routes.equals(down.routes)) {
        double numeric = (up.loss - down.loss) / (2 * STEP);
        assertThat(Math.abs(numeric - analytic[i]) / Math.max(scale, 0.02))
            .as(name + "[" + i + "] " + analytic[i] + ", differences " + numeric)
            .isLessThan(0.01); // a loss in fp32: the last bits are the processor's
        checked++;
      }
    }
    assertThat(checked).as("coordinates of " + name).isPositive();
    Tiny.set(tensor, Tensors.of(values, tensor.shape()));
  }

  /** The loss with one coordinate moved, and where the sub-tokens went. */
  private record Measured(double loss, List<List<Long>> routes) {}

  private static Measured measured(
      AdaptedModel model, Tensor tensor, float[] values, int i, double step, Tensor images) {
    try (Scope scope = Scope.withoutGradients()) {
      float[] moved = values.clone();
      moved[i] += (float) step;
      Tiny.set(tensor, Tensors.of(moved, tensor.shape()));
      List<List<Long>> routes = new ArrayList<>();
      model.features(
          images,
          Pass.evaluation(
              (place, p, chosen, heads) ->
                  routes.add(Arrays.stream(Tensors.longs(chosen)).boxed().toList())));
      return new Measured(Tensors.floats(loss(model, images))[0], routes);
    }
  }

  /** A random combination of the logits and the auxiliary losses: gradients of order 1. */
  private static Tensor loss(AdaptedModel model, Tensor images) {
    Pass pass = Pass.training(Rng.of(1, "step"), 0);
    Tensor logits = model.logits(images, pass);
    Tensor task = logits.mul(Init.normal(Rng.of(6, "weight"), 0, 1, logits.shape())).sum();
    return task.add(pass.auxiliaryLoss().orElseThrow());
  }
}
