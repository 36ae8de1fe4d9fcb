package dev.adapterx.peft.weight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.peft.MethodChecks;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.PeftMethodContract;
import dev.adapterx.peft.PointMethodContract;
import dev.adapterx.peft.Tuner;
import dev.adapterx.tensor.Precision;
import dev.adapterx.testing.AdapterXReference;
import dev.adapterx.testing.Tiny;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FactTest {
  @Nested
  class OnImages extends PeftMethodContract {
    @Override
    protected PeftMethod method() {
      return new Fact();
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
      return new Fact(Fact.Form.TK, 4, 2, 0);
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
  @CsvSource({"TT, 16, 61440", "TK, 16, 30976", "TK, 32, 86528"})
  void counts_on_vit_b_16(Fact.Form form, int rank, long expected) {
    Fact method = new Fact(form, rank, 1, 0.1);
    assertThat(MethodChecks.on("vit_base_patch16_224", method)).isEqualTo(expected);
  }

  @Test
  void starts_with_the_authors_values() {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        Tuner train = new Fact(Fact.Form.TT, 16, 1, 0).attach(vit, Rng.of(1, "init"));
        Tuner tucker = new Fact(Fact.Form.TK, 16, 1, 0).attach(vit, Rng.of(1, "init"))) {
      assertUniform(train, "fact.u", 1 / Math.sqrt(32));
      assertUniform(train, "blocks.*fact.(q|k|v|proj|fc1)", 0.25); // 16 columns
      assertUniform(train, "blocks.*fact.fc2", 0.125); // 64
      assertThat(MethodChecks.moments(train.trainable(), "fact.v")).containsOnly(0);
      assertUniform(tucker, "fact.core", Math.sqrt(3) / 16);
      assertUniform(tucker, "fact.factors", Math.sqrt(6.0 / (16 + 24)));
      assertThat(MethodChecks.moments(tucker.trainable(), "fact.v")).containsOnly(0);
    }
  }

  /** However the layers are visited: the same layer has the same columns. */
  @Test
  void tucker_cuts_its_factors_by_layer() {
    List<Integer> columns = new ArrayList<>();
    for (int block = 1; block >= 0; block--) {
      for (LinearSite site : LinearSite.values()) {
        Fact.Slices cut = Fact.Slices.of(site, block, 4);
        IntStream.range(0, cut.count()).forEach(i -> columns.add(cut.first() + i));
      }
    }
    assertThat(columns)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 24).boxed().toList());
    assertThat(Fact.Slices.of(LinearSite.PROJ, 1, 4)).isEqualTo(new Fact.Slices(12 + 3, 1));
    assertThat(Fact.Slices.of(LinearSite.FC2, 0, 4)).isEqualTo(new Fact.Slices(8, 4));
  }

  private static void assertUniform(Tuner tuner, String name, double bound) {
    double[] found = MethodChecks.moments(tuner.trainable(), name);
    assertThat(found[0]).as(name).isCloseTo(0, within(0.1 * bound));
    assertThat(found[1]).as(name).isCloseTo(bound / Math.sqrt(3), within(0.05 * bound));
  }

  @ParameterizedTest
  @EnumSource
  void merges_into_a_file(Fact.Form form, @TempDir Path images, @TempDir Path clouds) {
    Fact method = new Fact(form, 4, 2, 0.1);
    try (Backbone vit = Tiny.vit(Precision.FP32);
        Backbone points = Tiny.points(Precision.FP32, BatchStatistics.FROZEN)) {
      MethodChecks.assertMergedFileSaysTheSame(vit, method, images);
      MethodChecks.assertMergedFileSaysTheSame(points, method, clouds);
    }
  }

  @Test
  void an_mlp_that_is_no_whole_number_of_widths_is_refused() {
    try (Backbone vit = AdapterXReference.backbone()) {
      assertThatThrownBy(() -> new Fact().attach(vit, Rng.of(1, "init")))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "fact cuts the MLP's matrices into squares of the backbone's width 32, of which its"
                  + " hidden width must be a multiple, found 48. Choose another method for this"
                  + " backbone, such as lora");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"rank": 0}     | m: fact.rank must be at least 1, found 0
          {"dropout": 1}  | m: fact.dropout must lie in [0, 1), found 1.0
          {"form": "tr"}  | m.form: expected one of tt, tk, found 'tr'
          """)
  void wrong_settings_are_named(String settings, String message) {
    var tree = Settings.json().readTree(settings).asObject().put("name", "fact");
    assertThatThrownBy(() -> Methods.read(tree, "m"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(message);
  }
}
