package dev.adapterx.peft.exchange;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.PythonPattern;
import dev.adapterx.base.Settings;
import dev.adapterx.base.SmallFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The {@code adapter_config.json} of peft: reads what is supported and refuses everything else. */
record PeftConfig(Path file, JsonNode tree) {
  /** Keys that are read, or that do not affect what the adapter computes. */
  private static final Set<String> KNOWN =
      Set.of(
          "peft_type",
          "peft_version",
          "base_model_name_or_path",
          "revision",
          "task_type",
          "auto_mapping",
          "inference_mode",
          "target_modules",
          "feedforward_modules",
          "exclude_modules",
          "modules_to_save",
          "layers_to_transform",
          "layers_pattern",
          "r",
          "lora_alpha",
          "lora_dropout",
          "use_rslora",
          "use_dora",
          "rank_pattern",
          "alpha_pattern",
          "bias",
          "init_lora_weights",
          "init_ia3_weights",
          "fan_in_fan_out", // the matrix layout of another kind of layer; peft ignores it for these
          "ensure_weight_tying",
          "runtime_config",
          "eva_config",
          "megatron_core",
          "qalora_group_size");

  /** Initialisations that leave the frozen weights unchanged; others modify them. */
  private static final Set<String> STARTS =
      Set.of("true", "false", "gaussian", "eva", "orthogonal");

  private static final String MERGE =
      "in Python merge the adapter into its weights (merge_and_unload, save_pretrained) and name"
          + " these by backbone.path";

  /** The number of a block in a module's name, its only number. */
  private static final Pattern LAYER = Pattern.compile("\\.([0-9]{1,4})\\.");

