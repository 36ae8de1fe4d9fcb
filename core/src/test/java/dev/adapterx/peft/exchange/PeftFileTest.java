package dev.adapterx.peft.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Settings;
import dev.adapterx.testing.AdapterXReference;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import dev.adapterx.weights.SafetensorsWriter;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** What is refused in files of peft, and how it is told. */
class PeftFileTest {
  private static final String MERGE =
      "in Python merge the adapter into its weights (merge_and_unload, save_pretrained) and name"
          + " these by backbone.path";

  private static final String Q0 = "base_model.model.vit.layers.0.attention.q_proj.";

  @TempDir Path folder;

  @BeforeEach
  void copy() throws IOException {
    for (String file : new String[] {"adapter_config.json", "adapter_model.safetensors"}) {
      Files.copy(Golden.path("peft/hf_lora/" + file), folder.resolve(file));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "peft_type | \"ADALORA\" | peft_type ADALORA is not supported; supported are LORA (DoRA too), IA3",
        "bias | \"all\" | bias = \"all\" is not supported; supported is none; MERGE",
        "lora_bias | true | lora_bias = true is not supported; MERGE",
        "layer_replication | [[0, 4]] | layer_replication = [[0,4]] is not supported; MERGE",
        "new_option | 3 | new_option = 3 is not supported; MERGE",
        "init_lora_weights | \"pissa\" | init_lora_weights = \"pissa\" is not supported; it changes the frozen weights; convert the adapter with peft's path_initial_model_for_weight_conversion",
        "rank_pattern | {\"q_proj(\": 3} | rank_pattern: '(.*\\.)?(q_proj()' is no regular expression that is understood",
        "rank_pattern | {\".*q_proj\": 3} | r of vit.layers.0.attention.q_proj is 3.0, its tensors have rank 4",
        "lora_alpha | \"two\" | lora_alpha of vit.layers.0.attention.q_proj must be a number, found \"two\"",
        "r | 8 | r of vit.layers.0.attention.q_proj is 8.0, its tensors have rank 4",
        "lora_dropout | 1.5 | lora_dropout must lie in [0, 1), found 1.5",
        "use_rslora | 7 | use_rslora must be true or false, found 7",
      })
  void options_that_would_change_the_result_are_refused(String key, String value, String message) {
    config(tree -> tree.set(key, Settings.json().readTree(value)));
    refused(folder.resolve("adapter_config.json") + ": " + message.replace("MERGE", MERGE));
  }

