package dev.adapterx.peft.exchange;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.kit.Checks;
import dev.adapterx.peft.kit.Projection;
import dev.adapterx.peft.part.Ia3;
import dev.adapterx.peft.weight.Dora;
import dev.adapterx.peft.weight.Lora;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/** Converts peft's tensors to those of a method here. */
final class PeftReader {
  /** The tensors peft stores for one module. */
  private record Module(int block, Projection at, String name, Map<String, StoredTensor> parts) {
    /** This module's name in another block. */
    String nameIn(int other) {
      return name.replaceFirst("(layers?|blocks)\\.[0-9]+\\.", "$1." + other + ".");
    }

    String ours(String method) {
      return "blocks." + block + "." + method + "." + at.key();
    }
  }

  private final PeftConfig config;
  private final Path file;
  private final Map<String, StoredTensor> ours = new LinkedHashMap<>();
  private final List<Module> modules = new ArrayList<>();

  private PeftReader(PeftConfig config, Path file) {
    this.config = config;
    this.file = file;
  }

  static PeftFile read(PeftConfig config, WeightFile weights, Path file) {
    PeftReader reader = new PeftReader(config, file);
    reader.sort(weights);
    boolean partial = reader.requireTargets();
    PeftMethod method = config.isIa3() ? reader.stretches() : reader.lowRanks();
    return new PeftFile(method, reader.ours, partial);
  }

  /** Groups the tensors by the module they belong to, apart from classifiers. */
  private void sort(WeightFile weights) {
    Map<String, Module> byName = new TreeMap<>();
    for (StoredTensor tensor : weights.tensors().values()) {
      String bare = PeftNames.bare(tensor.name());
      PeftNames.Place place = PeftNames.place(bare).orElse(null);
      if (place != null) {
        byName
            .computeIfAbsent(
                place.module(),
                name -> new Module(place.block(), place.at(), name, new HashMap<>()))
            .parts()
            .put(place.part(), tensor);
      } else {
        String head = PeftNames.classifier(bare).orElseThrow(() -> unknown(tensor));
        if (ours.put(head, tensor.named(head)) != null) {
          throw new CheckpointException(file + " has two classifiers: classifier and head");
        }
      }
    }
    modules.addAll(byName.values());
  }

  private CheckpointException unknown(StoredTensor tensor) {
    return new CheckpointException(
        file
            + ": '"
            + tensor.name()
            + "' is not supported; supported are lora_A, lora_B, lora_magnitude_vector and ia3_l of "
            + String.join(", ", PeftNames.modules())
            + " in each block of a ViT, and classifier or head");
  }

  /**
   * Checks that there is an adapter for every module the config targets.
   *
   * @return whether there are modules that it does not target
   */
  private boolean requireTargets() {
    Map<Integer, TreeSet<Projection>> blocks = new TreeMap<>();
    for (Module module : modules) {
      if (!blocks.computeIfAbsent(module.block, i -> new TreeSet<>()).add(module.at)) {
        throw new CheckpointException(
            file + " has two adapters of block " + module.block + "'s " + module.at.key());
      }
    }
    if (blocks.isEmpty()) {
      throw new CheckpointException(file + " has no adapter in it");
    }
    TreeSet<Projection> all = new TreeSet<>();
    blocks.values().forEach(all::addAll);
    Map<Projection, Module> examples = new TreeMap<>();
    modules.forEach(module -> examples.putIfAbsent(module.at, module));
    int depth = 1 + modules.stream().mapToInt(Module::block).max().orElseThrow();
    boolean partial = false;
    for (int i = 0; i < depth; i++) {
      for (Projection at : all) {
        if (blocks.getOrDefault(i, new TreeSet<>()).contains(at)) {
          continue;
        }
        String name = Objects.requireNonNull(examples.get(at)).nameIn(i);
        if (config.targets(name)) {
          throw new CheckpointException(
              file
                  + " has no adapter of block "
                  + i
                  + "'s "
                  + at.key()
                  + ", other blocks have one and "
                  + PeftFile.CONFIG
                  + " targets "
                  + name
                  + "; the file is incomplete");
        }
        partial = true;
      }
    }
    partial |= examples.values().stream().noneMatch(m -> config.targets(m.nameIn(depth)));
    if (all.contains(Projection.QKV) && all.stream().anyMatch(Projection::isThird)) {
      throw new CheckpointException(file + " has adapters of qkv and of its thirds");
    }
    return partial;
  }

  private List<Projection> targets() {
    return modules.stream().map(Module::at).distinct().sorted().toList();
  }

  // ---------------------------------------------------------------- IA³

  private PeftMethod stretches() {
    Map<Projection, Boolean> inputs = new TreeMap<>();
    for (Module module : modules) {
      StoredTensor l = part(module, PeftNames.L, 1);
      boolean input = l.shape()[0] == 1;
      if (inputs.merge(module.at, input, (a, b) -> a.equals(b) ? a : null) == null) {
        throw new CheckpointException(
            file + ": " + l.name() + " stretches the other side than in other blocks");
      }
      String name = module.ours("ia3");
      ours.put(name, l.reshaped(l.elements()).named(name));
    }
    List<Projection> in =
        targets().stream().filter(p -> Boolean.TRUE.equals(inputs.get(p))).toList();
    return new Ia3(targets(), in);
  }

