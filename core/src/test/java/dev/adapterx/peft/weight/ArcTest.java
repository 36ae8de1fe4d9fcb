package dev.adapterx.peft.weight;

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
import dev.adapterx.testing.Tiny;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArcTest {
  @Nested
  class OnImages extends PeftMethodContract {
    @Override
    protected PeftMethod method() {
      return new Arc();
    }

    @Override
    protected boolean isIdentityAtStart() {
      return false;
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
      return new Arc(5, 0, true);
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
  @CsvSource({"false, 96432", "true, 48216"})
  void counts_on_vit_b_16(boolean attentionOnly, long expected) {
    Arc method = new Arc(50, 0.1, attentionOnly);
    assertThat(MethodChecks.on("vit_base_patch16_224", method)).isEqualTo(expected);
  }

  @Test
  void starts_with_the_authors_values() {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        Tuner tuner = new Arc(50, 0, false).attach(vit, Rng.of(1, "init"))) {
      double[] projections = MethodChecks.moments(tuner.trainable(), "arc.*projection");
      assertThat(projections[1]).isCloseTo(Math.sqrt(2.0 / (32 + 50)), within(0.01));
      double[] scales = MethodChecks.moments(tuner.trainable(), ".*mlp.scale");
      assertThat(scales[1]).isCloseTo(Math.sqrt(2.0 / (1 + 50)), within(0.02));
      assertThat(MethodChecks.moments(tuner.trainable(), ".*(attn.scale|bias)")).containsOnly(0);
    }
  }

  @Test
  void merges_into_a_file_also_where_queries_had_no_bias(
      @TempDir Path images, @TempDir Path clouds) {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        Backbone points = Tiny.points(Precision.FP32, BatchStatistics.FROZEN)) {
      MethodChecks.assertMergedFileSaysTheSame(vit, new Arc(), images);
      MethodChecks.assertMergedFileSaysTheSame(points, new Arc(), clouds);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"bottleneck": 0} | m: arc.bottleneck must be at least 1, found 0
          {"dropout": -0.1} | m: arc.dropout must lie in [0, 1), found -0.1
          """)
  void wrong_settings_are_named(String settings, String message) {
    var tree = Settings.json().readTree(settings).asObject().put("name", "arc");
    assertThatThrownBy(() -> Methods.read(tree, "m"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }
}
