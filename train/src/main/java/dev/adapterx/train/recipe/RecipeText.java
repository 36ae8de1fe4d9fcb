package dev.adapterx.train.recipe;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.FileNames;
import dev.adapterx.base.Names;
import dev.adapterx.base.Reason;
import dev.adapterx.base.SmallFile;
import dev.adapterx.peft.mixture.AdapterX;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** The text of a recipe as a tree of keys, and back. */
public final class RecipeText {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
          .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
          .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();
  private static final Pattern LINE = Pattern.compile("line (\\d+), column");

  private RecipeText() {}

  /**
   * Reads a file.
   *
   * @throws ConfigException saying that there is none
   */
  public static String of(Path file) {
    try {
      return SmallFile.text(file);
    } catch (IOException e) {
      throw new ConfigException(
          "There is no readable recipe " + file + " (" + Reason.of(e) + ")", e);
    }
  }

  /**
   * Parses YAML, applies overrides, and requires keys to be known.
   *
   * @param overrides {@code train.lr=0.01}: keys with dots, values as in YAML
   * @param place names the text in messages
   * @param known the keys there may be at the top
   * @throws ConfigException naming place and key
   */
  public static ObjectNode tree(
      String yaml, List<String> overrides, String place, List<String> known) {
    return changed(parsed(yaml, place), overrides, place, known);
  }

  /**
   * Parses YAML, whatever its keys.
   *
   * @param place names the text in messages
   * @throws ConfigException naming the line that is no YAML
   */
  public static ObjectNode tree(String yaml, String place) {
    return parsed(yaml, place);
  }

  /**
   * Applies overrides to a tree, and requires its keys to be known.
   *
   * @param all every key there may be, with its value by default
   */
  static ObjectNode changed(ObjectNode tree, List<String> overrides, String place, ObjectNode all) {
    for (String override : overrides) {
      apply(override, tree);
    }
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      String key = entry.getKey();
      if (!all.has(key)) {
        throw unknown(place, key, all, all);
      }
      if (all.get(key) instanceof ObjectNode section
          && !key.equals("method")
          && entry.getValue() instanceof ObjectNode given) {
        for (String inner : given.propertyNames()) {
          if (!section.has(inner)) {
            throw unknown(place + ": " + key, inner, section, all);
          }
        }
      }
    }
    return tree;
  }

  private static ConfigException unknown(
      String place, String key, ObjectNode section, ObjectNode all) {
    List<String> here = List.copyOf(section.propertyNames());
    List<String> elsewhere = keys(key, all);
    if (elsewhere.isEmpty() && Names.nearest(key, here).isEmpty()) {
      elsewhere = Names.nearest(key, lasts(all)).map(near -> keys(near, all)).orElse(List.of());
    }
    String hint =
        elsewhere.isEmpty()
            ? Names.hintSentence(key, here)
            : "; did you mean '" + String.join("' or '", elsewhere) + "'?";
    return new ConfigException(
        place + ": unknown key '" + key + "'" + hint + " Known: " + String.join(", ", here) + ".");
  }

  /**
   * The keys, with dots, whose last part a word is.
   *
   * @param word a last part, or a whole key
   * @param all every key there may be
   */
  static List<String> keys(String word, ObjectNode all) {
    List<String> keys = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : all.properties()) {
      List<String> inner =
          entry.getValue() instanceof ObjectNode section
              ? List.copyOf(section.propertyNames())
              : List.of();
      Stream.concat(
              Stream.of(entry.getKey()), inner.stream().map(name -> entry.getKey() + "." + name))
          .filter(key -> key.equals(word) || key.endsWith("." + word))
          .forEach(keys::add);
    }
    return keys;
  }

  private static Set<String> lasts(ObjectNode all) {
    Set<String> lasts = new TreeSet<>();
    all.forEach(section -> lasts.addAll(section.propertyNames()));
    return lasts;
  }

  /** Applies overrides to a tree, and requires its keys to be known. */
  static ObjectNode changed(
      ObjectNode tree, List<String> overrides, String place, List<String> known) {
    for (String override : overrides) {
      apply(override, tree);
    }
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      if (!known.contains(entry.getKey())) {
        throw new ConfigException(
            place
                + ": unknown key '"
                + entry.getKey()
                + "'"
                + Names.hintSentence(entry.getKey(), known)
                + " Known: "
                + String.join(", ", known)
                + ".");
      }
    }
    return tree;
  }

  /** The number that names every random draw. */
  static long seed(ObjectNode tree, String place) {
    JsonNode seed = tree.path("seed");
    if (!seed.isMissingNode() && !(seed.isIntegralNumber() && seed.canConvertToLong())) {
      throw new ConfigException(
          place + ": seed: expected a whole number of at most 64 bits, found " + seed);
    }
    return seed.asLong(0);
  }

  /** As YAML. */
  public static String of(ObjectNode tree) {
    return YAML.writeValueAsString(tree);
  }

  /** Keys and values on one line: {@code epochs: 20, batch: 32}. */
  public static String line(ObjectNode tree) {
    return tree.properties().stream()
        .map(entry -> entry.getKey() + ": " + word(entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String word(JsonNode value) {
    if (value.isFloatingPointNumber() && Double.isFinite(value.doubleValue())) {
      return BigDecimal.valueOf(value.doubleValue()).stripTrailingZeros().toPlainString();
    }
    return value.isString() ? value.asString() : value.toString();
  }

  /** The keys of a tree whose values differ from those of another. */
  public static ObjectNode differences(ObjectNode tree, ObjectNode from) {
    ObjectNode different = YAML.createObjectNode();
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      if (!entry.getValue().equals(from.path(entry.getKey()))) {
        different.set(entry.getKey(), entry.getValue());
      }
    }
    return different;
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

  /** The keys below a key, perhaps none. */
  static JsonNode section(ObjectNode tree, String key) {
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

  /** A path made absolute from a folder. */
  public static String resolved(Path folder, String path) {
    try {
      return folder.resolve(path).normalize().toString();
    } catch (InvalidPathException e) {
      throw new ConfigException("'" + path + "' is no path: " + FileNames.reason(e), e);
    }
  }
}
