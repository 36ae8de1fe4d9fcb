package dev.adapterx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedFolderTest {
  @TempDir Path folder;

  @BeforeEach
  void two_shards() {
    for (String name : List.of("a", "b")) {
      SafetensorsWriter.write(
          folder.resolve("shard-" + name + ".safetensors"),
          List.of(StoredTensor.of(name, new float[] {1, 2}, 2)),
          Map.of("format", "pt"));
    }
  }

  private void index(String weightMap) throws IOException {
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"metadata\": {\"total_size\": 16}, \"weight_map\": " + weightMap + "}");
  }

  @Test
  void the_shards_of_an_index_are_one_file() throws IOException {
    index("{\"b\": \"shard-b.safetensors\", \"a\": \"shard-a.safetensors\"}");
    WeightFile file = WeightFile.read(folder);
    assertThat(file.tensors().keySet()).containsExactly("b", "a");
    assertThat(file.metadata()).containsEntry("format", "pt");
    assertThat(WeightFile.read(folder.resolve("model.safetensors.index.json")).tensors())
        .containsOnlyKeys("a", "b");
  }

  @Test
  void a_tensor_that_its_shard_does_not_hold_is_told() throws IOException {
    index("{\"b\": \"shard-a.safetensors\"}");
    assertThatThrownBy(() -> WeightFile.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("shard-a.safetensors: no tensor 'b'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret",
        "/etc/passwd",
        "..",
        "a/b",
        "C:\\\\x",
        "model.safetensors.index.json",
        ""
      })
  void a_shard_outside_the_folder_or_an_index_of_itself_is_refused(String name) throws IOException {
    index("{\"a\": \"" + name + "\"}");
    assertThatThrownBy(() -> WeightFile.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("plain name");
  }

  @Test
  void a_folder_as_a_shard_is_refused_even_if_it_leads_back() throws IOException {
    index("{\"a\": \"again\"}");
    Files.createSymbolicLink(folder.resolve("again"), folder);
    assertThatThrownBy(() -> WeightFile.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            folder.resolve("model.safetensors.index.json")
                + ": shard 'again' is a folder, expected a weight file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "3", "{\"a\""})
  void an_index_that_is_none_is_told(String weightMap) throws IOException {
    index(weightMap);
    assertThatThrownBy(() -> WeightFile.read(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("index.json");
  }

  @Test
  void a_single_file_of_a_customary_name_is_found() throws IOException {
    Files.copy(Fixtures.path("plain.pt"), folder.resolve("pytorch_model.bin"));
    assertThat(WeightFile.read(folder).format()).isEqualTo("torch zip");
    Files.copy(Fixtures.path("plain.safetensors"), folder.resolve("model.safetensors"));
    assertThat(WeightFile.read(folder).format()).isEqualTo("safetensors");
  }
}
