package dev.adapterx.peft.mixture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
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
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MosaTest {
  /**
   * All that lies before an up layer gets no gradient in a step that draws one which is still zero.
   */
  private static final Set<String> BEFORE_UP =
      Set.of(
          "blocks.0.adapter.down.weight",
          "blocks.0.adapter.down.bias",
          "blocks.0.adapter.norm.weight",
          "blocks.0.adapter.norm.bias",
          "blocks.1.adapter.down.weight",
          "blocks.1.adapter.down.bias",
          "blocks.1.adapter.norm.weight",
          "blocks.1.adapter.norm.bias");

  @Nested
  class OnImages extends PeftMethodContract {
    @Override
    protected PeftMethod method() {
      return new Mosa();
    }

    @Override
    protected boolean isIdentityAtStart() {
      return true;
    }

    @Override
    protected Set<String> idle() {
      return BEFORE_UP;
    }
  }

  @Nested
  class OnImagesWithSharedUp extends PeftMethodContract {
    @Override
    protected PeftMethod method() {
      return new Mosa(16, 4, Mosa.Share.UP, true, 0.1, 0.1);
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
      return new Mosa();
    }

    @Override
    protected boolean isIdentityAtStart() {
      return true;
    }

    @Override
    protected Set<String> idle() {
      return BEFORE_UP;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name": "mosa"}                     | 792768
          {"name": "mosa", "share": "up"}      | 765696
          {"name": "mosa", "share": "none"}    | 1235712
          {"name": "mosa", "experts": 1}       | 322752
          """)
  void costs_what_its_formula_says_on_vit_b(String method, long peft) {
    assertThat(Counts.onVitB(method)).isEqualTo(peft);
  }

  @Test
  void experts_start_as_copies_as_in_the_authors_code() {
    try (Scope scope = Scope.open();
        VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      NamedTensors own =
          new Mosa(16, 3, Mosa.Share.NONE, true, 0.1, 0).attach(vit, Rng.of(1, "t")).trainable();
      Tensor down = own.get("blocks.1.adapter.down.weight");
      assertThat(down.shape()).containsExactly(3, 16, 32);
      assertThat(own.get("blocks.1.adapter.up.bias").shape()).containsExactly(3, 32);
      Spread first = Spread.of(down.select(0, 0));
      assertThat(first.isUniform(Math.sqrt(1 / 32.0))).as(first.toString()).isTrue();
      for (int e = 1; e < 3; e++) {
        assertThat(Tensors.floats(down.select(0, e))).isEqualTo(Tensors.floats(down.select(0, 0)));
      }
      for (String zero : List.of("down.bias", "up.weight", "up.bias", "norm.bias")) {
        assertThat(Spread.of(own.get("blocks.1.adapter." + zero)).largest()).as(zero).isZero();
      }
    }
  }

  /** Two blocks, two experts for each layer: 16 ways through; every step takes one of them. */
  @Test
  void a_training_step_draws_both_layers_of_every_block_for_itself() {
    try (Scope scope = Scope.withoutGradients();
        VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      Mosa method = new Mosa(4, 2, Mosa.Share.NONE, true, 1, 0);
      Mosa plain = new Mosa(4, 1, Mosa.Share.NONE, true, 1, 0);
      Tuner tuner = method.attach(vit, Rng.of(1, "test"));
      Tiny.randomise(tuner.trainable(), 0.2, 4);
      Tensor images = Tiny.images(vit.config(), 2);
      List<float[]> ways = new ArrayList<>();
      for (int way = 0; way < 16; way++) {
        Tuner one = plain.attach(vit, Rng.of(1, "test"));
        int bits = way;
        one.trainable()
            .forEach((name, t) -> Tiny.set(t, part(tuner.trainable().get(name), name, bits)));
        ways.add(
            Tensors.floats(vit.features(images, one, Pass.evaluation(), Reads.pooled()).pooled()));
      }
      Set<Integer> taken = new TreeSet<>();
      for (int step = 0; step < 200; step++) {
        Pass pass = Pass.training(Rng.of(1, "step").at(step), 0);
        float[] features =
            Tensors.floats(vit.features(images, tuner, pass, Reads.pooled()).pooled());
        List<Integer> equal = new ArrayList<>();
        for (int way = 0; way < 16; way++) {
          if (Golden.relativeError(features, ways.get(way)) < 1e-6) {
            equal.add(way);
          }
        }
        assertThat(equal).as("step " + step).hasSize(1);
        taken.addAll(equal);
      }
      assertThat(taken).hasSize(16);
    }
  }

  /** Which expert a way takes here: a bit for each block and layer. */
  private static Tensor part(Tensor stacked, String name, int way) {
    if (name.contains("norm")) {
      return stacked;
    }
    int bit = (name.startsWith("blocks.0") ? 0 : 2) + (name.contains("down") ? 0 : 1);
    return stacked.select(0, way >> bit & 1);
  }

  @ParameterizedTest
  @EnumSource(Mosa.Share.class)
  void an_expert_trains_its_own_part_of_the_matrix_and_all_parts_are_the_whole(Mosa.Share share) {
    try (Scope scope = Scope.open();
        VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      Tuner tuner = new Mosa(6, 3, share, true, 1, 0).attach(vit, Rng.of(1, "test"));
      Tiny.randomise(tuner.trainable(), 0.2, 4);
      for (int step = 0; step < 60; step++) {
        Pass pass = Pass.training(Rng.of(1, "step").at(step), 0);
        vit.features(Tiny.images(vit.config(), 2), tuner, pass, Reads.pooled())
            .pooled()
            .mul(weights(vit))
            .sum()
            .backward();
      }
      for (String layer : List.of("down", "up")) {
        Tensor weight = tuner.trainable().get("blocks.0.adapter." + layer + ".weight");
        float[] grad = Tiny.grad(weight);
        boolean isShared = layer.equals(share.name().toLowerCase(Locale.ROOT));
        assertThat(weight.dim()).isEqualTo(isShared ? 2 : 3);
        if (isShared) {
          assertThat(grad).doesNotContain(0);
          continue;
        }
        for (int i = 0; i < 6 * 32; i++) {
          int owners = 0;
          for (int e = 0; e < 3; e++) {
            owners += grad[e * 6 * 32 + i] == 0 ? 0 : 1;
          }
          assertThat(owners).as(layer + " entry " + i).isEqualTo(1);
        }
        for (int e = 0; e < 3; e++) {
          int own = 0;
          for (int i = 0; i < 6 * 32; i++) {
            own += grad[e * 6 * 32 + i] == 0 ? 0 : 1;
          }
          assertThat(own).as(layer + " expert " + e).isEqualTo(6 * 32 / 3);
        }
        float[] bias = Tiny.grad(tuner.trainable().get("blocks.0.adapter." + layer + ".bias"));
        assertThat(bias).doesNotContain(0);
      }
    }
  }

  /** So that the final norm does not take the sum's gradient away. */
  private static Tensor weights(VisionTransformer vit) {
    return Init.normal(Rng.of(2, "weight"), 0, 1, 2, vit.width());
  }

  @Test
  void without_sparsity_an_expert_trains_all_of_its_matrix() {
    try (Scope scope = Scope.open();
        VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      Tuner tuner = new Mosa(6, 3, Mosa.Share.DOWN, false, 1, 0).attach(vit, Rng.of(1, "test"));
      Tiny.randomise(tuner.trainable(), 0.2, 4);
      Pass pass = Pass.training(Rng.of(1, "step"), 0);
      vit.features(Tiny.images(vit.config(), 2), tuner, pass, Reads.pooled())
          .pooled()
          .mul(weights(vit))
          .sum()
          .backward();
      float[] grad = Tiny.grad(tuner.trainable().get("blocks.0.adapter.up.weight"));
      int trained = 0;
      for (float g : grad) {
        trained += g == 0 ? 0 : 1;
      }
      assertThat(trained).isEqualTo(6 * 32);
    }
  }

  @Test
  void weight_decay_spares_the_biases_of_several_experts() {
    try (Scope scope = Scope.open();
        VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      assertThat(new Mosa().attach(vit, Rng.of(1, "test")).undecayed())
          .containsExactlyInAnyOrder("blocks.0.adapter.up.bias", "blocks.1.adapter.up.bias");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name": "mosa", "bottleneck": 0}  | m: mosa.bottleneck must be at least 1, found 0
          {"name": "mosa", "experts": 0}     | m: mosa.experts must lie in [1, 127], found 0
          {"name": "mosa", "experts": 128}   | m: mosa.experts must lie in [1, 127], found 128
          {"name": "mosa", "dropout": 1}     | m: mosa.dropout must lie in [0, 1), found 1.0
          {"name": "mosa", "scale": 1e999}   | m: mosa.scale must be a finite number, found Infinity
          {"name": "mosa", "share": "both"}  | m.share: expected one of none, down, up, found 'both'
          """)
  void wrong_settings_are_named(String tree, String message) {
    assertThatThrownBy(() -> Methods.read(Settings.json().readTree(tree), "m"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(message);
  }
}
