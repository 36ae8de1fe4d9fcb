package dev.adapterx.peft.weight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Reads;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.PeftMethodContract;
import dev.adapterx.peft.PointMethodContract;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Projection;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VeraTest {
  private static final List<Projection> QV = List.of(Projection.Q, Projection.V);

  @Nested
  class OnImages extends PeftMethodContract {
    @Override
    protected PeftMethod method() {
      return new Vera();
    }

    @Override
    protected boolean isIdentityAtStart() {
      return true;
    }

    @Override
    protected boolean isMergeable() {
      return true;
    }
  }

  @Nested
  class OnPoints extends PointMethodContract {
    @Override
    protected PeftMethod method() {
      return new Vera(16, 0.1, 0.5, 3, List.of(Projection.QKV, Projection.FC1, Projection.FC2));
    }

    @Override
    protected boolean isIdentityAtStart() {
      return true;
    }

    @Override
    protected boolean isMergeable() {
      return true;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'{}', 24576",
    // 12 · (2 · 64 + 3072 + 768)
    "'{\"rank\": 64, \"targets\": [\"fc1\", \"fc2\"]}', 47616",
  })
  void trains_two_vectors_for_every_target(String settings, long count) {
    assertThat(LoraTest.count("vit_base_patch16_224", "vera", settings)).isEqualTo(count);
  }

  @Test
  void the_random_matrices_come_from_their_seed_alone() {
    assertThat(featuresWithVectorsOfOnes(7, 1)).isEqualTo(featuresWithVectorsOfOnes(7, 2));
    assertThat(featuresWithVectorsOfOnes(7, 1)).isNotEqualTo(featuresWithVectorsOfOnes(8, 1));
  }

  private static float[] featuresWithVectorsOfOnes(long projectionSeed, long seed) {
    try (Scope scope = Scope.withoutGradients();
        Backbone vit = Tiny.vit(Precision.FP32);
        Tuner tuner = new Vera(4, 0, 0.1, projectionSeed, QV).attach(vit, Rng.of(seed, "t"))) {
      tuner.trainable().forEach((name, t) -> t.fill_(new org.bytedeco.pytorch.Scalar(1f)));
      return Tensors.floats(
          vit.features(Tiny.input(vit, 2), tuner, Pass.evaluation(), Reads.pooled()).pooled());
    }
  }

  @Test
  void starts_as_the_authors_do() {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        Tuner tuner = new Vera().attach(vit, Rng.of(1, "t"))) {
      assertThat(Tensors.floats(tuner.trainable().get("blocks.1.vera.v.d")))
          .hasSize(256)
          .containsOnly(0.1f);
      assertThat(Tensors.floats(tuner.trainable().get("blocks.1.vera.v.b")))
          .hasSize(32)
          .containsOnly(0);
    }
  }

  @Test
  void settings_are_checked_at_birth() {
    refused(0, 0, 0.1, "vera.rank must be at least 1, found 0");
    refused(1, 1, 0.1, "vera.dropout must lie in [0, 1), found 1.0");
    refused(1, 0, 0, "vera.initial must be a finite number but 0, found 0.0");
    refused(1, 0, Double.NaN, "vera.initial must be a finite number but 0, found NaN");
  }

  private static void refused(int rank, double dropout, double initial, String message) {
    assertThatThrownBy(() -> new Vera(rank, dropout, initial, 0, QV))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }
}