  @Test
  void a_file_of_something_else_is_told() throws IOException {
    config(tree -> tree.remove("peft_type"));
    refused(folder.resolve("adapter_config.json") + " is no adapter of peft: it has no peft_type");
    config(tree -> tree.put("format", "adapterx"));
    refused(
        folder.resolve("adapter_config.json")
            + " is no adapter of peft: it has no peft_type: it is ours already");
    Files.writeString(folder.resolve("adapter_config.json"), "[1]");
    refused(folder.resolve("adapter_config.json") + " is no adapter of peft: it has no peft_type");
    Files.writeString(folder.resolve("adapter_config.json"), "{");
    assertThatThrownBy(() -> PeftFile.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("is not readable JSON");
    Files.delete(folder.resolve("adapter_config.json"));
    refused(
        "There is no adapter here: " + folder.resolve("adapter_config.json") + " does not exist");
  }

  @Test
  void modules_that_have_no_place_are_named() {
    tensors(t -> t.put("base_model.model.vit.pooler.dense.lora_A.weight", of(4, 32)));
    assertThatThrownBy(() -> PeftFile.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(
            model()
                + ": 'base_model.model.vit.pooler.dense.lora_A.weight' is not supported; supported"
                + " are lora_A, lora_B, lora_magnitude_vector and ia3_l of attention.attention.key,")
        .hasMessageEndingWith("in each block of a ViT, and classifier or head");
  }

  @Test
  void tensors_that_do_not_fit_each_other_are_named() {
    tensors(t -> t.put(Q0 + "lora_B.weight", of(32, 3)));
    refused(
        model()
            + ": vit.layers.0.attention.q_proj has lora_A (4, 32) and lora_B (32, 3), expected (R,"
            + " D_in) and (D_out, R)");
    tensors(t -> t.put(Q0 + "lora_B.weight", of(128)));
    refused(model() + ": " + Q0 + "lora_B.weight has shape (128), expected a matrix");
    tensors(t -> t.remove(Q0 + "lora_B.weight"));
    refused(model() + " has no vit.layers.0.attention.q_proj.lora_B.weight, found lora_A.weight");
    tensors(t -> t.remove(Q0 + "lora_A.weight"));
    refused(
        model()
            + " has no adapter of block 0's q, other blocks have one and adapter_config.json targets"
            + " vit.layers.0.attention.q_proj; the file is incomplete");
  }

  @Test
  void lengths_and_use_dora_belong_together() {
    config(tree -> tree.put("use_dora", true));
    refused(
        model()
            + ": vit.layers.0.attention.q_proj has no lora_magnitude_vector, but use_dora is true");
    config(tree -> tree.put("use_dora", false));
    tensors(t -> t.put(Q0 + "lora_magnitude_vector", of(32)));
    refused(
        model()
            + ": vit.layers.0.attention.q_proj has a lora_magnitude_vector, but use_dora is false");
  }

  @Test
  void a_folder_around_the_adapters_folder_is_pointed_out() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("default"));
    for (String file : new String[] {"adapter_config.json", "adapter_model.safetensors"}) {
      Files.move(folder.resolve(file), inner.resolve(file));
    }
    refused(
        "There is no adapter here: "
            + folder.resolve("adapter_config.json")
            + " does not exist; there is one in default, name that folder");
    Files.delete(inner.resolve("adapter_model.safetensors"));
    assertThatThrownBy(() -> PeftFile.read(inner))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "There are no tensors beside "
                + inner.resolve("adapter_config.json")
                + "; expected adapter_model.safetensors or adapter_model.bin");
  }

  /** As check_target_module_exists of peft 0.21 decides it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'target_modules': ['q_proj']} | true | true",
        "{'target_modules': ['attention.q_proj'], 'layers_to_transform': 1} | true | false",
        "{'target_modules': ['q_proj'], 'layers_to_transform': [0]} | false | false",
        "{'target_modules': ['q_proj'], 'layers_to_transform': [1, 3], 'layers_pattern': 'layers'} | true | true",
        "{'target_modules': ['q_proj'], 'layers_to_transform': [1, 3], 'layers_pattern': ['h', 'block']} | false | false",
        "{'target_modules': ['roj']} | false | false",
        "{'target_modules': '.*layers[.][3-5][.].*'} | false | true",
        "{'target_modules': '.*layers[.][3-5][.].*', 'layers_to_transform': [1]} | false | true",
        "{'target_modules': 'all-linear', 'exclude_modules': ['layers.1.attention.q_proj']} | false | true",
        "{'target_modules': 'all-linear', 'exclude_modules': '.*3.*'} | true | false",
        "{'target_modules': null} | true | true",
      })
  void modules_are_targeted_as_peft_does(String keys, boolean first, boolean third) {
    PeftConfig config =
        new PeftConfig(Path.of("x"), Settings.json().readTree(keys.replace('\'', '"')));
    assertThat(config.targets("vit.layers.1.attention.q_proj")).isEqualTo(first);
    assertThat(config.targets("vit.layers.3.attention.q_proj")).isEqualTo(third);
  }

  @Test
  void names_that_occur_twice_are_told_apart_by_their_index() {
    assertThat(PeftFile.distinct(List.of("crane", "cat", "crane")))
        .containsExactly("crane (0)", "cat", "crane (2)");
  }

  @Test
  void two_of_one_kind_are_refused() {
    tensors(t -> t.put("base_model.model.head.weight", of(5, 32)));
    refused(model() + " has two classifiers: classifier and head");
    tensors(
        t -> {
          t.remove("base_model.model.head.weight");
          t.put("base_model.model.blocks.0.attn.qkv.lora_A.weight", of(4, 32));
        });
    assertThatThrownBy(() -> PeftFile.read(folder))
        .hasMessageContaining("has adapters of qkv and of its thirds");
    tensors(Map::clear);
    refused(model() + " has no adapter in it");
  }

  @Test
  void a_rank_that_would_swell_the_adapter_is_refused_before_memory_is_asked_for() {
    config(tree -> tree.putObject("rank_pattern").put("vit.layers.0.attention.q_proj", 600_000));
    tensors(
        t -> {
          t.put(Q0 + "lora_A.weight", of(600_000, 1));
          t.put(Q0 + "lora_B.weight", of(1, 600_000));
        });
    assertThatThrownBy(() -> PeftFile.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("values, expected at most 67108864");
  }

  @Test
  void an_adapter_for_another_size_does_not_attach() {
    tensors(t -> t.put(Q0 + "lora_A.weight", of(4, 31)));
    try (var backbone = AdapterXReference.backbone()) {
      assertThatThrownBy(() -> PeftFile.read(folder).attach(backbone, Tiny.LABELS))
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith(
              "The adapter's blocks.0.lora.q.a has shape (4, 31), expected (4, 32);");
    }
  }

  private void refused(String message) {
    assertThatThrownBy(() -> PeftFile.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(message);
  }

  private Path model() {
    return folder.resolve("adapter_model.safetensors");
  }

  private static StoredTensor of(long... shape) {
    long count = 1;
    for (long size : shape) {
      count *= size;
    }
    return StoredTensor.of("", new float[(int) count], shape);
  }

  private void config(Consumer<ObjectNode> change) {
    Path file = folder.resolve("adapter_config.json");
    try {
      ObjectNode tree = Settings.json().readTree(Files.readString(file)).asObject();
      change.accept(tree);
      Files.writeString(file, tree.toString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void tensors(Consumer<Map<String, StoredTensor>> change) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    WeightFile.read(model())
        .tensors()
        .forEach((name, t) -> tensors.put(name, StoredTensor.of(name, t.floats(), t.shape())));
    change.accept(tensors);
    SafetensorsWriter.write(
        model(),
        tensors.entrySet().stream().map(e -> e.getValue().named(e.getKey())).toList(),
        Map.of());
    assertThat(model()).exists();
  }
}
