package dev.adapterx.model.int8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.nn.Block;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Methods;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Native;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Int8LinearsTest {
  private static AdaptedModel attached(VisionTransformer vit, String method) {
    AdaptedModel model =
        AdaptedModel.attach(vit, Methods.entry(method, "test"), Classification.of(Tiny.LABELS), 1);
    Tiny.randomise(model.trainable(), 0.1, 2);
    return model;
  }

  private static void assumeInt8() {
    assumeThat(Native.instructionSets()).containsAnyOf("avx512_vnni", "avx_vnni");
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear-probe", "adapter-x", "lora", "bitfit", "vpt", "ssf", "dora"})
  void scores_are_those_of_fp32_to_a_few_percent(String method) {
    assumeInt8();
    try (VisionTransformer vit = Tiny.vit(Precision.FP32);
        AdaptedModel model = attached(vit, method);
        Scope scope = Scope.withoutGradients()) {
      Tensor input = Tiny.input(vit, 8);
      Tensor exact = model.logits(input, Pass.evaluation());
      model.quantise(model.ranges(List.of(input)));
      Tensor rounded = model.logits(input, Pass.evaluation());
      double error = rounded.sub(exact).norm().item_double() / exact.norm().item_double();
      assertThat(error).isBetween(1e-6, 0.05);
    }
  }

  /** Of two models over weights packed once, each has the bits it has by itself. */
  @Test
  void packed_weights_are_shared() {
    assumeInt8();
    try (VisionTransformer vit = Tiny.vit(Precision.FP32);
        AdaptedModel first = attached(vit, "lora");
        AdaptedModel second = attached(vit, "adapter-x");
        AdaptedModel own = attached(vit, "bitfit");
        Scope scope = Scope.withoutGradients()) {
      Tensor input = Tiny.input(vit, 4);
      Int8Linears packed = Int8Linears.packed(vit.blocks());
      for (AdaptedModel model : List.of(first, second, own)) {
        List<LayerRange> ranges = model.ranges(List.of(input));
        model.quantise(ranges);
        float[] alone = Tensors.floats(model.logits(input, Pass.evaluation()));
        model.quantise(ranges, packed);
        assertThat(model.isQuantised()).isTrue();
        assertThat(Tensors.floats(model.logits(input, Pass.evaluation()))).isEqualTo(alone);
      }
      float[] before = Tensors.floats(first.logits(input, Pass.evaluation()));
      packed.close();
      second.close();
      assertThat(Tensors.floats(first.logits(input, Pass.evaluation()))).isEqualTo(before);
      assertThat(dev.adapterx.peft.Bank.family(first)).isEmpty();
    }
  }

  /** A scale over the whole batch would make it depend on that. */
  @Test
  void a_sample_does_not_depend_on_its_neighbours() {
    assumeInt8();
    try (VisionTransformer vit = Tiny.vit(Precision.FP32);
        AdaptedModel model = attached(vit, "linear-probe");
        Scope scope = Scope.withoutGradients()) {
      Tensor input = Tiny.input(vit, 8);
      model.quantise(model.ranges(List.of(input)));
      Tensor large = input.narrow(0, 1, 1).mul(new Scalar(100.0));
      float[] alone = Tensors.floats(model.logits(input.narrow(0, 0, 1), Pass.evaluation()));
      float[] beside =
          Tensors.floats(
              model.logits(Tensors.cat(0, input.narrow(0, 0, 1), large), Pass.evaluation()));
      for (int i = 0; i < alone.length; i++) {
        assertThat(beside[i]).isBetween(alone[i] - 1e-4f, alone[i] + 1e-4f);
      }
    }
  }

  /** Hands its input to the first linear layer of a block and does nothing else. */
  private static final BackboneTuner FIRST_LAYER =
      new BackboneTuner() {
        @Override
        public BlockTuner block(int i) {
          return new BlockTuner() {
            @Override
            public Tensor block(Block b, Tensor x, Pass pass) {
              return b.attn().qkv().forward(x);
            }
          };
        }
      };

  @Test
  void a_value_in_ten_thousand_is_an_outlier_and_its_layer_stays() {
    try (VisionTransformer vit = Tiny.vit(Precision.FP32);
        Scope scope = Scope.withoutGradients()) {
      Tensor usual = Init.uniform(Rng.of(1, "x"), 1, 32, 20, 32); // 20,480 values
      Tensor rare = usual.clone();
      rare.narrow(0, 0, 1).narrow(1, 0, 1).narrow(2, 0, 1).fill_(new Scalar(100.0));
      LayerRange range = first(vit, usual, rare);
      float[] sizes = Tensors.floats(Tensors.cat(0, usual, rare));
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = Math.abs(sizes[i]);
      }
      Arrays.sort(sizes);
      assertThat(range.layer()).isEqualTo("blocks.0.attn.qkv");
      assertThat(range.largest()).isEqualTo(100);
      assertThat(range.least()).isBetween(-1f, -0.99f);
      assertThat(range.usual()).isEqualTo(sizes[sizes.length - 1 - 4]); // 1e-4 of 40,960
      assertThat(range.hasOutliers()).isTrue();
      LayerRange plain = first(vit, usual, usual);
      assertThat(plain.hasOutliers()).isFalse();
      try (Int8Linears with = Int8Linears.of(vit.blocks(), List.of(plain));
          Int8Linears without = Int8Linears.of(vit.blocks(), List.of(range))) {
        assertThat(with.count()).isEqualTo(1);
        assertThat(without.count()).isZero();
      }
    }
  }

  private static LayerRange first(VisionTransformer vit, Tensor... batches) {
    Calibration calibration = new Calibration();
    return calibration
        .of(
            List.of(batches),
            (x, around) -> around.block(0).block(vit.blocks().get(0), x, Pass.evaluation()),
            FIRST_LAYER)
        .get(0);
  }

  @Test
  void no_samples_are_refused() {
    assertThatThrownBy(() -> new Calibration().of(List.of(), (x, around) -> {}, FIRST_LAYER))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("samples of the training split");
  }

  @Test
  void a_machine_without_the_instructions_is_refused_by_name() {
    assertThatThrownBy(() -> Int8Linears.requireFast(Set.of("avx2", "fma")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("avx512_vnni", "avx2", "bf16");
    Int8Linears.requireFast(Set.of("avx_vnni"));
  }
}
