package dev.adapterx.peft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.Reads;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.Counts;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.PeftMethodContract;
import dev.adapterx.peft.PointMethodContract;
import dev.adapterx.peft.Spread;
import dev.adapterx.peft.Tuner;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdapterPlusTest {
  @Nested
  class OnImages extends PeftMethodContract {
    @Override
    protected PeftMethod method() {
      return new AdapterPlus();
    }

    @Override
    protected boolean isIdentityAtStart() {
      return false;
    }
  }

  @Nested
  class OnPoints extends PointMethodContract {
    @Override
    protected PeftMethod method() {
      return new AdapterPlus();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name": "adapter-plus", "bottleneck": 1} | 36876
          {"name": "adapter-plus", "bottleneck": 2} | 55320
          {"name": "adapter-plus", "bottleneck": 4} | 92208
          {"name": "adapter-plus", "bottleneck": 8} | 165984
          {"name": "adapter-plus", "bottleneck": 16} | 313536
          {"name": "adapter-plus", "bias": false} | 156672
          """)
  void costs_what_its_formula_says_on_vit_b(String method, long peft) {
    assertThat(Counts.onVitB(method)).isEqualTo(peft);
  }

  @Test
  void starts_as_the_authors_code_does() {
    try (Scope scope = Scope.open();
        VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      NamedTensors own = new AdapterPlus(64, 0.1, true).attach(vit, Rng.of(1, "test")).trainable();
      Spread down = Spread.of(own.get("blocks.1.adapter.down.weight"));
      assertThat(down.isNormal(0.01, true)).as(down.toString()).isTrue();
      Spread up = Spread.of(own.get("blocks.1.adapter.up.weight"));
      assertThat(up.isNormal(0.01, true)).as(up.toString()).isTrue();
      for (String zero : new String[] {"blocks.1.adapter.down.bias", "blocks.1.adapter.up.bias"}) {
        assertThat(Spread.of(own.get(zero)).largest()).as(zero).isZero();
      }
      assertThat(Tensors.floats(own.get("blocks.1.adapter.scale"))).containsOnly(1f);
    }
  }

  /** The run's own rate of drop path is 0: what is dropped are whole samples of the adapters. */
  @Test
  void its_own_drop_path_leaves_samples_as_the_frozen_backbone_has_them() {
    try (Scope scope = Scope.withoutGradients();
        VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      Tensor images = Tiny.images(vit.config(), 1).expand(64, -1, -1, -1);
      Tuner tuner = new AdapterPlus(8, 0.5, true).attach(vit, Rng.of(1, "test"));
      Tiny.randomise(tuner.trainable(), 0.2, 4);
      Tensor frozen =
          vit.features(images, BackboneTuner.NONE, Pass.evaluation(), Reads.pooled()).pooled();
      Tensor trained =
          vit.features(images, tuner, Pass.training(Rng.of(1, "step"), 0), Reads.pooled()).pooled();
      Tensor distance = trained.sub(frozen).abs().amax(new long[] {1}, false); // (B)
      int untouched = 0;
      for (float d : Tensors.floats(distance)) {
        untouched += d < 1e-5 ? 1 : 0;
      }
      // Both blocks drop a sample with probability 1/4: 16 of 64, and a standard deviation of 3.5.
      assertThat(untouched).isBetween(4, 30);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name": "adapter-plus", "bottleneck": 0} | m: adapter-plus.bottleneck must be at least 1, found 0
          {"name": "adapter-plus", "drop-path": 1} | m: adapter-plus.drop-path must lie in [0, 1), found 1.0
          {"name": "adapter-plus", "dropout": 0.1} | m: unknown key 'dropout'
          """)
  void wrong_settings_are_named(String tree, String message) {
    assertThatThrownBy(() -> Methods.read(Settings.json().readTree(tree), "m"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(message);
  }
}