  static PeftConfig read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(
          "There is no adapter here: " + file + " does not exist" + inside(file));
    }
    JsonNode tree;
    try {
      tree = Settings.json().readTree(SmallFile.text(file));
    } catch (IOException | JacksonException e) {
      throw new CheckpointException(file + " is not readable JSON: " + e.getMessage(), e);
    }
    PeftConfig config = new PeftConfig(file, tree);
    config.requireSupported();
    return config;
  }

  /** The subfolder where peft keeps a named adapter. */
  private static String inside(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return "";
    }
    try (Stream<Path> within = Files.list(folder)) {
      return within
          .filter(path -> Files.isRegularFile(path.resolve(PeftFile.CONFIG)))
          .sorted()
          .findFirst()
          .map(path -> "; there is one in " + path.getFileName() + ", name that folder")
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  private void requireSupported() {
    if (!tree.path("peft_type").isString()) {
      String ours =
          tree.path("format").asString("").equals("adapterx") ? ": it is ours already" : "";
      throw new CheckpointException(file + " is no adapter of peft: it has no peft_type" + ours);
    }
    if (!isIa3() && !type().equals("LORA")) {
      throw new CheckpointException(
          file + ": peft_type " + type() + " is not supported; supported are LORA (DoRA too), IA3");
    }
    for (String key : tree.propertyNames()) {
      JsonNode value = tree.path(key);
      if (!KNOWN.contains(key) && !isOff(value)) {
        throw refused(key, value, MERGE);
      }
    }
    JsonNode bias = tree.path("bias");
    if (!isOff(bias) && !bias.asString("").equals("none")) {
      throw refused("bias", bias, "supported is none; " + MERGE);
    }
    JsonNode start = tree.path("init_lora_weights");
    if (!isOff(start) && !STARTS.contains(start.asString(""))) {
      throw refused(
          "init_lora_weights",
          start,
          "it changes the frozen weights; convert the adapter with peft's"
              + " path_initial_model_for_weight_conversion");
    }
  }

  private CheckpointException refused(String key, JsonNode value, String advice) {
    String text = value.toString();
    String found = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return new CheckpointException(
        file + ": " + key + " = " + found + " is not supported; " + advice);
  }

  private static boolean isOff(JsonNode value) {
    return value.isNull()
        || value.isMissingNode()
        || (value.isBoolean() && !value.asBoolean())
        || (value.isContainer() && value.isEmpty());
  }

  private String type() {
    return tree.path("peft_type").asString("");
  }

  boolean isIa3() {
    return type().equals("IA3");
  }

  boolean isDora() {
    return flag("use_dora");
  }

  boolean isRankStabilised() {
    return flag("use_rslora");
  }

  private boolean flag(String key) {
    JsonNode value = tree.path(key);
    if (!isOff(value) && !value.isBoolean()) {
      throw new CheckpointException(file + ": " + key + " must be true or false, found " + value);
    }
    return value.asBoolean(false);
  }

  double dropout() {
    double value = number(tree.path("lora_dropout"), "lora_dropout", 0.0);
    if (!(value >= 0 && value < 1)) {
      throw new CheckpointException(file + ": lora_dropout must lie in [0, 1), found " + value);
    }
    return value;
  }

  /** The factor by which peft scales a module's low-rank product. */
  double scale(String module, long rank) {
    double expected =
        number(pattern("rank_pattern", module, tree.path("r")), "r of " + module, 8.0);
    if (expected != rank) {
      throw new CheckpointException(
          file + ": r of " + module + " is " + expected + ", its tensors have rank " + rank);
    }
    double alpha =
        number(
            pattern("alpha_pattern", module, tree.path("lora_alpha")),
            "lora_alpha of " + module,
            8.0);
    return alpha / (isRankStabilised() ? Math.sqrt((double) rank) : rank);
  }

  /**
   * The value of the first pattern that matches a module, as peft matches it, else the common
   * value.
   */
  private JsonNode pattern(String key, String module, JsonNode all) {
    JsonNode patterns = tree.path(key);
    for (String name : patterns.propertyNames()) {
      if (matches(key, "(.*\\.)?(" + name + ")", module)) {
        return patterns.path(name);
      }
    }
    return all;
  }

  /**
   * Whether a module of the network gets an adapter, by peft's rules. An absent {@code
   * target_modules} means all modules that have one in the file.
   */
  boolean targets(String module) {
    JsonNode targets = tree.path("target_modules");
    boolean all = isOff(targets) || targets.asString("").equalsIgnoreCase("all-linear");
    if (named("exclude_modules", module)) {
      return false;
    }
    if (targets.isString() && !all) {
      return named("target_modules", module);
    }
    return (all || named("target_modules", module)) && isLayerTransformed(module);
  }

  /** Matches by a regular expression, or by the ends of names. */
  private boolean named(String key, String module) {
    JsonNode names = tree.path(key);
    if (names.isString()) {
      return matches(key, names.asString(), module);
    }
    return names
        .valueStream()
        .map(name -> name.asString(""))
        .anyMatch(name -> module.equals(name) || module.endsWith("." + name));
  }

  private boolean isLayerTransformed(String module) {
    JsonNode layers = tree.path("layers_to_transform");
    if (isOff(layers)) {
      return true;
    }
    JsonNode patterns = tree.path("layers_pattern");
    Stream<String> before =
        isOff(patterns)
            ? Stream.of(".*?\\.[^.]*")
            : (patterns.isString() ? Stream.of(patterns) : patterns.valueStream())
                .map(name -> "(?:|.*?\\.)" + name.asString(""));
    int index =
        LAYER
            .matcher(module)
            .results()
            .mapToInt(r -> Integer.parseInt(r.group(1)))
            .findFirst()
            .orElse(-1);
    boolean listed =
        before.anyMatch(
            pattern -> matches("layers_pattern", pattern + "\\." + index + "\\..*", module));
    return listed
        && (layers.isArray() ? layers.valueStream() : Stream.of(layers))
            .anyMatch(layer -> layer.isIntegralNumber() && layer.asInt(-1) == index);
  }

  private boolean matches(String key, String pattern, String module) {
    try {
      return PythonPattern.of(pattern).matches(module);
    } catch (ConfigException e) {
      throw new CheckpointException(file + ": " + key + ": " + e.getMessage(), e);
    }
  }

  private double number(JsonNode value, String what, double absent) {
    if (value.isMissingNode() || value.isNull()) {
      return absent;
    }
    if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
      throw new CheckpointException(file + ": " + what + " must be a number, found " + value);
    }
    return value.asDouble();
  }
}
