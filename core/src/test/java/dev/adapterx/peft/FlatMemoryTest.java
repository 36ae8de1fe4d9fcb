package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.adapterx.base.Rng;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Native;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.testing.Tiny;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** One scope per step keeps native memory where it was. */
class FlatMemoryTest {
  private static final long ALLOWED = 64L << 20;
  private static final int BATCH = 16; // about a megabyte a step, were it forgotten

  @Test
  void three_hundred_steps_take_no_more_memory_than_fifty() {
    assumeThat(Native.residentBytes()).as("the system tells").isPositive();
    try (VisionTransformer vit = Tiny.vit(Precision.FP32);
        AdaptedModel model =
            AdaptedModel.attach(vit, new AdapterX(), Classification.of(Tiny.LABELS), 1);
        Tensor images = Tiny.images(vit.config(), BATCH)) {
      long after50 = 0;
      for (int i = 1; i <= 300; i++) {
        step(model, images, i);
        if (i == 50) {
          after50 = Native.residentBytes();
        }
      }
      assertThat(Native.residentBytes() - after50).isLessThan(ALLOWED);
    }
  }

  /** As above, every block computed a second time. */
  @Test
  void what_is_computed_again_is_freed_again() {
    assumeThat(Native.residentBytes()).as("the system tells").isPositive();
    try (VisionTransformer vit = Tiny.vit(Precision.FP32);
        AdaptedModel model =
            AdaptedModel.attach(vit, new AdapterX(), Classification.of(Tiny.LABELS), 1);
        Tensor images = Tiny.images(vit.config(), BATCH)) {
      List<Tensor> trained = new ArrayList<>();
      model.trainable().forEach((name, t) -> trained.add(t));
      long after50 = 0;
      for (int i = 1; i <= 300; i++) {
        checkpointed(model, images, trained, i);
        if (i == 50) {
          after50 = Native.residentBytes();
        }
      }
      assertThat(Native.residentBytes() - after50).isLessThan(ALLOWED);
    }
  }

  private static void checkpointed(
      AdaptedModel model, Tensor images, List<Tensor> trained, int step) {
    try (Scope scope = Scope.open()) {
      Pass pass = Pass.training(Rng.of(1, "step").at(step), 0.1).checkpointing();
      Tensor loss =
          torch
              .cross_entropy_loss(model.logits(images, pass), Tiny.labels(BATCH))
              .add(pass.auxiliaryLoss().orElseThrow());
      pass.gradients(loss, trained).forEach(Tensor::close);
    }
  }

  private static void step(AdaptedModel model, Tensor images, int step) {
    try (Scope scope = Scope.open()) {
      Pass pass = Pass.training(Rng.of(1, "step").at(step), 0.1);
      Tensor logits = model.logits(images, pass);
      torch
          .cross_entropy_loss(logits, Tiny.labels(BATCH))
          .add(pass.auxiliaryLoss().orElseThrow())
          .backward();
      Tiny.descend(model.trainable(), 0.01);
    }
  }
}
