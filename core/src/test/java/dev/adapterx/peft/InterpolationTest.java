package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.Reads;
import dev.adapterx.nn.BatchNorm;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.FullFineTuning;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import dev.adapterx.weights.DType;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterpolationTest {
  private static final Backbones.Options FP32 = Backbones.Options.defaults().with(Precision.FP32);
  private static final Classification TASK = Classification.of(List.of("ant", "bee", "cat"));

  @TempDir Path folder;

  private static Backbone vit() {
    return Tiny.vit(Precision.FP32);
  }

  private static AdaptedModel tuned(Backbone backbone) {
    AdaptedModel model = AdaptedModel.attach(backbone, new FullFineTuning(), TASK, 2);
    Tiny.randomise(model.trainable(), 0.3, 5);
    return model;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 0.5, 1})
  void every_value_lies_between_the_frozen_and_the_tuned_one(double alpha) {
    try (Scope scope = Scope.withoutGradients();
        Backbone backbone = vit();
        AdaptedModel model = tuned(backbone)) {
      NamedTensors tuned = model.merged();
      NamedTensors between = model.merged(alpha);

      assertThat(between.names()).isEqualTo(tuned.names());
      between.forEach(
          (name, t) -> {
            float[] start = Tensors.floats(backbone.tensors().get(name));
            float[] end = Tensors.floats(tuned.get(name));
            float[] found = Tensors.floats(t);
            for (int i = 0; i < found.length; i++) {
              assertThat((double) found[i])
                  .as(name)
                  .isCloseTo((1 - alpha) * start[i] + alpha * end[i], within(1e-6));
            }
          });
    }
  }

  @Test
  void its_ends_are_the_frozen_and_the_tuned_model_exactly() {
    try (Scope scope = Scope.withoutGradients();
        Backbone backbone = vit();
        AdaptedModel model = tuned(backbone);
        PlainModel frozen = model.merge(0);
        PlainModel half = model.merge(0.5);
        PlainModel merged = model.merge(1)) {
      Pass pass = Pass.evaluation();
      Tensor input = Tiny.input(backbone, 2);

      assertThat(
              Tensors.floats(
                  frozen
                      .backbone()
                      .features(input, BackboneTuner.NONE, pass, Reads.pooled())
                      .pooled()))
          .isEqualTo(
              Tensors.floats(
                  backbone.features(input, BackboneTuner.NONE, pass, Reads.pooled()).pooled()));
      assertThat(Tensors.floats(merged.logits(input, pass)))
          .isEqualTo(Tensors.floats(model.logits(input, pass)));
      assertThat(Tensors.floats(half.logits(input, pass)))
          .isNotEqualTo(Tensors.floats(model.logits(input, pass)));
      // the head is the tuned one at both ends
      assertThat(Tensors.floats(frozen.logits(input, pass)))
          .isEqualTo(Tensors.floats(model.disabled().logits(input, pass)));
    }
  }

  @Test
  void running_statistics_are_interpolated_too() {
    try (Scope scope = Scope.withoutGradients();
        Backbone backbone = Tiny.points(Precision.FP32, Backbones.BatchStatistics.FROZEN);
        AdaptedModel model = tuned(backbone)) {
      String name =
          model.buffers().names().stream().filter(BatchNorm::isStatistic).findFirst().orElseThrow();
      float[] start = Tensors.floats(backbone.tensors().get(name));
      model.buffers().get(name).add_(new Scalar(2.0));

      float[] found = Tensors.floats(model.merged(0.25).get(name));

      for (int i = 0; i < found.length; i++) {
        assertThat(found[i]).isCloseTo(start[i] + 0.5f, within(1e-6f));
      }
    }
  }

  @Test
  void what_is_written_is_what_lies_between() {
    Path file = folder.resolve("model.safetensors");
    try (Scope scope = Scope.withoutGradients();
        Backbone backbone = vit();
        AdaptedModel model = tuned(backbone);
        PlainModel half = Merging.interpolated(model, 0.5)) {
      Merging.write(model, file, DType.F32, true, 0.5);
      try (Backbone loaded = Backbones.load(file, FP32)) {
        Tensor input = Tiny.input(backbone, 2);
        assertThat(Tensors.floats(loaded.classifier().logits(input).orElseThrow()))
            .isEqualTo(Tensors.floats(half.logits(input, Pass.evaluation())));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
  void a_share_beyond_the_ends_is_refused(double alpha) {
    try (Backbone backbone = vit();
        AdaptedModel model = tuned(backbone)) {
      assertThatThrownBy(() -> Merging.interpolated(model, alpha))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "alpha: expected the share of the tuned weights, from 0 (frozen) to 1 (tuned), found "
                  + alpha);
    }
  }

  @Test
  void what_cannot_be_merged_cannot_be_interpolated_for_the_same_reason() {
    try (Backbone backbone = vit();
        AdaptedModel model = AdaptedModel.attach(backbone, new AdapterX(), TASK, 1)) {
      assertThatThrownBy(() -> Merging.interpolated(model, 0.5))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("Adapter-X cannot be merged: which expert a token goes to");
    }
  }
}
