package dev.adapterx.model;

import static dev.adapterx.testing.Golden.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.weights.StoredTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every variation of the architecture against timm's own forward pass. */
class VisionTransformerGoldenTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "patch14",
        "patch16",
        "patch32",
        "layerscale",
        "no_qkv_bias",
        "distilled",
        "reg",
        "reg_embedded",
        "avg",
      })
  void equals_timm(String variant) {
    Golden golden = Golden.read("vit_" + variant + ".safetensors");
    try (Scope scope = Scope.withoutGradients()) {
      VisionTransformer vit = vit(golden);
      var features =
          vit.features(
                  golden.tensor("input"), BackboneTuner.NONE, Pass.evaluation(), Reads.pooled())
              .pooled();
      assertClose(features, golden.floats("features"), 1e-5, "features");
      assertClose(
          vit.classifier().logits(golden.tensor("input")).orElseThrow(),
          golden.floats("logits"),
          1e-5,
          "logits");
      assertThat(vit.config().patch()).isEqualTo(golden.config().path("patch_size").asInt());
      assertThat(vit.config().imageSize()).isEqualTo(golden.config().path("img_size").asInt());
      assertThat(vit.config().registers()).isEqualTo(golden.config().path("reg_tokens").asInt());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "distilled", "reg", "avg"})
  void what_a_tuner_put_behind_the_prefix_is_no_part_of_the_feature(String variant) {
    try (Scope scope = Scope.withoutGradients()) {
      VisionTransformer vit = vit(Golden.read("vit_" + variant + ".safetensors"));
      Tensor tokens = Init.normal(Rng.of(1, "tokens"), 0, 1, 2, 9, vit.width());
      Tensor extra = Init.normal(Rng.of(1, "extra"), 0, 1, 2, 3, vit.width());
      int prefix = vit.prefixTokens();
      Tensor more =
          Tensors.cat(1, tokens.narrow(1, 0, prefix), extra, tokens.narrow(1, prefix, 9L - prefix));
      assertThat(
              Tensors.floats(vit.pooling().of(more, prefix, 9 - prefix, UnaryOperator.identity())))
          .isEqualTo(
              Tensors.floats(
                  vit.pooling().of(tokens, prefix, 9 - prefix, UnaryOperator.identity())));
    }
  }

  private static VisionTransformer vit(Golden golden) {
    Map<String, StoredTensor> tensors =
        new LinkedHashMap<>(golden.file().within("model.").tensors());
    ViTReader reader = new ViTReader(new StoredShapes(tensors, "golden"));
    SidecarTower plain = SidecarTower.of(SidecarConfig.NONE, "timm", false);
    ViTConfig config =
        reader.config(OptionalInt.of(golden.config().path("num_heads").asInt()), plain, null);
    reader.require(config);
    return VisionTransformer.from(
        golden.tensors("model."),
        config,
        new BackboneInfo("golden", "timm", "", ""),
        ImagePreprocessing.of(config.imageSize(), 1, Normalisation.HALF),
        Precision.FP32);
  }
}
