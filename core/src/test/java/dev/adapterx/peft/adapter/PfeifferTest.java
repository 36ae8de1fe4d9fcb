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
import dev.adapterx.peft.kit.Activation;
import dev.adapterx.peft.kit.AdapterInit;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PfeifferTest {
  @Nested
  class OnImages extends PeftMethodContract {
    @Override
    protected PeftMethod method() {
      return new Pfeiffer();
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
      return new Pfeiffer();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name": "pfeiffer"} | 175200
          {"name": "pfeiffer", "bottleneck": 16} | 322752
          """)
  void costs_what_its_formula_says_on_vit_b(String method, long peft) {
    assertThat(Counts.onVitB(method)).isEqualTo(peft);
  }

  @Test
  void starts_as_the_authors_code_does() {
    try (Scope scope = Scope.open();
        VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      NamedTensors own =
          new Pfeiffer(64, 0, Activation.GELU, AdapterInit.BERT)
              .attach(vit, Rng.of(1, "test"))
              .trainable();
      Spread down = Spread.of(own.get("blocks.1.adapter.down.weight"));
      assertThat(down.isNormal(0.02, false)).as(down.toString()).isTrue();
      Spread up = Spread.of(own.get("blocks.1.adapter.up.weight"));
      assertThat(up.isNormal(0.02, false)).as(up.toString()).isTrue();
      for (String zero :
          new String[] {
            "blocks.1.adapter.down.bias", "blocks.1.adapter.up.bias", "blocks.1.adapter.norm.bias"
          }) {
        assertThat(Spread.of(own.get(zero)).largest()).as(zero).isZero();
      }
      assertThat(Tensors.floats(own.get("blocks.1.adapter.norm.weight"))).containsOnly(1f);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name": "pfeiffer", "bottleneck": -1} | m: pfeiffer.bottleneck must be at least 1, found -1
          {"name": "pfeiffer", "dropout": 1} | m: pfeiffer.dropout must lie in [0, 1), found 1.0
          """)
  void wrong_settings_are_named(String tree, String message) {
    assertThatThrownBy(() -> Methods.read(Settings.json().readTree(tree), "m"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(message);
  }
}
