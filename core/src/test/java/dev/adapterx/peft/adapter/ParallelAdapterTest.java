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
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.testing.Tiny;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParallelAdapterTest {
  @Nested
  class OnImages extends PeftMethodContract {
    @Override
    protected PeftMethod method() {
      return new ParallelAdapter();
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
      return new ParallelAdapter();
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
          {"name": "parallel-adapter"} | 1189632
          {"name": "parallel-adapter", "bottleneck": 8} | 156768
          """)
  void costs_what_its_formula_says_on_vit_b(String method, long peft) {
    assertThat(Counts.onVitB(method)).isEqualTo(peft);
  }

  @Test
  void starts_as_the_authors_code_does() {
    try (Scope scope = Scope.open();
        VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      NamedTensors own = new ParallelAdapter().attach(vit, Rng.of(1, "test")).trainable();
      Spread down = Spread.of(own.get("blocks.1.adapter.down.weight"));
      assertThat(down.isUniform(Math.sqrt(1 / 32.0))).as(down.toString()).isTrue();
      for (String zero :
          new String[] {
            "blocks.1.adapter.down.bias", "blocks.1.adapter.up.weight", "blocks.1.adapter.up.bias"
          }) {
        assertThat(Spread.of(own.get(zero)).largest()).as(zero).isZero();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name": "parallel-adapter", "bottleneck": 0} | m: parallel-adapter.bottleneck must be at least 1, found 0
          {"name": "parallel-adapter", "dropout": 2} | m: parallel-adapter.dropout must lie in [0, 1), found 2.0
          {"name": "parallel-adapter", "scale": -1e999} | m: parallel-adapter.scale must be a finite number, found -Infinity
          """)
  void wrong_settings_are_named(String tree, String message) {
    assertThatThrownBy(() -> Methods.read(Settings.json().readTree(tree), "m"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(message);
  }
}
