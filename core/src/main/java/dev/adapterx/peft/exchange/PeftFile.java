package dev.adapterx.peft.exchange;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Scope;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An adapter in the format of Python's peft: a folder with {@code adapter_config.json} and {@code
 * adapter_model.safetensors} or {@code adapter_model.bin}. LoRA, DoRA and IA³ are read and written,
 * for Hugging Face's ViT and for timm's.
 *
 * <p>Reading: modules are named as in transformers 4 and 5 or timm. A target {@code attn.qkv}
 * becomes the target {@code qkv}. Targets with different ranks or alphas ({@code rank_pattern},
 * {@code alpha_pattern}) get one rank, the largest, padded with zeros, and one alpha, with the
 * remaining factor moved into B. Where only some blocks have an adapter ({@code
 * layers_to_transform}, {@code target_modules} as a regular expression), the others get one that is
 * the identity. An unknown setting that would change the result is refused by name.
 *
 * <p>Writing, see {@link PeftWriter}. Source of the format: <a
 * href="https://github.com/huggingface/peft">peft</a> 0.21, {@code save_and_load.py} and files
 * written by it.
 *
 * @param method the method and its settings
 * @param tensors under the names {@link AdaptedModel#trainable()} has; a head only if the file had
 *     one ({@code modules_to_save})
 * @param partial whether blocks without an adapter are left unchanged, according to its config
 */
public record PeftFile(PeftMethod method, Map<String, StoredTensor> tensors, boolean partial) {
  static final String CONFIG = "adapter_config.json";
  static final String MODEL = "adapter_model.safetensors";

  /** The file that peft wrote before safetensors. */
  private static final String OLDER_MODEL = "adapter_model.bin";

  /** An adapter that covers all blocks. */
  public PeftFile(PeftMethod method, Map<String, StoredTensor> tensors) {
    this(method, tensors, false);
  }

  public PeftFile {
    tensors = Map.copyOf(tensors);
  }

  /**
   * Reads a folder that peft wrote.
   *
   * @throws CheckpointException when a file is missing or damaged, or holds something unsupported,
   *     which is named
   */
  public static PeftFile read(Path folder) {
    PeftConfig config = PeftConfig.read(folder.resolve(CONFIG));
    Path file = folder.resolve(MODEL);
    if (!Files.isRegularFile(file)) {
      file = folder.resolve(OLDER_MODEL);
    }
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(
          "There are no tensors beside "
              + folder.resolve(CONFIG)
              + "; expected "
              + MODEL
              + " or "
              + OLDER_MODEL);
    }
    return PeftReader.read(config, WeightFile.read(file), file);
  }

  /**
   * Writes an adapted model's adapter for peft.
   *
   * @throws ConfigException when peft has no such adapter, with the reason
   */
  public static void write(AdaptedModel model, PeftLayout layout, Path folder) {
    PeftWriter.write(model, layout, folder);
  }

  /**
   * Refuses a method whose adapters {@link #write} cannot write, before anything is loaded.
   *
   * @throws ConfigException naming the method and those that can be written
   */
  public static void requireWritable(PeftMethod method) {
    ProjectionChange.requireKnown(method);
  }

  @Override
  public String toString() {
    return "%s of peft: %d tensors%s"
        .formatted(method.title(), tensors.size(), partial ? ", of some blocks" : "");
  }

  /** The number of classes of the file's classifier, if it has one. */
  public OptionalInt classes() {
    StoredTensor weight = tensors.get("head.weight");
    return weight == null ? OptionalInt.empty() : OptionalInt.of((int) weight.shape()[0]);
  }

  /**
   * Attaches the adapter to a backbone. If the file has no classifier, the backbone's own is used.
   *
   * @param given the classes in the order of the classifier's rows; peft does not store them.
   *     Empty: the names that came with the backbone's own classifier
   * @throws ConfigException when the labels do not fit, or there is no classifier
   * @throws CheckpointException when the adapter does not fit the backbone
   */
  public AdaptedModel attach(Backbone backbone, List<String> given) {
    Map<String, StoredTensor> all = new LinkedHashMap<>(tensors);
    boolean own = all.containsKey("head.weight");
    if (!own) {
      all.putAll(classifierOf(backbone));
    }
    long classes = required(all.get("head.weight")).shape()[0];
    List<String> names = given.isEmpty() && !own ? distinct(backbone.info().labels()) : given;
    if (names.isEmpty()) {
      throw new ConfigException(
          "The classifier has "
              + classes
              + " classes, and peft keeps no names of them; name them by --labels FILE, one a line,"
              + " in the order of the classifier's rows");
    }
    if (classes != names.size()) {
      throw new ConfigException(
          (own ? "The adapter's" : "The backbone's")
              + " classifier has "
              + classes
              + " classes, found "
              + names.size()
              + " class names: "
              + dev.adapterx.base.Names.some(names)
              + (own
                  ? ""
                  : ". The adapter has no classifier of its own, so the backbone's is kept: name its"
                      + " classes, or save the adapter in Python with modules_to_save"));
    }
    Classification task = Classification.of(names);
    if (partial) {
      fill(all, backbone, task);
    }
    return new AdapterFile(
            method,
            task,
            backbone.info().name(),
            backbone.info().sha256(),
            backbone.preprocessing(),
            all)
        .attach(backbone);
  }

  /** Appends their index to names that occur twice, as in ImageNet. */
  static List<String> distinct(List<String> labels) {
    return IntStream.range(0, labels.size())
        .mapToObj(
            i ->
                Collections.frequency(labels, labels.get(i)) == 1
                    ? labels.get(i)
                    : labels.get(i) + " (" + i + ")")
        .toList();
  }

  /** Gives blocks without an adapter one that is the identity: the method's initial values. */
  private void fill(Map<String, StoredTensor> all, Backbone backbone, Classification task) {
    try (Scope scope = Scope.withoutGradients();
        AdaptedModel fresh = AdaptedModel.attach(backbone, method, task, 0)) {
      for (StoredTensor tensor : fresh.stored()) {
        if (tensor.name().startsWith("blocks.")) {
          // A copy: the model frees its own memory.
          all.putIfAbsent(
              tensor.name(), StoredTensor.of(tensor.name(), tensor.floats(), tensor.shape()));
        }
      }
    }
  }

  private static Map<String, StoredTensor> classifierOf(Backbone backbone) {
    Map<String, StoredTensor> own = new LinkedHashMap<>();
    for (String name : List.of("head.weight", "head.bias")) {
      backbone
          .tensors()
          .find(name)
          .filter(t -> backbone.classifier().owns(name))
          .ifPresent(
              t ->
                  own.put(
                      name,
                      StoredTensor.of(name, dev.adapterx.tensor.Tensors.floats(t), t.shape())));
    }
    if (own.size() < 2) {
      throw new ConfigException(
          "There is no classifier: neither in the adapter (peft keeps one where modules_to_save names"
              + " it) nor in the backbone. Name weights that have one by backbone.path; or, in Python,"
              + " save the adapter with modules_to_save, or merge it (merge_and_unload,"
              + " save_pretrained), name the result by backbone.path and train a head on it:"
              + " method=linear-probe");
    }
    return own;
  }

  private static StoredTensor required(@Nullable StoredTensor tensor) {
    return java.util.Objects.requireNonNull(tensor);
  }
}
