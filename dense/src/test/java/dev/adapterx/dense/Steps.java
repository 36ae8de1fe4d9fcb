package dev.adapterx.dense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** What holds for every method below the head of a dense task. */
public final class Steps {
  private static final double LEARNING_RATE = 0.02;

  /** The forward pass of some fixed samples, and the loss of a task. */
  @FunctionalInterface
  public interface Taught {
    Tensor loss(AdaptedModel model, Pass pass);
  }

  private record Step(double loss, Map<String, float[]> gradients) {}

  private Steps() {}

  /**
   * Checkpointing gives the same gradients, the method is taught, steps lower the loss, and nothing
   * frozen changes.
   *
   * @param head tensors of the head that are taught
   * @param rounding of gradients, relative
   */
  public static void hold(AdaptedModel model, Taught taught, double rounding, List<String> head) {
    prepare(model);
    Backbone backbone = model.backbone();
    Map<String, float[]> frozen = Tiny.values(backbone.tensors());
    Step first = step(model, taught, 0, false);
    Step again = step(model, taught, 0, true);
    assertThat(again.loss()).isCloseTo(first.loss(), within(1e-6));
    Golden.assertGradientsClose(again.gradients(), first.gradients(), rounding);
    assertThat(first.gradients().keySet()).containsAll(head);
    if (!model.hasFixedFeatures()) {
      assertThat(
              first.gradients().entrySet().stream()
                  .filter(e -> !e.getKey().startsWith("head."))
                  .anyMatch(e -> hasNonZero(e.getValue())))
          .as("the method itself is taught")
          .isTrue();
    }
    descends(model, taught, 10);
    Tiny.values(backbone.tensors())
        .forEach((key, values) -> assertThat(values).as(key).isEqualTo(frozen.get(key)));
  }

  /** Steps lower the loss. */
  public static void descends(AdaptedModel model, Taught taught, int steps) {
    prepare(model);
    double first = step(model, taught, 0, false).loss();
    for (int i = 1; i <= steps; i++) {
      Map<String, float[]> gradients = step(model, taught, i, false).gradients();
      try (Scope scope = Scope.withoutGradients()) {
        gradients.forEach(
            (name, g) -> {
              Tensor t = model.trainable().get(name);
              t.sub_(Tensors.scaled(Tensors.of(g, t.shape()), LEARNING_RATE));
            });
      }
    }
    assertThat(step(model, taught, 0, false).loss()).isLessThan(first);
  }

  private static void prepare(AdaptedModel model) {
    if (!model.isPrepared()) {
      model.prepare(List.of(Tiny.input(model.backbone(), 1), Tiny.input(model.backbone(), 1)));
    }
  }

  private static Step step(AdaptedModel model, Taught taught, int number, boolean checkpointing) {
    try (Scope scope = Scope.open()) {
      Pass plain = Pass.training(Rng.of(1, "step").at(number), 0.1);
      Pass pass = checkpointing ? plain.checkpointing() : plain;
      Tensor own = taught.loss(model, pass);
      Tensor loss = pass.auxiliaryLoss().map(own::add).orElse(own);
      List<String> names = model.trainable().names();
      List<Tensor> found =
          pass.gradients(loss, names.stream().map(model.trainable()::get).toList());
      Map<String, float[]> gradients = new LinkedHashMap<>();
      for (int i = 0; i < names.size(); i++) {
        if (found.get(i).defined()) {
          gradients.put(names.get(i), Tensors.floats(found.get(i)));
        }
        found.get(i).close();
      }
      return new Step(Tensors.floats(own)[0], gradients);
    }
  }

  private static boolean hasNonZero(float[] values) {
    for (float v : values) {
      if (v != 0) {
        return true;
      }
    }
    return false;
  }
}
