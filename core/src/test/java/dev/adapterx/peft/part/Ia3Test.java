package dev.adapterx.peft.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.PeftMethodContract;
import dev.adapterx.peft.PointMethodContract;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Projection;
import dev.adapterx.peft.weight.LoraTest;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Ia3Test {
  @Nested
  class OnImages extends PeftMethodContract {
    @Override
    protected PeftMethod method() {
      return new Ia3();
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
  class Elsewhere extends OnImages {
    @Override
    protected PeftMethod method() {
      return new Ia3(
          List.of(Projection.QKV, Projection.PROJ, Projection.FC1),
          List.of(Projection.PROJ, Projection.QKV));
    }
  }

  @Nested
  class WhereThirdsGoIn extends OnImages {
    @Override
    protected PeftMethod method() {
      return new Ia3(List.of(Projection.Q, Projection.V), List.of(Projection.V));
    }
  }

  @Nested
  class OnPoints extends PointMethodContract {
    @Override
    protected PeftMethod method() {
      return new Ia3();
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
    "'{}', 55296",
    "'{\"targets\": [\"k\", \"v\"], \"feedforward\": []}', 18432",
    "'{\"targets\": [\"fc1\", \"fc2\"], \"feedforward\": [\"fc1\"]}', 18432",
  })
  void trains_one_value_for_what_is_stretched(String settings, long count) {
    assertThat(LoraTest.count("vit_base_patch16_224", "ia3", settings)).isEqualTo(count);
  }

  @Test
  void starts_with_ones() {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        Tuner tuner = new Ia3().attach(vit, Rng.of(1, "t"))) {
      assertThat(tuner.trainable().names())
          .startsWith("blocks.0.ia3.k", "blocks.0.ia3.v", "blocks.0.ia3.fc2");
      tuner
          .trainable()
          .forEach((name, l) -> assertThat(Tensors.floats(l)).as(name).containsOnly(1));
    }
  }

  @Test
  void settings_are_checked_at_birth() {
    refused(
        List.of(),
        List.of(),
        "ia3.targets must name some of q, k, v, qkv, proj, fc1, fc2, each once, found []");
    refused(
        List.of(Projection.K),
        List.of(Projection.FC2),
        "ia3.feedforward must name some of ia3.targets [k], found [fc2]");
  }

  private static void refused(
      List<Projection> targets, List<Projection> feedforward, String message) {
    assertThatThrownBy(() -> new Ia3(targets, feedforward))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }
}
