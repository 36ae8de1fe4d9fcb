package dev.adapterx.bench;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.SafetensorsWriter;
import dev.adapterx.weights.StoredTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A backbone's file with random weights in the form of published ones: drawn in a separate process,
 * so that drawing is not counted as part of a case.
 */
public final class Weights {
  private Weights() {}

  /** Arguments: a preset and the file to write. */
  public static void main(String[] arguments) {
    write(arguments[0], Path.of(arguments[1]));
    System.out.println("ready {}");
  }

  /** In fp32, under the names the preset's checkpoints have. */
  public static void write(String preset, Path file) {
    Backbones.Options options = Backbones.Options.defaults().with(Precision.FP32);
    try (Backbone made = Backbones.initial(preset, options, 0);
        Scope scope = Scope.withoutGradients()) {
      List<StoredTensor> stored = new ArrayList<>();
      made.tensors()
          .forEach(
              (name, tensor) ->
                  stored.add(
                      new StoredTensor(
                          name, DType.F32, tensor.shape(), Tensors.bytes(tensor.contiguous()))));
      SafetensorsWriter.write(file, stored, Map.of());
    }
  }
}
