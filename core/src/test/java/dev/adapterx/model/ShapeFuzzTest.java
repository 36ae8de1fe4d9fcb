package dev.adapterx.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Rng;
import dev.adapterx.tensor.Precision;
import dev.adapterx.testing.Fuzz;
import dev.adapterx.testing.Golden;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.SafetensorsWriter;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weight files in order whose tensors are not: other shapes, types, names, missing or doubled. */
class ShapeFuzzTest {
  private static final long[] EXTENTS = {0, 0, 1, 1, 2, 3, 4, 5, 7, 16, 17, 31, 32, 33, 64, 96};
  private static final int MOST = 1 << 20;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf_vit/model.safetensors",
        "hf_dinov2/model.safetensors",
        "hf_deit/model.safetensors",
        "google_vit.npz",
        "point_checkpoints/point_mae.pth",
        "point_checkpoints/point_mae_finetuned.pth",
        "point_checkpoints/point_bert.pth",
        "point_checkpoints/act.pth",
        "point_checkpoints/recon.pth"
      })
  void every_mutant_is_loaded_or_refused(String name) {
    Map<String, StoredTensor> tensors = WeightFile.read(Golden.path(name)).tensors();
    Path file = folder.resolve("model.safetensors");
    Backbones.Options heads =
        new Backbones.Options(
            null, null, null, name.startsWith("point") ? 4 : 2, null, Precision.FP32);
    Fuzz.Tally tally =
        new Fuzz("shapes of " + name, name.repeat(4).getBytes(StandardCharsets.UTF_8), 25)
            .reading(
                CheckpointException.class,
                mutant -> {
                  Rng rng = Rng.of(Arrays.hashCode(mutant), name);
                  SafetensorsWriter.write(file, changed(tensors, rng), Map.of());
                  Backbones.load(file, heads).close();
                });
    assertThat(tally.read()).as("mutants that were read").isPositive();
    assertThat(tally.refused()).as("mutants that were refused").isPositive();
  }

  private static List<StoredTensor> changed(Map<String, StoredTensor> original, Rng rng) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>(original);
    List<String> names = List.copyOf(original.keySet());
    int changes = 1 + rng.nextInt(2);
    for (int c = 0; c < changes; c++) {
      String name = names.get(rng.nextInt(names.size()));
      StoredTensor tensor = original.get(name);
      switch (rng.nextInt(6)) {
        case 0 -> tensors.remove(name);
        case 1 -> {
          String other = names.get(rng.nextInt(names.size()));
          tensors.put(other, tensor.named(other));
        }
        case 2 -> {
          String other = name.replaceFirst("\\d+", Integer.toString(rng.nextInt(100)));
          tensors.put(other, tensor.named(other));
        }
        default -> tensors.put(name, reshaped(tensor, rng));
      }
    }
    return new ArrayList<>(tensors.values());
  }

  /** Another extent, rank or type. */
  private static StoredTensor reshaped(StoredTensor tensor, Rng rng) {
    long[] shape = tensor.shape();
    if (shape.length == 0 || rng.nextInt(3) == 0) {
      shape = Arrays.copyOf(shape, Math.max(0, shape.length + rng.nextInt(3) - 1));
      for (int d = 0; d < shape.length; d++) {
        shape[d] = shape[d] == 0 ? 1 : shape[d];
      }
    }
    if (shape.length > 0) {
      shape[rng.nextInt(shape.length)] = EXTENTS[rng.nextInt(EXTENTS.length)];
    }
    DType dtype = rng.nextInt(8) == 0 ? DType.I64 : DType.F32;
    long elements = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return elements > MOST
        ? tensor
        : new StoredTensor(
            tensor.name(), dtype, shape, ByteBuffer.allocate((int) elements * dtype.bytes()));
  }
}