  // ---------------------------------------------------------------- LoRA, DoRA

  private PeftMethod lowRanks() {
    long rank = 0;
    Map<Module, Double> scales = new LinkedHashMap<>();
    double padded = 0;
    for (Module module : modules) {
      long own = requireShapes(module);
      rank = Math.max(rank, own);
      scales.put(module, config.scale(module.name, own));
    }
    for (Module module : modules) {
      padded +=
          (double) rank
              * (part(module, PeftNames.A, 2).shape()[1] + part(module, PeftNames.B, 2).shape()[0]);
    }
    requireBelievable(rank, padded);
    double scale = scales.values().iterator().next();
    String name = config.isDora() ? "dora" : "lora";
    for (Module module : modules) {
      double relative = Objects.requireNonNull(scales.get(module)) / scale;
      put(widened(part(module, PeftNames.A, 2), rank, true, 1), module.ours(name) + ".a");
      put(widened(part(module, PeftNames.B, 2), rank, false, relative), module.ours(name) + ".b");
      if (config.isDora()) {
        put(part(module, PeftNames.M, 1), module.ours(name) + ".m");
      }
    }
    boolean stabilised = config.isRankStabilised();
    double alpha = whole(scale * (stabilised ? Math.sqrt((double) rank) : rank));
    return config.isDora()
        ? new Dora((int) rank, alpha, stabilised, config.dropout(), targets())
        : new Lora((int) rank, alpha, stabilised, config.dropout(), targets());
  }

  /** Padding to one rank must not swell a small file beyond memory. */
  private void requireBelievable(long rank, double values) {
    try {
      Checks.believable(file + ": rank " + rank + " makes an adapter", values);
    } catch (ConfigException e) {
      throw new CheckpointException(Objects.requireNonNull(e.getMessage()), e);
    }
  }

  private void put(StoredTensor tensor, String name) {
    ours.put(name, tensor.named(name));
  }

  /** Removes the rounding error of dividing by the rank and multiplying again. */
  private static double whole(double value) {
    double near = Math.rint(value);
    return Math.abs(value - near) < 1e-9 * Math.max(1, Math.abs(value)) ? near : value;
  }

  /** The rank of a module; checks that its tensors fit each other. */
  private long requireShapes(Module module) {
    StoredTensor a = part(module, PeftNames.A, 2);
    StoredTensor b = part(module, PeftNames.B, 2);
    long rank = a.shape()[0];
    if (rank < 1 || b.shape()[1] != rank) {
      throw new CheckpointException(
          file
              + ": "
              + module.name
              + " has lora_A "
              + Tensors.shape(a.shape())
              + " and lora_B "
              + Tensors.shape(b.shape())
              + ", expected (R, D_in) and (D_out, R)");
    }
    if (module.parts.containsKey(PeftNames.M) != config.isDora()) {
      throw new CheckpointException(
          file
              + ": "
              + module.name
              + (config.isDora()
                  ? " has no lora_magnitude_vector, but use_dora is true"
                  : " has a lora_magnitude_vector, but use_dora is false"));
    }
    return rank;
  }

  /**
   * Pads missing ranks with zeros and multiplies by a factor; returns the tensor itself if nothing
   * changes.
   */
  private static StoredTensor widened(
      StoredTensor tensor, long rank, boolean rowsAreRanks, double factor) {
    long rows = tensor.shape()[0];
    long columns = tensor.shape()[1];
    if ((rowsAreRanks ? rows : columns) == rank && factor == 1) {
      return tensor;
    }
    float[] given = tensor.floats();
    long[] shape = rowsAreRanks ? new long[] {rank, columns} : new long[] {rows, rank};
    float[] wide = new float[Math.toIntExact(shape[0] * shape[1])];
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < columns; k++) {
        wide[(int) (i * shape[1] + k)] = (float) (factor * given[(int) (i * columns + k)]);
      }
    }
    return StoredTensor.of(tensor.name(), wide, shape);
  }

  /** A part of a module with at most this many dimensions longer than one element. */
  private StoredTensor part(Module module, String part, int dimensions) {
    StoredTensor tensor = module.parts.get(part);
    if (tensor == null) {
      throw new CheckpointException(
          file
              + " has no "
              + module.name
              + "."
              + part
              + ", found "
              + Names.some(module.parts.keySet().stream().sorted().toList()));
    }
    long[] shape = tensor.shape();
    boolean matrix = shape.length == 2 && (dimensions == 2 || shape[0] == 1 || shape[1] == 1);
    boolean vector = dimensions == 1 && part.equals(PeftNames.M) && shape.length == 1;
    if (!matrix && !vector) {
      throw new CheckpointException(
          file
              + ": "
              + tensor.name()
              + " has shape "
              + Tensors.shape(shape)
              + ", expected "
              + (dimensions == 2 ? "a matrix" : "a vector"));
    }
    return tensor;
  }
}
