package dev.adapterx.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Backbone;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.recipe.BackboneRecipe;
import dev.adapterx.train.recipe.PretrainRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.run.TrainRun;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrozenWeightsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"FP32", "BF16"})
  void a_changed_byte_is_named(String precision) {
    BackboneRecipe recipe = Tiny.recipe(folder, "backbone.precision=" + precision).backbone();
    try (Backbone backbone = TrainRun.backbone(recipe, 1)) {
      FrozenWeights before = FrozenWeights.of(backbone);
      assertThat(before.unchanged(backbone))
          .startsWith(backbone.tensors().names().size() + " tensors, ")
          .contains("unchanged by training: sha256 ");
      backbone
          .tensors()
          .get("blocks.1.mlp.fc2.weight")
          .view(-1)
          .narrow(0, 7, 1)
          .add_(new Scalar(1));
      assertThatThrownBy(() -> before.unchanged(backbone))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "the backbone's frozen weights changed during training: [blocks.1.mlp.fc2.weight]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "adapter-x", "linear-probe", "lora", "ln-tuning", "bitfit"})
  void methods_leave_the_backbone_alone_and_run_json_says_so(String method) {
    Path run = folder.resolve("run");
    TrainRun.start(
        Tiny.recipe(
            Tiny.images(folder.resolve("images")),
            "method=" + method,
            "train.epochs=2",
            "train.verify-frozen=true"),
        run,
        RunListener.NONE);
    assertThat(Tiny.text(run.resolve("run.json")))
        .containsPattern("\"frozen weights\" : \"\\d+ tensors, \\d+ bytes, unchanged by training");
  }

  /** Running statistics belong to the adapter, also where they are updated. */
  @Test
  void so_does_a_point_transformer_whose_batch_norms_follow() {
    Path run = folder.resolve("run");
    TrainRun.start(
        Recipe.read(
            "",
            List.of(
                "backbone.preset=point_32x2x2_c8_g8k6_64",
                "backbone.batch-norm=update",
                "method=adapter-x",
                "data.path=shapes:4x10",
                "train.epochs=1",
                "train.batch=8",
                "train.warmup-epochs=0",
                "train.verify-frozen=true"),
            "test"),
        run,
        RunListener.NONE);
    assertThat(Tiny.text(run.resolve("run.json"))).contains("unchanged by training: sha256");
  }

  @Test
  void a_pre_training_freezes_nothing() {
    assertThatThrownBy(() -> PretrainRecipe.read("", List.of("train.verify-frozen=true"), "test"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("pre-training freezes nothing");
  }
}
