package dev.adapterx.weights.naming;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Names;
import dev.adapterx.weights.MemoryBudget;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects renamed tensors; every name of the file is either put, dropped or reported. */
final class Renaming {
  private final WeightFile file;
  private final String source;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final List<String> dropped = new ArrayList<>();
  private final List<String> unknown = new ArrayList<>();

  Renaming(WeightFile file, String source) {
    this.file = file;
    this.source = source;
  }

  void put(String name, StoredTensor tensor) {
    StoredTensor other = tensors.put(name, tensor.named(name));
    if (other != null) {
      throw new CheckpointException(
          "%s: two tensors would be named '%s', one of them is '%s'"
              .formatted(file.path(), name, tensor.name()));
    }
  }

  void drop(String original) {
    dropped.add(original);
  }

  void unknown(String original) {
    unknown.add(original);
  }

  /** Another tensor of the file that {@code original} requires. */
  StoredTensor partner(String original, String name) {
    StoredTensor found = file.tensors().get(name);
    if (found == null) {
      throw new CheckpointException(
          "%s: '%s' without '%s'; the file is incomplete%s"
              .formatted(file.path(), original, name, Names.hint(name, file.tensors().keySet())));
    }
    return found;
  }

  /** The tensor, if it has this many axes. */
  StoredTensor ofRank(int rank, StoredTensor tensor) {
    if (tensor.shape().length != rank) {
      throw new CheckpointException(
          "%s: tensor '%s': expected %d axes, found %s"
              .formatted(file.path(), tensor.name(), rank, Arrays.toString(tensor.shape())));
    }
    return tensor;
  }

  /** Concatenates tensors along the first axis: (n, ...) and (m, ...) give (n + m, ...). */
  StoredTensor stacked(List<StoredTensor> parts) {
    StoredTensor first = parts.get(0);
    long[] shape = first.shape();
    long rows = 0;
    long bytes = 0;
    for (StoredTensor part : parts) {
      long[] s = part.shape();
      boolean fits =
          s.length > 0
              && part.dtype() == first.dtype()
              && Arrays.equals(s, 1, s.length, shape, 1, shape.length);
      if (!fits) {
        throw new CheckpointException(
            "%s: '%s' and '%s' belong into one tensor but do not fit together"
                .formatted(file.path(), first, part));
      }
      rows += s[0];
      bytes += part.data().limit();
    }
    shape[0] = rows;
    ByteBuffer all = MemoryBudget.direct(bytes, file.path() + ": tensor '" + first.name() + "'");
    parts.forEach(part -> all.put(part.data()));
    return new StoredTensor(first.name(), first.dtype(), shape, all.flip());
  }

  CheckpointNames.Named done() {
    if (!unknown.isEmpty()) {
      throw new CheckpointException(
          "%s: names like %s, but these are not understood: %s"
              .formatted(file.path(), source, Names.some(unknown)));
    }
    return new CheckpointNames.Named(source, tensors, dropped);
  }
}
