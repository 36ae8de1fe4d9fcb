package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Names;
import dev.adapterx.base.pickle.PickleValue.Dict;
import dev.adapterx.weights.TorchValue.TensorView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the named tensors among a checkpoint's other contents: optimizer, epoch, arguments.
 *
 * <p>Nested dicts become dotted names. Where exactly one well-known wrapper ({@code model}, {@code
 * state_dict}, {@code base_model}, ..., and those of averaged weights) holds tensors, only its
 * contents are taken, without its name; where several do (teacher and student), full names are
 * kept. {@code module.}, which data-parallel training adds before every name, is removed.
 */
final class StateDict {
  private static final Set<String> WRAPPERS =
      Set.of(
          "model",
          "state_dict",
          "model_state",
          "model_state_dict",
          "base_model",
          "net",
          "network",
          "params",
          "weights",
          "module",
          "teacher",
          "student");

  private static final String DATA_PARALLEL = "module.";
  private static final int MAX_DEPTH = 16;
  private static final int MAX_VISITED = 1_000_000;
  private static final int MAX_TENSORS = 250_000;
  private static final int MAX_NAME = 1024;
  private static final int MAX_NAMES_TOTAL = 32 << 20;

  private final String file;
  private int visited;
  private int namesTotal;

  private StateDict(String file) {
    this.file = file;
  }

  /**
   * The tensors under their names, in order.
   *
   * @throws CheckpointException when there are none, or absurdly many
   */
  static Map<String, TensorView> of(String file, Object root) {
    var search = new StateDict(file);
    if (root instanceof TensorView lone) {
      return Map.of("tensor", lone);
    }
    if (!(root instanceof Dict top)) {
      throw new CheckpointException(
          file + " holds neither a dict of tensors nor a tensor; save a model's state_dict");
    }
    Map<String, TensorView> found = search.unwrapped(top);
    if (found.isEmpty()) {
      throw new CheckpointException(
          "%s holds no tensors; its keys are %s".formatted(file, Names.some(top.names())));
    }
    return withoutDataParallel(found);
  }

  private Map<String, TensorView> unwrapped(Dict top) {
    Dict dict = top;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      List<Dict> wrapped =
          dict.entries().entrySet().stream()
              .filter(e -> e.getKey() instanceof String key && isWrapper(key))
              .filter(e -> e.getValue() instanceof Dict inner && !flattened(inner).isEmpty())
              .map(e -> (Dict) e.getValue())
              .toList();
      if (wrapped.size() != 1) {
        break;
      }
      dict = wrapped.get(0);
    }
    return flattened(dict);
  }

  private static boolean isWrapper(String key) {
    return WRAPPERS.contains(key) || WithinFile.isAveraged(key);
  }

  private Map<String, TensorView> flattened(Dict dict) {
    Map<String, TensorView> tensors = new LinkedHashMap<>();
    flatten(dict, "", 0, tensors);
    return tensors;
  }

  private void flatten(Dict dict, String prefix, int depth, Map<String, TensorView> into) {
    for (Map.Entry<Object, Object> entry : dict.entries().entrySet()) {
      if (++visited > MAX_VISITED || into.size() > MAX_TENSORS) {
        throw tooMuch();
      }
      boolean nameable = entry.getKey() instanceof String || entry.getKey() instanceof Long;
      boolean wanted = entry.getValue() instanceof Dict || entry.getValue() instanceof TensorView;
      if (!nameable || !wanted) {
        continue;
      }
      String key = entry.getKey().toString();
      namesTotal += prefix.length() + Math.min(key.length(), MAX_NAME);
      if (prefix.length() + key.length() > MAX_NAME || namesTotal > MAX_NAMES_TOTAL) {
        throw tooMuch();
      }
      if (entry.getValue() instanceof TensorView tensor) {
        into.put(prefix + key, tensor);
      } else if (depth >= MAX_DEPTH) {
        throw tooMuch();
      } else if (entry.getValue() instanceof Dict inner) {
        flatten(inner, prefix + key + ".", depth + 1, into);
      }
    }
  }

  private CheckpointException tooMuch() {
    return new CheckpointException(
        "%s: dicts nested deeper than %d, more than %d tensors, or names longer than %d; no checkpoint needs that"
            .formatted(file, MAX_DEPTH, MAX_TENSORS, MAX_NAME));
  }

  private static Map<String, TensorView> withoutDataParallel(Map<String, TensorView> tensors) {
    if (!tensors.keySet().stream().allMatch(name -> name.startsWith(DATA_PARALLEL))) {
      return tensors;
    }
    Map<String, TensorView> stripped = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> stripped.put(name.substring(DATA_PARALLEL.length()), tensor));
    return stripped;
  }
}
