package dev.adapterx.peft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.peft.MethodChecks;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.PeftMethodContract;
import dev.adapterx.peft.PointMethodContract;
import dev.adapterx.peft.Tuner;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepAdapterTest {
  @Nested
  class OnImages extends PeftMethodContract {
    @Override
    protected PeftMethod method() {
      return new RepAdapter();
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
      return new RepAdapter(6, 2, 0.5, 0, false, false);
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
  @CsvSource({"true, false, 239808", "false, false, 221184", "true, true, 119904"})
  void counts_on_vit_b_16(boolean biases, boolean attentionOnly, long expected) {
    RepAdapter method = new RepAdapter(8, 2, 1, 0.1, biases, attentionOnly);
    assertThat(MethodChecks.on("vit_base_patch16_224", method)).isEqualTo(expected);
  }

  @Test
  void the_lower_layer_starts_xavier_uniform_and_all_else_zero() {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        Tuner tuner = new RepAdapter().attach(vit, Rng.of(1, "init"))) {
      double bound = Math.sqrt(6.0 / (8 + 32));
      double[] down = MethodChecks.moments(tuner.trainable(), ".*down.weight");
      assertThat(down[0]).isCloseTo(0, within(0.03));
      assertThat(down[1]).isCloseTo(bound / Math.sqrt(3), within(0.015));
      for (float value :
          Tensors.floats(tuner.trainable().get("blocks.1.rep_adapter.mlp.down.weight"))) {
        assertThat(Math.abs(value)).isLessThanOrEqualTo((float) bound);
      }
      assertThat(MethodChecks.moments(tuner.trainable(), ".*(up.weight|bias)")).containsOnly(0);
    }
  }

  @Test
  void merges_into_a_file_also_where_queries_had_no_bias(
      @TempDir Path images, @TempDir Path clouds, @TempDir Path unbiased) {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        Backbone points = Tiny.points(Precision.FP32, BatchStatistics.FROZEN)) {
      MethodChecks.assertMergedFileSaysTheSame(vit, new RepAdapter(), images);
      assertThat(points.blocks().get(0).attn().qkv().bias()).isNull();
      MethodChecks.assertMergedFileSaysTheSame(points, new RepAdapter(), clouds);
      MethodChecks.assertMergedFileSaysTheSame(
          points, new RepAdapter(8, 4, 1, 0, false, true), unbiased);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"bottleneck": 0} | m: rep-adapter.bottleneck must be at least 1, found 0
          {"groups": 0}     | m: rep-adapter.groups must be at least 1, found 0
          {"groups": 3}     | m: rep-adapter.groups must divide rep-adapter.bottleneck 8, found 3
          {"dropout": 1}    | m: rep-adapter.dropout must lie in [0, 1), found 1.0
          """)
  void wrong_settings_are_named(String settings, String message) {
    var tree = Settings.json().readTree(settings).asObject().put("name", "rep-adapter");
    assertThatThrownBy(() -> Methods.read(tree, "m"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          9          | 3 | rep-adapter.groups must divide the backbone's width 32, found 3; nearest valid: 2
          2147483647 | 1 | rep-adapter: bottleneck 2147483647 makes an adapter of 137438953408 values, expected at most 67108864
          """)
  void settings_that_do_not_fit_the_backbone_are_told(int bottleneck, int groups, String message) {
    RepAdapter method = new RepAdapter(bottleneck, groups, 1, 0, true, false);
    try (Backbone vit = Tiny.vit(Precision.FP32)) {
      assertThatThrownBy(() -> method.attach(vit, Rng.of(1, "init")))
          .isInstanceOf(ConfigException.class)
          .hasMessage(message);
    }
  }
}
