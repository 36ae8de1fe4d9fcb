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

class HoulsbyTest {
  @Nested
  class OnImages extends PeftMethodContract {
    @Override
    protected PeftMethod method() {
      return new Houlsby();
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
      return new Houlsby();
    }
  }

  /** Behind the MLP alone, norms frozen. */
  @Nested
  class NoahOnImages extends PeftMethodContract {
    @Override
    protected PeftMethod method() {
      return Houlsby.noah();
    }

    @Override
    protected boolean isIdentityAtStart() {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name": "houlsby"} | 350400
          {"name": "houlsby", "layer-norms": false} | 313536
          {"name": "houlsby", "attention": false} | 193632
          {"name": "houlsby", "preset": "noah"} | 156768
          """)
  void costs_what_its_formula_says_on_vit_b(String method, long peft) {
    assertThat(Counts.onVitB(method)).isEqualTo(peft);
  }

  @Test
  void starts_as_the_authors_code_does() {
    try (Scope scope = Scope.open();
        VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      NamedTensors own =
          new Houlsby(64, true, true, 0, Activation.GELU, AdapterInit.HOULSBY)
              .attach(vit, Rng.of(1, "test"))
              .trainable();
      Spread down = Spread.of(own.get("blocks.1.adapter_attn.down.weight"));
      assertThat(down.isNormal(0.01, true)).as(down.toString()).isTrue();
      Spread up = Spread.of(own.get("blocks.1.adapter_mlp.up.weight"));
      assertThat(up.isNormal(0.01, true)).as(up.toString()).isTrue();
      for (String zero :
          new String[] {"blocks.1.adapter_attn.down.bias", "blocks.1.adapter_mlp.up.bias"}) {
        assertThat(Spread.of(own.get(zero)).largest()).as(zero).isZero();
      }
      assertThat(Tensors.floats(own.get("blocks.1.norm1.weight")))
          .isEqualTo(Tensors.floats(vit.blocks().get(1).norm1().weight()));
    }
  }

  @Test
  void noah_starts_as_its_authors_code_does() {
    try (Scope scope = Scope.open();
        VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      NamedTensors own = Houlsby.noah().attach(vit, Rng.of(1, "test")).trainable();
      assertThat(own.names()).noneMatch(name -> name.contains("norm") || name.contains("attn"));
      for (String matrix : new String[] {"down.weight", "up.weight"}) {
        Spread spread = Spread.of(own.get("blocks.0.adapter_mlp." + matrix));
        assertThat(spread.isUniform(Math.sqrt(6.0 / (32 + 8)))).as(spread.toString()).isTrue();
      }
      Spread bias = Spread.of(own.get("blocks.0.adapter_mlp.up.bias"));
      assertThat(bias.largest()).isBetween(1e-6, 5e-6);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name": "houlsby", "bottleneck": 0} | m: houlsby.bottleneck must be at least 1, found 0
          {"name": "houlsby", "dropout": -0.5} | m: houlsby.dropout must lie in [0, 1), found -0.5
          {"name": "houlsby", "init": "zeros"} | m.init: expected one of lora, houlsby, bert, xavier, found 'zeros'
          {"name": "houlsby", "preset": "noa"} | m.preset: houlsby has no preset 'noa'
          """)
  void wrong_settings_are_named(String tree, String message) {
    assertThatThrownBy(() -> Methods.read(Settings.json().readTree(tree), "m"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(message);
  }
}
