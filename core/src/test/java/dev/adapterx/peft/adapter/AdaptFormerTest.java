package dev.adapterx.peft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.peft.Counts;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.PeftMethodContract;
import dev.adapterx.peft.PointMethodContract;
import dev.adapterx.peft.Spread;
import dev.adapterx.peft.Tuner;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.testing.Tiny;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptFormerTest {
  @Nested
  class OnImages extends PeftMethodContract {
    @Override
    protected PeftMethod method() {
      return new AdaptFormer();
    }

    @Override
    protected boolean isIdentityAtStart() {
      return true;
    }
  }

  @Nested
  class OnPoints extends PointMethodContract {
    @Override
    protected PeftMethod method() {
      return new AdaptFormer();
    }

    @Override
    protected boolean isIdentityAtStart() {
      return true;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name": "adaptformer"}                                    | 1189632
          {"name": "adaptformer", "bottleneck": 8}                   | 156768
          {"name": "adaptformer", "bottleneck": 32, "bias": false}   | 589824
          """)
  void costs_what_its_formula_says_on_vit_b(String method, long peft) {
    assertThat(Counts.onVitB(method)).isEqualTo(peft);
  }

  @Test
  void starts_as_the_authors_code_does() {
    try (Scope scope = Scope.open();
        VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      Tuner tuner = new AdaptFormer().attach(vit, Rng.of(1, "test"));
      Spread down = Spread.of(tuner.trainable().get("blocks.1.adapter.down.weight"));
      assertThat(down.isUniform(Math.sqrt(1 / 32.0))).as(down.toString()).isTrue();
      for (String zero : new String[] {"down.bias", "up.weight", "up.bias"}) {
        assertThat(Spread.of(tuner.trainable().get("blocks.1.adapter." + zero)).largest())
            .as(zero)
            .isZero();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name": "adaptformer", "bottleneck": 0}   | m: adaptformer.bottleneck must be at least 1, found 0
          {"name": "adaptformer", "dropout": 1}      | m: adaptformer.dropout must lie in [0, 1), found 1.0
          {"name": "adaptformer", "scale": 1e999}    | m: adaptformer.scale must be a finite number, found Infinity
          {"name": "adaptformer", "activation": "tanh"} | m.activation: expected one of identity, relu, gelu, quick-gelu, found 'tanh'
          {"name": "adaptformer", "norm": true}      | m: unknown key 'norm'
          """)
  void wrong_settings_are_named(String tree, String message) {
    assertThatThrownBy(() -> Methods.read(Settings.json().readTree(tree), "m"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(message);
  }
}
