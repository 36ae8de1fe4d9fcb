package dev.adapterx.peft;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.Backbones.Options;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.model.input.Preprocessing;
import dev.adapterx.task.ClassHead;
import dev.adapterx.task.Classification;
import dev.adapterx.task.Task;
import dev.adapterx.task.TaskKind;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.StoredTensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A trained adapter on disk: a folder with {@code adapter_model.safetensors} (everything trained,
 * head, CLS and norms included, under the names of {@link AdaptedModel#trainable()}, or packed by
 * the method) and {@code adapter_config.json} (how to attach it again, and to what).
 *
 * @param method the method and its settings
 * @param task what it was trained for
 * @param backbone name of the backbone it was trained on
 * @param sha256 of that backbone's weights
 * @param preprocessing of the input it was trained with
 * @param tensors by name
 */
public record AdapterFile(
    PeftMethod method,
    Task<?, ?> task,
    String backbone,
    String sha256,
    Preprocessing preprocessing,
    Map<String, StoredTensor> tensors) {
  /** Increased whenever older versions cannot read what this one writes. */
  public static final int FORMAT_VERSION = 2;

  /** Format of classification adapters, which the first versions can read. */
  private static final int CLASSIFICATION_VERSION = 1;

  /** Key of the kind of input. */
  private static final String KIND = "kind";

  private static final String IMAGES = "images";
  private static final String CLOUDS = "clouds";

  private static final String TOGETHER =
      "; config and tensors are not those of one training, restore both files together";

  /**
   * Writes a model's adapter; each file appears whole or not at all. Over an adapter that differs
   * in its tensors alone, as that of the previous epoch, only the tensors are replaced. Otherwise
   * the old config is deleted first, so that the folder never holds a config and tensors that do
   * not belong together.
   */
  public static void write(AdaptedModel model, Path folder) {
    ObjectNode config = Settings.json().createObjectNode();
    config.put("format", "adapterx");
    config.put("format-version", CLASSIFICATION_VERSION);
    config.set("method", Methods.write(model.method()));
    write(model.task(), config);
    config.put("backbone", model.backbone().info().name());
    config.put("backbone-sha256", model.backbone().info().sha256());
    config.put(
        KIND, model.backbone().preprocessing() instanceof PointPreprocessing ? CLOUDS : IMAGES);
    config.set("preprocessing", Settings.tree((Record) model.backbone().preprocessing()));
    try (Scope scope = Scope.withoutGradients()) {
      new AdapterFolder(folder).write(Settings.text(config), model.stored());
    }
  }

  @Override
  public String toString() {
    return "%s on %s: %d classes, %d tensors"
        .formatted(method.title(), backbone, task.labels().size(), tensors.size());
  }

  /** Whether there is an adapter in a folder. */
  public static boolean exists(Path folder) {
    return new AdapterFolder(folder).exists();
  }

  /**
   * A text that changes whenever the files of an adapter are replaced: made of their times, lengths
   * and, where the file system provides them, identities. Reads none of the files.
   *
   * @throws CheckpointException when there is no adapter
   */
  public static String version(Path folder) {
    return new AdapterFolder(folder).version();
  }

  /**
   * Reads an adapter.
   *
   * @throws CheckpointException when a file is missing, damaged or of a newer format
   */
  public static AdapterFile read(Path folder) {
    AdapterFolder files = new AdapterFolder(folder);
    Path file = files.config();
    String text = files.text();
    JsonNode config = config(file, text);
    return told(
        file,
        () -> {
          Map<String, StoredTensor> tensors = files.tensors(text);
          return new AdapterFile(
              Methods.read(config.path("method"), "method"),
              task(config),
              required(config, "backbone", String.class),
              required(config, "backbone-sha256", String.class),
              preprocessing(config),
              tensors);
        });
  }

  /**
   * Why an adapter cannot be attached to a backbone, as far as its config alone tells; empty: that
   * tells nothing against it. Reads no tensors.
   *
   * @throws CheckpointException when the config is missing, damaged or of a newer format
   */
  public static Optional<Unfit> unfit(Path folder, Backbone frozen) {
    AdapterFolder files = new AdapterFolder(folder);
    JsonNode config = config(files.config(), files.text());
    return told(
        files.config(),
        () ->
            Unfit.of(
                required(config, "backbone", String.class),
                required(config, "backbone-sha256", String.class),
                preprocessing(config),
                frozen));
  }

  /**
   * As {@link #options()}, of an adapter's config alone.
   *
   * @throws CheckpointException when the config is missing, damaged or of a newer format
   */
  public static Options options(Path folder) {
    AdapterFolder files = new AdapterFolder(folder);
    JsonNode config = config(files.config(), files.text());
    Preprocessing trained = told(files.config(), () -> preprocessing(config));
    return Options.defaults().toBuilder().preprocessing(trained).build();
  }

  /**
   * The sha256 of the weights an adapter was trained on, of its config alone.
   *
   * @throws CheckpointException when the config is missing, damaged or of a newer format
   */
  public static String sha256(Path folder) {
    AdapterFolder files = new AdapterFolder(folder);
    JsonNode config = config(files.config(), files.text());
    return told(files.config(), () -> required(config, "backbone-sha256", String.class));
  }

  private static JsonNode config(Path file, String text) {
    JsonNode config = parsed(file, text);
    if (!config.path("format").asString("").equals("adapterx")) {
      throw new CheckpointException(
          file + " is not an adapter of this library: its format is " + config.path("format"));
    }
    requireKnownVersion(config.path("format-version"), file);
    return config;
  }

  private static <T> T told(Path file, Supplier<T> read) {
    try {
      return read.get();
    } catch (CheckpointException e) {
      throw e;
    } catch (AdapterXException e) {
      throw new CheckpointException(file + ": " + e.getMessage(), e);
    }
  }

  /** Classification keeps the keys it had before there were other tasks. */
  private static void write(Task<?, ?> task, ObjectNode config) {
    if (task instanceof Classification) {
      task.write(config);
    } else {
      ObjectNode own = Settings.json().createObjectNode().put("name", task.name());
      task.write(own);
      config.put("format-version", FORMAT_VERSION);
      config.set("task", own);
    }
  }

  private static Task<?, ?> task(JsonNode config) {
    JsonNode own = config.path("task");
    if (own.isMissingNode()) {
      return new Classification(List.of(required(config, "labels", String[].class)), head(config));
    }
    return TaskKind.all().get(required(own, "name", String.class), "task.name").read(own);
  }

  /** The first adapters all had linear heads and no key for it. */
  private static ClassHead.Kind head(JsonNode config) {
    return config.path("head").isMissingNode()
        ? ClassHead.Kind.LINEAR
        : required(config, "head", ClassHead.Kind.class);
  }

  /** Older files lack the kind; only preprocessing for points has groups. */
  private static Preprocessing preprocessing(JsonNode config) {
    String kind =
        config.has(KIND)
            ? required(config, KIND, String.class)
            : config.path("preprocessing").has("groups") ? CLOUDS : IMAGES;
    return switch (kind) {
      case IMAGES -> required(config, "preprocessing", ImagePreprocessing.class);
      case CLOUDS -> required(config, "preprocessing", PointPreprocessing.class);
      default ->
          throw new ConfigException(
              "kind: expected images or clouds, found '"
                  + kind
                  + "', which a newer version may support");
    };
  }

  private static void requireKnownVersion(JsonNode version, Path file) {
    if (!version.isIntegralNumber() || version.asLong(0) < 1) {
      throw new CheckpointException(
          file + ": format-version must be a whole number from 1, found " + version);
    }
    if (version.asLong(FORMAT_VERSION + 1L) > FORMAT_VERSION) {
      throw new CheckpointException(
          file
              + " has format version "
              + version
              + ", this library reads up to "
              + FORMAT_VERSION
              + "; update the library");
    }
  }

  private static <T> T required(JsonNode config, String key, Class<T> type) {
    JsonNode value = config.path(key);
    boolean hole = value.isMissingNode() || value.isNull();
    for (JsonNode element : value) {
      hole |= element.isNull();
    }
    if (hole) {
      throw new ConfigException(
          key + ": expected a value, found " + (value.isMissingNode() ? "nothing" : value));
    }
    return Settings.convert(value, type, key);
  }

  private static JsonNode parsed(Path file, String text) {
    try {
      return Settings.json().readTree(text);
    } catch (JacksonException e) {
      throw new CheckpointException(file + " is not readable JSON: " + e.getMessage(), e);
    }
  }

  /** Options with which a backbone prepares its input as when this adapter was trained. */
  public Options options() {
    return prepared(Options.defaults());
  }

  /**
   * Attaches this adapter to the backbone it was trained on.
   *
   * @throws CheckpointException when the backbone or its preprocessing differs, the settings do not
   *     fit it, or a tensor is missing, unexpected or of another shape; the backbone stays intact
   */
  public AdaptedModel attach(Backbone frozen) {
    requireSame(frozen);
    AdaptedModel model = fresh(frozen);
    try (Scope scope = Scope.withoutGradients()) {
      requireFit(model.stored());
      return model.restored(tensors);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /**
   * Opens the backbone this adapter was trained on, prepared as it was in training, with the
   * adapter around it: all that prediction needs. Closing the model closes the backbone.
   *
   * @param weights a weight file, or a folder with one
   * @throws CheckpointException as {@link Backbones#load(Path, Options)} and {@link #attach}
   */
  public AdaptedModel open(Path weights) {
    return open(weights, Options.defaults());
  }

  /**
   * As {@link #open(Path)}, with a chosen precision, device or prefix.
   *
   * @param options their preprocessing is overridden by the one the adapter was trained with
   */
  public AdaptedModel open(Path weights, Options options) {
    return owning(Backbones.load(weights, prepared(options)));
  }

  /**
   * As {@link #open(Path, Options)}, for a backbone that ships with the library.
   *
   * @param name one of {@link Backbones#EMBEDDED}
   */
  public AdaptedModel openEmbedded(String name, Options options) {
    return owning(Backbones.embedded(name, prepared(options)));
  }

  private Options prepared(Options options) {
    return options.toBuilder().preprocessing(preprocessing).build();
  }

  private AdaptedModel owning(Backbone frozen) {
    try {
      return attach(frozen).owningBackbone();
    } catch (RuntimeException e) {
      frozen.close();
      throw e;
    }
  }

  private AdaptedModel fresh(Backbone frozen) {
    try {
      return AdaptedModel.attach(frozen, method, task, 0);
    } catch (ConfigException e) {
      throw new CheckpointException(
          "The adapter's settings do not fit the backbone: " + e.getMessage(), e);
    }
  }

  private void requireSame(Backbone frozen) {
    Optional<Unfit> unfit = Unfit.of(backbone, sha256, preprocessing, frozen);
    if (unfit.isPresent()) {
      throw new CheckpointException(unfit.get().toString());
    }
  }

  private void requireFit(List<StoredTensor> expected) {
    Set<String> names = expected.stream().map(StoredTensor::name).collect(Collectors.toSet());
    List<String> missing =
        expected.stream()
            .map(StoredTensor::name)
            .filter(name -> !tensors.containsKey(name))
            .toList();
    List<String> unexpected =
        tensors.keySet().stream().filter(name -> !names.contains(name)).toList();
    if (!missing.isEmpty() || !unexpected.isEmpty()) {
      throw new CheckpointException(
          "The adapter's tensors do not fit its settings: missing ["
              + Names.some(missing)
              + "], unexpected ["
              + Names.some(unexpected)
              + "]"
              + TOGETHER);
    }
    for (StoredTensor tensor : expected) {
      requireShape(Objects.requireNonNull(tensors.get(tensor.name())), tensor.shape());
    }
  }

  private static void requireShape(StoredTensor stored, long[] expected) {
    if (!Arrays.equals(stored.shape(), expected)) {
      throw new CheckpointException(
          "The adapter's "
              + stored.name()
              + " has shape "
              + Tensors.shape(stored.shape())
              + ", expected "
              + Tensors.shape(expected)
              + (stored.name().startsWith("head.") ? " by the number of its labels" : "")
              + TOGETHER);
    }
  }
}
