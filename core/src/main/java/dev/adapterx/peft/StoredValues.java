package dev.adapterx.peft;

import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.StoredTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Tensors as an adapter file stores them, in fp32. */
final class StoredValues {
  private StoredValues() {}

  /** Views of the tensors' own bytes, not copies. Call inside a {@code Scope}. */
  static List<StoredTensor> of(NamedTensors tensors) {
    List<StoredTensor> stored = new ArrayList<>();
    tensors.forEach(
        (name, t) -> stored.add(new StoredTensor(name, DType.F32, t.shape(), Tensors.bytes(t))));
    return stored;
  }

  /**
   * Overwrites tensors with a file's values of the same names. Call without gradients.
   *
   * @throws dev.adapterx.base.CheckpointException when a stored tensor holds no floats
   */
  static void copy(Map<String, StoredTensor> stored, NamedTensors into) {
    into.forEach(
        (name, tensor) -> {
          StoredTensor values = Objects.requireNonNull(stored.get(name));
          tensor.copy_(Tensors.of(values.floats(), values.shape()));
        });
  }
}
