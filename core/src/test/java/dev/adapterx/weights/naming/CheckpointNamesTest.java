package dev.adapterx.weights.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.testing.SharedData;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.Fixtures;
import dev.adapterx.weights.MemoryBudget;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointNamesTest {
  private static WeightFile file(Map<String, StoredTensor> tensors) {
    return new WeightFile(Path.of("made.safetensors"), "safetensors", tensors, Map.of());
  }

  private static WeightFile renamed(WeightFile file, UnaryOperator<String> renaming) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    file.tensors()
        .forEach((name, t) -> tensors.put(renaming.apply(name), t.named(renaming.apply(name))));
    return file(tensors);
  }

  private static WeightFile with(WeightFile file, String... names) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>(file.tensors());
    for (String name : names) {
      tensors.put(name, StoredTensor.of(name, new float[] {1}, 1));
    }
    return file(tensors);
  }

  private static WeightFile without(WeightFile file, String name) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>(file.tensors());
    assertThat(tensors.remove(name)).isNotNull();
    return file(tensors);
  }

  private static void assertSame(CheckpointNames.Named renamed, WeightFile expected) {
    assertThat(renamed.tensors().keySet()).isEqualTo(expected.tensors().keySet());
    expected
        .tensors()
        .forEach(
            (name, tensor) -> {
              StoredTensor found = renamed.tensors().get(name);
              assertThat(found.name()).isEqualTo(name);
              assertThat(Fixtures.describe(found)).as(name).isEqualTo(Fixtures.describe(tensor));
              assertThat(found.floats()).as(name).isEqualTo(tensor.floats());
            });
  }

  /** The references were checked against timm's own forward pass when they were made. */
  @ParameterizedTest
  @CsvSource({
    "google.npz, google-npz, google_timm",
    "hf_vit.safetensors, hf-vit, hf_vit_timm",
    "hf_vit_bare.safetensors, hf-vit, hf_vit_bare_timm",
    "hf_deit.safetensors, hf-deit, hf_deit_timm",
    "hf_dinov2.safetensors, hf-dinov2, hf_dinov2_timm",
    "hf_dinov2_registers.safetensors, hf-dinov2, hf_dinov2_registers_timm",
    "google_timm.safetensors, timm, google_timm"
  })
  void every_source_comes_out_as_timm_has_it(String name, String source, String reference) {
    var renamed = CheckpointNames.timm(Fixtures.read(name));
    assertThat(renamed.source()).isEqualTo(source);
    assertSame(renamed, Fixtures.read(reference + ".safetensors"));
  }

  @Test
  void what_is_left_out_is_told() {
    assertThat(CheckpointNames.timm(Fixtures.read("hf_vit_bare.safetensors")).dropped())
        .containsExactlyInAnyOrder("pooler.dense.weight", "pooler.dense.bias");
    assertThat(CheckpointNames.timm(Fixtures.read("hf_dinov2.safetensors")).dropped())
        .containsExactly("embeddings.mask_token");
  }

  @Test
  void the_names_that_transformers_5_has_in_memory_are_understood() {
    WeightFile memory =
        renamed(
            Fixtures.read("hf_vit.safetensors"),
            name ->
                name.replace("encoder.layer.", "layers.")
                    .replace("attention.attention.query", "attention.q_proj")
                    .replace("attention.attention.key", "attention.k_proj")
                    .replace("attention.attention.value", "attention.v_proj")
                    .replace("attention.output.dense", "attention.o_proj")
                    .replace("intermediate.dense", "mlp.fc1")
                    .replace("output.dense", "mlp.fc2"));
    assertSame(CheckpointNames.timm(memory), Fixtures.read("hf_vit_timm.safetensors"));
  }

  @Test
  void google_files_with_the_optimizer_inside_are_understood() {
    WeightFile google = Fixtures.read("google.npz");
    WeightFile prefixed = with(renamed(google, n -> "opt/target/" + n), "opt/state/step");
    var renamed = CheckpointNames.timm(prefixed);
    assertSame(renamed, Fixtures.read("google_timm.safetensors"));
    assertThat(renamed.dropped()).containsExactly("opt/state/step");
  }

  @Test
  void a_representation_layer_goes_and_takes_its_head_along() {
    var google = CheckpointNames.timm(with(Fixtures.read("google.npz"), "pre_logits/kernel"));
    assertThat(google.dropped())
        .containsExactlyInAnyOrder("head/kernel", "head/bias", "pre_logits/kernel");
    assertThat(google.tensors()).doesNotContainKey("head.weight");

    var timm =
        CheckpointNames.timm(
            with(Fixtures.read("google_timm.safetensors"), "pre_logits.fc.weight"));
    assertThat(timm.dropped())
        .containsExactlyInAnyOrder("head.weight", "head.bias", "pre_logits.fc.weight");
  }

  @Test
  void the_names_of_dinov2s_authors_are_understood_in_chunks_too() {
    WeightFile reference = Fixtures.read("hf_dinov2_registers_timm.safetensors");
    WeightFile original =
        with(
            renamed(
                reference,
                name ->
                    name.replace("reg_token", "register_tokens")
                        .replaceFirst("^blocks\\.", "blocks.0.")),
            "mask_token");
    var renamed = CheckpointNames.timm(original);
    assertThat(renamed.source()).isEqualTo("dinov2");
    assertThat(renamed.dropped()).containsExactly("mask_token");
    assertSame(renamed, reference);
  }

  @Test
  void a_masked_autoencoders_decoder_is_dropped() {
    WeightFile mae =
        with(Fixtures.read("google_timm.safetensors"), "mask_token", "decoder_embed.weight");
    var renamed = CheckpointNames.timm(mae);
    assertThat(renamed.source()).isEqualTo("timm");
    assertThat(renamed.dropped()).containsExactly("mask_token", "decoder_embed.weight");
  }

  @Test
  void half_precision_stays_half_precision() {
    Map<String, StoredTensor> halves = new LinkedHashMap<>();
    Fixtures.read("hf_vit.safetensors")
        .tensors()
        .forEach(
            (name, t) -> {
              var zeros = MemoryBudget.direct(t.elements() * 2, name);
              halves.put(name, new StoredTensor(name, DType.BF16, t.shape(), zeros));
            });
    assertThat(CheckpointNames.timm(file(halves)).tensors().values())
        .allMatch(t -> t.dtype() == DType.BF16);
  }

  @Test
  void unknown_names_are_shown() {
    assertThatThrownBy(() -> CheckpointNames.timm(Fixtures.read("plain.pt")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("plain.pt")
        .hasMessageContaining("timm, DINOv2, Hugging Face")
        .hasMessageContaining("f32, f16, bf16");
  }

  /** Wrappers of torch, Lightning, MMPretrain, DINO, FSDP and whatever else. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "module.",
        "_orig_mod.",
        "model.",
        "backbone.",
        "encoder.",
        "visual.trunk.",
        "teacher.backbone.",
        "module._orig_mod.model.",
        "_fsdp_wrapped_module.net.",
        "anything_at_all."
      })
  void what_stands_before_all_names_is_found(String prefix) {
    WeightFile plain = Fixtures.read("google_timm.safetensors");
    var named = CheckpointNames.timm(renamed(plain, n -> prefix + n));
    assertSame(named, plain);
    String bare = prefix.replace("_orig_mod.", "").replace("_fsdp_wrapped_module.", "");
    assertThat(named.prefix()).isEqualTo(bare);

    WeightFile hf = Fixtures.read("hf_vit.safetensors");
    var renamed = CheckpointNames.timm(renamed(hf, n -> prefix + n));
    assertSame(renamed, Fixtures.read("hf_vit_timm.safetensors"));
    assertThat(renamed.source()).isEqualTo("hf-vit");
  }

  @Test
  void wrappers_inside_of_names_are_found_too() {
    WeightFile plain = Fixtures.read("google_timm.safetensors");
    var named =
        CheckpointNames.timm(
            renamed(plain, n -> n.replaceFirst("^(blocks\\.\\d+\\.)", "$1_orig_mod.")));
    assertSame(named, plain);
    assertThat(named.place()).isEmpty();
  }

  @Test
  void what_lies_beside_a_wrapped_network_is_left_out_and_told() {
    WeightFile plain = Fixtures.read("google_timm.safetensors");
    var named =
        CheckpointNames.timm(with(renamed(plain, n -> "backbone." + n), "neck.weight", "head.fc"));
    assertSame(named, plain);
    assertThat(named.leftOut()).containsExactly("neck", "head");
    assertThat(named.place()).isEqualTo("'backbone.'");
  }

  /** Halves of the values, in the same file under other names. */
  private static WeightFile beside(WeightFile plain, String own, String other) {
    Map<String, StoredTensor> both = new LinkedHashMap<>();
    plain
        .tensors()
        .forEach(
            (name, tensor) -> {
              float[] half = tensor.floats();
              for (int i = 0; i < half.length; i++) {
                half[i] *= 0.5f;
              }
              both.put(other + name, StoredTensor.of(other + name, half, tensor.shape()));
              both.put(own + name, tensor.named(own + name));
            });
    return file(both);
  }

  @ParameterizedTest
  @CsvSource({
    "state_dict_ema., state_dict.",
    "model_ema.module., model.",
    "ema., net.",
    "params_ema., params.",
    "teacher.backbone., student.module.backbone.",
    "target_encoder.module., encoder.module.",
  })
  void averaged_weights_come_first_and_the_others_by_name(String average, String raw) {
    WeightFile plain = Fixtures.read("google_timm.safetensors");
    WeightFile both = beside(plain, average, raw);
    var named = CheckpointNames.timm(both);
    assertSame(named, plain);
    assertThat(named.place()).isEqualTo("'" + average + "', not '" + raw + "'");
    String key = raw.substring(0, raw.indexOf('.'));
    float[] chosen = CheckpointNames.timm(both.within(key)).tensors().get("cls_token").floats();
    assertThat(chosen[0]).isEqualTo(plain.tensor("cls_token").floats()[0] * 0.5f);
  }

  @Test
  void between_two_networks_nothing_is_guessed() {
    WeightFile two = beside(Fixtures.read("google_timm.safetensors"), "left.", "right.");
    assertThatThrownBy(() -> CheckpointNames.timm(two))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "made.safetensors holds several networks, whose names begin with right., left.; choose"
                + " one by backbone.prefix (of predict: --prefix), for example right.");
  }

  @Test
  void a_name_that_does_not_belong_is_told() {
    WeightFile odd = with(Fixtures.read("hf_vit.safetensors"), "vit.encoder.layer.0.adapter.down");
    assertThatThrownBy(() -> CheckpointNames.timm(odd))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("names like hf-vit")
        .hasMessageContaining("vit.encoder.layer.0.adapter.down");
    WeightFile hybrid = with(Fixtures.read("google.npz"), "conv_root/kernel");
    assertThatThrownBy(() -> CheckpointNames.timm(hybrid))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("conv_root/kernel");
  }

  @Test
  void a_missing_value_projection_is_told() {
    String value = "vit.encoder.layer.1.attention.attention.value.weight";
    WeightFile incomplete = without(Fixtures.read("hf_vit.safetensors"), value);
    assertThatThrownBy(() -> CheckpointNames.timm(incomplete))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("without '" + value + "'");
  }

  @Test
  void kernels_of_a_wrong_shape_are_told() {
    String query = "Transformer/encoderblock_0/MultiHeadDotProductAttention_1/query/kernel";
    WeightFile wrong = with(Fixtures.read("google.npz"), query);
    assertThatThrownBy(() -> CheckpointNames.timm(wrong))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(query)
        .hasMessageContaining("expected 3 axes, found [1]");
  }

  @Test
  void parts_that_do_not_fit_together_are_told() {
    String key = "vit.encoder.layer.0.attention.attention.key.weight";
    WeightFile wrong = with(Fixtures.read("hf_vit.safetensors"), key);
    assertThatThrownBy(() -> CheckpointNames.timm(wrong))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(key + " F32 [1]")
        .hasMessageContaining("do not fit together");
  }

  @Test
  @SharedData
  void the_real_backbone_passes_through_unchanged() {
    Path real = SharedData.Beside.folder().resolve("vit-tiny-in1k");
    WeightFile file = WeightFile.read(real.resolve("vit_tiny_patch16_224.safetensors"));
    var renamed = CheckpointNames.timm(file);
    assertThat(renamed.tensors().keySet()).isEqualTo(file.tensors().keySet());
    assertThat(renamed.dropped()).isEqualTo(List.of());
  }
}
