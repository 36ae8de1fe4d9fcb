package dev.adapterx.model;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.SafetensorsWriter;
import dev.adapterx.weights.StoredTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Writes backbones as {@link Backbones#load} reads them: safetensors, with the settings that do not
 * follow from tensors in the metadata.
 */
public final class BackboneFile {
  private BackboneFile() {}

  /**
   * Writes the file atomically.
   *
   * @param description of {@link SidecarWriter}
   * @param type F32, BF16 or F16; the halves keep 8 and 11 significant bits
   * @throws CheckpointException when a value is out of the range of the type
   */
  public static void write(Path file, Map<String, Tensor> tensors, String description, DType type) {
    List<StoredTensor> stored = new ArrayList<>();
    tensors.forEach((name, tensor) -> stored.add(stored(name, tensor, type)));
    SafetensorsWriter.write(
        file, stored, Map.of("format", "pt", SidecarWriter.METADATA, description));
  }

  private static StoredTensor stored(String name, Tensor tensor, DType type) {
    Tensor plain = tensor.to(engineType(type));
    boolean was = tensor.isfinite().all().item_bool();
    if (was && !plain.isfinite().all().item_bool()) {
      throw new CheckpointException(
          name + " has values beyond the range of " + type + "; write F32 or BF16 instead");
    }
    return new StoredTensor(name, type, plain.shape(), Tensors.bytes(plain));
  }

  private static ScalarType engineType(DType type) {
    return switch (type) {
      case F32 -> ScalarType.Float;
      case BF16 -> ScalarType.BFloat16;
      case F16 -> ScalarType.Half;
      default -> throw new ConfigException("Weights are written as F32, BF16 or F16, not " + type);
    };
  }
}
