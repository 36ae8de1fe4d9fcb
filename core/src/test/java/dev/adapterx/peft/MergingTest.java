package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.Reads;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.FullFineTuning;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.WeightFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergingTest {
  private static final Backbones.Options FP32 = Backbones.Options.defaults().with(Precision.FP32);
  private static final VisionTransformer BACKBONE =
      (VisionTransformer) Backbones.initial("vit_32x2x2_patch8_32", FP32, 1);
  private static final Classification TASK = Classification.of(List.of("ant", "bee", "cat"));

  @TempDir Path folder;

  @AfterAll
  static void close() {
    BACKBONE.close();
  }

  /** Full fine-tuning, every tensor moved away from where it began. */
  private static AdaptedModel tuned() {
    AdaptedModel model = AdaptedModel.attach(BACKBONE, new FullFineTuning(), TASK, 2);
    try (Scope scope = Scope.withoutGradients()) {
      model
          .trainable()
          .forEach(
              (name, t) ->
                  t.add_(Init.truncatedNormal(Rng.of(3, name), 0.05, t.shape()), new Scalar(1)));
    }
    return model;
  }

  private static Tensor input() {
    return Init.truncatedNormal(Rng.of(4, "input"), 1, 2, 3, 32, 32);
  }

  @Test
  void a_merged_file_is_a_backbone_that_computes_the_same() {
    Path file = folder.resolve("model.safetensors");
    try (Scope scope = Scope.withoutGradients();
        AdaptedModel model = tuned()) {
      List<Path> files = Merging.write(model, file, DType.F32, true);

      assertThat(files).allSatisfy(f -> assertThat(f).isRegularFile());
      try (VisionTransformer merged = (VisionTransformer) Backbones.load(file, FP32)) {
        Pass pass = Pass.evaluation();
        Tensor features =
            merged.features(input(), BackboneTuner.NONE, pass, Reads.pooled()).pooled();
        assertThat(Tensors.floats(features))
            .isEqualTo(Tensors.floats(model.features(input(), pass)))
            .isNotEqualTo(
                Tensors.floats(
                    BACKBONE.features(input(), BackboneTuner.NONE, pass, Reads.pooled()).pooled()));
        assertThat(Tensors.floats(merged.classifier().logits(input()).orElseThrow()))
            .isEqualTo(Tensors.floats(model.logits(input(), pass)));
        assertThat(merged.preprocessing()).isEqualTo(BACKBONE.preprocessing());
        assertThat(merged.config()).isEqualTo(BACKBONE.config());
        assertThat(merged.info().name()).isEqualTo("vit_32x2x2_patch8_32");
      }
    }
    assertThat(folder.resolve("labels.txt")).hasContent("ant\nbee\ncat\n");
  }

  @Test
  void a_merged_file_alone_still_knows_its_heads_and_its_preprocessing() throws IOException {
    Backbones.Options own =
        new Backbones.Options(null, Normalisation.IMAGENET, 1.0, null, null, Precision.FP32);
    // Heads of this width would be guessed as one.
    try (VisionTransformer backbone =
            (VisionTransformer) Backbones.initial("vit_64x1x4_patch8_32", own, 1);
        AdaptedModel model = AdaptedModel.attach(backbone, new FullFineTuning(), TASK, 2)) {
      Merging.write(model, folder.resolve("model.safetensors"), DType.BF16, false);
      Path alone = Files.createDirectory(folder.resolve("alone")).resolve("m.safetensors");
      Files.move(folder.resolve("model.safetensors"), alone);

      try (VisionTransformer merged = (VisionTransformer) Backbones.load(alone, FP32)) {
        assertThat(merged.config()).isEqualTo(backbone.config());
        assertThat(merged.preprocessing()).isEqualTo(backbone.preprocessing());
        assertThat(merged.info().name()).isEqualTo("vit_64x1x4_patch8_32");
      }
    }
  }

  @Test
  void bf16_takes_half_the_bytes_and_says_nearly_the_same() {
    Path half = folder.resolve("half/model.safetensors");
    Path whole = folder.resolve("whole/model.safetensors");
    try (Scope scope = Scope.withoutGradients();
        AdaptedModel model = tuned()) {
      Merging.write(model, half, DType.BF16, true);
      Merging.write(model, whole, DType.F32, true);

      assertThat(bytes(half) * 2).isEqualTo(bytes(whole));
      try (VisionTransformer merged = (VisionTransformer) Backbones.load(half, FP32)) {
        Pass pass = Pass.evaluation();
        float[] expected = Tensors.floats(model.features(input(), pass));
        float[] found =
            Tensors.floats(
                merged.features(input(), BackboneTuner.NONE, pass, Reads.pooled()).pooled());
        for (int i = 0; i < expected.length; i++) {
          assertThat(found[i]).isCloseTo(expected[i], within(0.1f));
        }
      }
    }
  }

  private static long bytes(Path file) {
    return WeightFile.read(file).tensors().values().stream().mapToLong(t -> t.data().limit()).sum();
  }

  @Test
  void without_its_head_the_file_has_no_classifier() {
    Path file = folder.resolve("model.safetensors");
    try (AdaptedModel model = tuned()) {
      Merging.write(model, file, DType.F16, false);
    }

    assertThat(WeightFile.read(file).tensors()).doesNotContainKeys("head.weight", "head.bias");
    assertThat(folder.resolve("labels.txt")).doesNotExist();
  }

  @Test
  void a_value_beyond_half_precision_is_refused_and_nothing_written() {
    Path file = folder.resolve("model.safetensors");
    try (AdaptedModel model = tuned()) {
      try (Scope scope = Scope.withoutGradients()) {
        model.trainable().get("norm.weight").fill_(new Scalar(1e5));
      }
      assertThatThrownBy(() -> Merging.write(model, file, DType.F16, true))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("norm.weight")
          .hasMessageContaining("BF16");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void nothing_is_overwritten() {
    Path file = folder.resolve("model.safetensors");
    try (AdaptedModel model = tuned()) {
      Merging.write(model, file, DType.F32, true);

      assertThatThrownBy(
              () -> Merging.write(model, folder.resolve("other.safetensors"), DType.F32, true))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("config.json exists already");
    }
  }

  @Test
  void what_has_no_place_in_a_plain_backbone_is_refused_with_the_reason() {
    assertRefused(new AdapterX(), "Which expert", "depends on the data", "prompts add tokens");
    assertRefused(new LinearProbe(), "nothing to merge", "unchanged");
  }

  private void assertRefused(PeftMethod method, String... reasons) {
    try (AdaptedModel model = AdaptedModel.attach(BACKBONE, method, TASK, 0)) {
      for (String reason : reasons) {
        assertThatThrownBy(
                () -> Merging.write(model, folder.resolve("m.safetensors"), DType.F32, true))
            .isInstanceOf(ConfigException.class)
            .hasMessageContaining(method.title() + " cannot be merged")
            .hasMessageContainingAll(reason.toLowerCase(java.util.Locale.ROOT));
      }
    }
    assertThat(folder).isEmptyDirectory();
  }
}
