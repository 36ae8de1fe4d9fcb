package dev.adapterx.train;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.base.Settings;
import dev.adapterx.data.FormulaDataset;
import dev.adapterx.data.FormulaShapeDataset;
import dev.adapterx.peft.AdapterX;
import dev.adapterx.peft.Classification;
import dev.adapterx.peft.Head;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * Everything a training run needs, as YAML or as records: whatever one can say, so can the other.
 *
 * <pre>{@code
 * seed: 0
 * backbone: {path: vit_tiny_patch16_224.safetensors}
 * method: {name: adapter-x, scale: 1.0}
 * data: {path: cifar10, train: train800val200, test: test}
 * train: {epochs: 20, lr: 0.005}
 * }</pre>
 */
public record Recipe(
    long seed,
    BackboneRecipe backbone,
    PeftMethod method,
    Head.Kind head,
    DataRecipe data,
    TrainRecipe train) {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
          .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
          .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();
  private static final Pattern LINE = Pattern.compile("line (\\d+), column");
  private static final List<String> KEYS =
      List.of("seed", "backbone", "method", "head", "data", "train");

  /** Adapter-X with every default; backbone and data are still to be named. */
  public static Recipe defaults() {
    return new Recipe(
        0,
        BackboneRecipe.defaults(),
        new AdapterX(),
        Head.Kind.LINEAR,
        DataRecipe.defaults(),
        TrainRecipe.defaults());
  }

  /**
   * Reads a recipe file. Paths in it are relative to its folder.
   *
   * @param overrides {@code train.lr=0.01}: keys with dots, values as in YAML
   * @throws ConfigException naming file and key
   */
  public static Recipe read(Path file, List<String> overrides) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new ConfigException(
          "There is no readable recipe " + file + " (" + e.getClass().getSimpleName() + ")", e);
    }
    Path folder = file.toAbsolutePath().getParent();
    return read(text, overrides, file.toString()).relativeTo(folder == null ? Path.of("") : folder);
  }

  /** Reads a recipe's text; {@code place} names it in messages. */
  public static Recipe read(String yaml, List<String> overrides, String place) {
    ObjectNode tree = parsed(yaml, place);
    for (String override : overrides) {
      apply(override, tree);
    }
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      if (!KEYS.contains(entry.getKey())) {
        throw new ConfigException(
            place
                + ": unknown key '"
                + entry.getKey()
                + "'"
                + Names.hint(entry.getKey(), KEYS)
                + " Known: "
                + String.join(", ", KEYS)
                + ".");
      }
    }
    Recipe defaults = defaults();
    JsonNode seed = tree.path("seed");
    if (!seed.isMissingNode() && !(seed.isIntegralNumber() && seed.canConvertToLong())) {
      throw new ConfigException(
          place + ": seed: expected a whole number of at most 64 bits, found " + seed);
    }
    JsonNode method = tree.path("method");
    return new Recipe(
        seed.asLong(0),
        Settings.read(section(tree, "backbone"), defaults.backbone, place + ": backbone"),
        method.isMissingNode() ? defaults.method : Methods.read(method, place + ": method"),
        head(tree.path("head"), place),
        Settings.read(section(tree, "data"), defaults.data, place + ": data"),
        Settings.read(section(tree, "train"), defaults.train, place + ": train"));
  }

  private static Head.Kind head(JsonNode head, String place) {
    return head.isMissingNode() || head.isNull()
        ? Head.Kind.LINEAR
        : Settings.convert(head, Head.Kind.class, place + ": head");
  }

  private static ObjectNode parsed(String yaml, String place) {
    try {
      JsonNode tree = YAML.readTree(yaml);
      if (tree == null || tree.isMissingNode() || tree.isNull()) {
        return YAML.createObjectNode();
      }
      if (tree instanceof ObjectNode object) {
        return object;
      }
      throw new ConfigException(place + ": expected keys and values, found " + tree);
    } catch (JacksonException e) {
      throw new ConfigException(place + line(e) + ": not valid YAML: " + problem(e), e);
    }
  }

  /** The last line the parser's own account names is where it stumbled. */
  private static String line(JacksonException e) {
    Matcher named = LINE.matcher(e.getOriginalMessage());
    String line = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
    while (named.find()) {
      line = ":" + named.group(1);
    }
    return line;
  }

  /** What it says without its copies of the text. */
  private static String problem(JacksonException e) {
    return e.getOriginalMessage()
        .lines()
        .filter(said -> !said.startsWith(" "))
        .collect(Collectors.joining(", "));
  }

  private static JsonNode section(ObjectNode tree, String key) {
    JsonNode section = tree.path(key);
    return section.isMissingNode() || section.isNull() ? YAML.createObjectNode() : section;
  }

  private static void apply(String override, ObjectNode tree) {
    int equals = override.indexOf('=');
    if (equals < 1) {
      throw new ConfigException(
          "Expected key=value such as train.lr=0.01, found '" + override + "'");
    }
    String[] keys = override.substring(0, equals).split("\\.", -1);
    ObjectNode node = tree;
    for (int i = 0; i < keys.length - 1; i++) {
      node = inner(node, keys[i], override);
    }
    node.set(keys[keys.length - 1], value(override, equals + 1));
  }

  /** The keys below a key; a method may stand there as its name alone, or not yet. */
  private static ObjectNode inner(ObjectNode node, String key, String override) {
    JsonNode next = node.path(key);
    if (next instanceof ObjectNode object) {
      return object;
    }
    boolean absent = next.isMissingNode() || next.isNull();
    if (key.equals("method") && (absent || next.isString())) {
      return node.putObject(key).put("name", absent ? new AdapterX().name() : next.asString());
    }
    if (!absent) {
      throw new ConfigException(
          "'" + override + "': expected keys below '" + key + "', the recipe has " + next);
    }
    return node.putObject(key);
  }

  private static JsonNode value(String override, int start) {
    try {
      JsonNode value = YAML.readTree(override.substring(start));
      return value == null || value.isMissingNode() ? YAML.nullNode() : value;
    } catch (JacksonException e) {
      throw new ConfigException(
          "'"
              + override
              + "': the value is not valid YAML: "
              + problem(e)
              + "; quote it if it is text",
          e);
    }
  }

  /** The same recipe with its paths made absolute from a folder. */
  Recipe relativeTo(Path folder) {
    BackboneRecipe b = backbone;
    String weights =
        b.path() == null || b.path().startsWith("embedded") ? b.path() : resolved(folder, b.path());
    String images =
        data.path() == null
                || FormulaDataset.isNamed(data.path())
                || FormulaShapeDataset.isNamed(data.path())
            ? data.path()
            : resolved(folder, data.path());
    ObjectNode tree = tree();
    ((ObjectNode) tree.get("backbone")).put("path", weights);
    ((ObjectNode) tree.get("data")).put("path", images);
    return new Recipe(
        seed,
        Settings.convert(tree.get("backbone"), BackboneRecipe.class, "backbone"),
        method,
        head,
        Settings.convert(tree.get("data"), DataRecipe.class, "data"),
        train);
  }

  private static String resolved(Path folder, String path) {
    try {
      return folder.resolve(path).normalize().toString();
    } catch (InvalidPathException e) {
      throw new ConfigException("'" + path + "' is no path: " + e.getReason(), e);
    }
  }

  /** This with another seed. */
  public Recipe withSeed(long other) {
    return new Recipe(other, backbone, method, head, data, train);
  }

  /** The task of a run with these classes. */
  Classification classification(List<String> classes) {
    return new Classification(classes, head);
  }

  /** All keys with their values. */
  public ObjectNode tree() {
    ObjectNode tree = Settings.json().createObjectNode();
    tree.put("seed", seed);
    tree.set("backbone", Settings.tree(backbone));
    tree.set("method", Methods.write(method));
    tree.set("head", Settings.json().valueToTree(head));
    tree.set("data", Settings.tree(data));
    tree.set("train", Settings.tree(train));
    return tree;
  }

  /** All keys with their values, as YAML: what a run folder keeps. */
  public String yaml() {
    return YAML.writeValueAsString(tree());
  }
}
