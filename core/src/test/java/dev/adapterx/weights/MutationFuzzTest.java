package dev.adapterx.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.testing.Fuzz;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Thousands of damaged files: each is read or refused, never anything else. */
class MutationFuzzTest {
  @ParameterizedTest
  @CsvSource({
    "plain.safetensors, 900",
    "plain.pt, 500",
    "plain_protocol4.pt, 400",
    "nested.pt, 400",
    "views.pt, 500",
    "views_legacy.pt, 600",
    "nested_legacy.pt, 600",
    "arrays.npz, 700",
    "arrays_compressed.npz, 500",
    "single.npy, 900"
  })
  void every_mutant_is_read_or_refused(String name, int share) {
    Fuzz.Tally tally =
        new Fuzz(name, Fixtures.bytes(name), share)
            .reading(
                CheckpointException.class,
                mutant ->
                    Fixtures.read(mutant).tensors().values().forEach(MutationFuzzTest::touch));
    assertThat(tally.read()).as("mutants that were read").isPositive();
    assertThat(tally.refused()).as("mutants that were refused").isPositive();
  }

  @Test
  void an_index_of_shards(@TempDir Path folder) throws IOException {
    Path index = folder.resolve("model.safetensors.index.json");
    Files.copy(Fixtures.path("plain.safetensors"), folder.resolve("a.safetensors"));
    Files.copy(Fixtures.path("plain.pt"), folder.resolve("b.bin"));
    StringBuilder map =
        new StringBuilder("{\"metadata\": {\"total_size\": 8}, \"weight_map\": {\n");
    for (String name : Fixtures.read("plain.safetensors").tensors().keySet()) {
      map.append("  \"").append(name).append("\": \"a.safetensors\",\n");
    }
    String first = Fixtures.read("plain.pt").tensors().keySet().iterator().next();
    map.append("  \"").append(first).append("\": \"b.bin\"}}\n");
    byte[] original = map.toString().getBytes(StandardCharsets.UTF_8);
    new Fuzz("index.json", original, 300)
        .reading(
            CheckpointException.class,
            mutant -> {
              Files.write(index, mutant);
              WeightFile.read(folder).tensors().values().forEach(MutationFuzzTest::touch);
            });
  }

  /** Reads the last byte, so that a view outside its file would show; and asks for the values. */
  private static void touch(StoredTensor tensor) {
    if (tensor.data().hasRemaining()) {
      tensor.data().get(tensor.data().limit() - 1);
    }
    if (tensor.dtype() == DType.F32 || tensor.dtype() == DType.F16) {
      assertThat(tensor.floats()).hasSize((int) tensor.elements());
    }
  }
}
