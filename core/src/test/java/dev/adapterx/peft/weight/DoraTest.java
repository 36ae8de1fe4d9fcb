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
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoraTest {
  private static final List<Projection> QV = List.of(Projection.Q, Projection.V);

  @Nested
  class OnImages extends PeftMethodContract {
    @Override
    protected PeftMethod method() {
      return new Dora();
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
  class EverywhereWithDropout extends OnImages {
    @Override
    protected PeftMethod method() {
      return new Dora(
          3,
          1.5,
          true,
          0.1,
          List.of(Projection.QKV, Projection.PROJ, Projection.FC1, Projection.FC2));
    }
  }

  @Nested
  class OnPoints extends PointMethodContract {
    @Override
    protected PeftMethod method() {
      return new Dora(4, null, false, 0.1, QV);
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
  @CsvSource({"'{}', 313344", "'{\"rank\": 4, \"targets\": [\"qkv\"]}', 175104"})
  void trains_lengths_besides_what_lora_trains(String settings, long count) {
    assertThat(LoraTest.count("vit_base_patch16_224", "dora", settings)).isEqualTo(count);
  }

  @Test
  void lengths_start_as_those_of_the_frozen_rows() {
    try (Scope scope = Scope.open();
        Backbone vit = Tiny.vit(Precision.FP32);
        Tuner tuner = new Dora().attach(vit, Rng.of(1, "t"))) {
      float[] weight = Tensors.floats(vit.tensors().get("blocks.1.attn.qkv.weight"));
      float[] m = Tensors.floats(tuner.trainable().get("blocks.1.dora.v.m"));
      assertThat(m).hasSize(32);
      for (int row = 0; row < 32; row++) {
        double sum = 0;
        for (int k = 0; k < 32; k++) {
          double w = weight[(64 + row) * 32 + k];
          sum += w * w;
        }
        assertThat((double) m[row])
            .isCloseTo(Math.sqrt(sum), org.assertj.core.data.Offset.offset(1e-5));
      }
    }
  }

  @Test
  void a_frozen_row_of_zeros_does_no_harm() {
    try (Scope scope = Scope.open();
        Backbone vit = Tiny.vit(Precision.FP32)) {
      Tensor weight = vit.tensors().get("blocks.0.attn.qkv.weight");
      Tiny.set(weight.narrow(0, 3, 1), Tensors.zeros(Tensors.type(weight), 1, 32));
      try (Tuner tuner = new Dora().attach(vit, Rng.of(1, "t"))) {
        Tensor input = Tiny.input(vit, 2);
        for (float value :
            Tensors.floats(
                vit.features(input, tuner, Pass.evaluation(), Reads.pooled()).pooled())) {
          assertThat(value).isFinite();
        }
      }
    }
  }

  @Test
  void settings_are_checked_at_birth() {
    refused(0, 1.0, 0, QV, "dora.rank must be at least 1, found 0");
    refused(
        1, Double.POSITIVE_INFINITY, 0, QV, "dora.alpha must be a finite number, found Infinity");
    refused(1, 1.0, -1, QV, "dora.dropout must lie in [0, 1), found -1.0");
    refused(
        1,
        1.0,
        0,
        List.of(),
        "dora.targets must name some of q, k, v, qkv, proj, fc1, fc2, each once, found []");
  }

  private static void refused(
      int rank, Double alpha, double dropout, List<Projection> targets, String message) {
    assertThatThrownBy(() -> new Dora(rank, alpha, false, dropout, targets))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }
}
