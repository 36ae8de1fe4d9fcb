package dev.adapterx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path folder;

  @Test
  void what_is_written_is_read_back_in_order() {
    WeightFile original = Fixtures.read("plain.pt");
    Path file = folder.resolve("copy.safetensors");
    SafetensorsWriter.write(file, original.tensors().values(), Map.of("note", "größer \"q\""));

    WeightFile copy = WeightFile.read(file);

    assertThat(copy.metadata()).containsExactly(Map.entry("note", "größer \"q\""));
    assertThat(copy.tensors().keySet()).containsExactlyElementsOf(original.tensors().keySet());
    original
        .tensors()
        .forEach(
            (name, tensor) -> {
              assertThat(Fixtures.describe(copy.tensor(name))).isEqualTo(Fixtures.describe(tensor));
              assertThat(Fixtures.bytes(copy.tensor(name))).isEqualTo(Fixtures.bytes(tensor));
            });
  }

  @Test
  void the_bytes_are_these_and_the_data_begin_at_a_multiple_of_eight() throws IOException {
    Path file = folder.resolve("tiny.safetensors");
    Map<String, String> unsorted = new LinkedHashMap<>();
    unsorted.put("b", "2");
    unsorted.put("a", "1");
    SafetensorsWriter.write(file, List.of(StoredTensor.of("w", new float[] {1.5f}, 1)), unsorted);

    String json =
        "{\"__metadata__\":{\"a\":\"1\",\"b\":\"2\"},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    String padded = json + " ".repeat((8 - json.length() % 8) % 8);
    ByteBuffer expected =
        ByteBuffer.allocate(8 + padded.length() + 4).order(ByteOrder.LITTLE_ENDIAN);
    expected.putLong(padded.length()).put(padded.getBytes(StandardCharsets.UTF_8)).putFloat(1.5f);
    assertThat(Files.readAllBytes(file)).isEqualTo(expected.array());
  }

  @Test
  void two_tensors_of_one_name_are_refused_and_nothing_is_written() {
    StoredTensor w = StoredTensor.of("w", new float[] {1}, 1);
    Path file = folder.resolve("twice.safetensors");
    assertThatThrownBy(() -> SafetensorsWriter.write(file, List.of(w, w), Map.of()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("'w'");
    assertThat(file).doesNotExist();
  }
}
