package dev.adapterx.tasks;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Settings;
import dev.adapterx.base.WholeFile;
import dev.adapterx.model.MaskedAutoencoder;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.task.ClassHead;
import dev.adapterx.train.ParamTags;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.recipe.BackboneRecipe;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.PretrainRecipe;
import dev.adapterx.train.recipe.TaskKeys;
import dev.adapterx.train.recipe.TrainRecipe;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code docs/recipes.md} says of every key what the records and their Javadoc say. After a change:
 * {@code mvn test -pl tasks -am -Dtest=RecipeReferenceTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Drecipes.write=true}.
 */
class RecipeReferenceTest {
  private static final Path FILE = Path.of("..", "docs", "recipes.md");
  private static final String MARK = "<!-- From here on written by RecipeReferenceTest. -->\n\n";

  @Test
  void the_document_has_every_key_with_default_values_and_meaning() {
    String text = Tiny.text(FILE);
    int mark = text.indexOf(MARK) + MARK.length();
    if (Boolean.getBoolean("recipes.write")) {
      WholeFile.write(FILE, text.substring(0, mark) + reference());
      return;
    }

    assertThat(text.substring(mark)).isEqualTo(reference());
  }

  private static String reference() {
    StringBuilder text = new StringBuilder();
    text.append("## backbone\n").append(table(BackboneRecipe.defaults(), Map.of()));
    text.append("\n## data\n").append(table(DataRecipe.defaults(), Map.of()));
    text.append("\n## train\n").append(table(TrainRecipe.defaults(), Map.of()));
    text.append("\n## task\n`classification`")
        .append(TaskKeys.all().names().stream().map(n -> ", `" + n + "`").collect(joining()))
        .append("; absent: what the data are.\n");
    text.append("\n## head\nOf a classification ")
        .append(values(ClassHead.Kind.class))
        .append("; default `linear`.\n");
    TaskKeys.all().all().forEach(task -> text.append(keys(task)));
    text.append(
            "\n## pretrain\n`adapterx pretrain` has this section instead of `method` and `head`")
        .append(" and these defaults of its own:\n\n");
    PretrainRecipe pretraining = PretrainRecipe.defaults();
    changes(text, "data", DataRecipe.defaults(), pretraining.data());
    changes(text, "train", TrainRecipe.defaults(), pretraining.train());
    text.append('\n').append(table(MaskedAutoencoder.Options.defaults(), Map.of()));
    text.append(
            "\n## method\nLetters are those of the formula in the Javadoc of the method's class; D is the")
        .append(
            " backbone's width, L its number of blocks. [methods.md](methods.md) counts what each")
        .append(" trains.\n");
    for (String name : Methods.names()) {
      text.append("\n### ").append(name).append('\n').append(method(Methods.entry(name, "test")));
    }
    return text.toString();
  }

  private static String keys(TaskKeys task) {
    StringBuilder text = new StringBuilder();
    task.heads()
        .forEach(
            (kind, defaults) ->
                text.append("\n### ")
                    .append(task.name())
                    .append("\n`head: {kind: ")
                    .append(kind)
                    .append("}` with these keys:\n\n")
                    .append(table(defaults, Map.of())));
    return text.append("\n`data.")
        .append(task.dataKey())
        .append("`:\n\n")
        .append(table(task.dataDefaults(), Map.of()))
        .append("\n`data.augment`: ")
        .append(task.augmentations().stream().map(a -> "`" + a + "`").collect(joining(", ")))
        .append(".\n")
        .toString();
  }

  private static String method(PeftMethod method) {
    return "%s.%s\n"
        .formatted(method.title(), presets(method))
        .concat(
            method.getClass().getRecordComponents().length == 0
                ? "No settings.\n"
                : "\n" + table(method, presetValues(method)));
  }

  private static List<String> presetNames(PeftMethod method) {
    String start = method.name() + ":";
    return Methods.entries().stream().filter(e -> e.startsWith(start)).toList();
  }

  private static String presets(PeftMethod method) {
    List<String> names = presetNames(method);
    return names.isEmpty()
        ? ""
        : names.stream()
            .map(e -> "`" + e.substring(e.indexOf(':') + 1) + "`")
            .collect(joining(", ", " Presets: ", "."));
  }

  /** By key, what presets set it to. */
  private static Map<String, String> presetValues(PeftMethod method) {
    ObjectNode defaults = Settings.tree(method);
    Map<String, String> values = new TreeMap<>();
    for (String entry : presetNames(method)) {
      String preset = entry.substring(entry.indexOf(':') + 1);
      Settings.tree(Methods.entry(entry, "test"))
          .properties()
          .forEach(
              e -> {
                if (!e.getValue().equals(defaults.get(e.getKey()))) {
                  String said = "; `" + preset + "`: " + shown(e.getValue());
                  values.merge(e.getKey(), said, String::concat);
                }
              });
    }
    return values;
  }

  private static void changes(StringBuilder text, String place, Record usual, Record here) {
    ObjectNode defaults = Settings.tree(usual);
    for (Map.Entry<String, JsonNode> e : Settings.tree(here).properties()) {
      if (!e.getValue().equals(defaults.get(e.getKey()))) {
        text.append("- `%s.%s: %s`\n".formatted(place, e.getKey(), shown(e.getValue())));
      }
    }
  }

  /**
   * A table of a record's keys.
   *
   * @param more to say of a default, by key
   */
  private static String table(Object defaults, Map<String, String> more) {
    return "| key | default | values | meaning |\n|---|---|---|---|\n"
        + rows("", defaults.getClass(), Settings.tree(defaults), more);
  }

  /** A line for each key; of keys below a key after it, with a dot. */
  private static String rows(
      String prefix, Class<?> type, ObjectNode tree, Map<String, String> more) {
    StringBuilder text = new StringBuilder();
    Map<String, String> tags = ParamTags.of(type);
    for (RecordComponent c : type.getRecordComponents()) {
      String key = c.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
      assertThat(tree.has(key)).as("%s of %s", key, type).isTrue();
      assertThat(tags).as("@param of %s", type).containsKey(c.getName());
      boolean nested = tree.get(key).isObject();
      text.append(
          "| `%s` | %s%s | %s | %s |\n"
              .formatted(
                  prefix + key,
                  nested ? "as below" : shown(tree.get(key)),
                  more.getOrDefault(key, ""),
                  nested ? "the keys below" : values(c),
                  tags.get(c.getName())));
      if (nested) {
        text.append(rows(prefix + key + ".", c.getType(), (ObjectNode) tree.get(key), Map.of()));
      }
    }
    return text.toString();
  }

  private static String shown(JsonNode value) {
    if (value.isNull()) {
      return "–";
    }
    if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false)
          .map(RecipeReferenceTest::shown)
          .collect(joining(", ", "[", "]"));
    }
    return value.isNumber()
        ? new BigDecimal(value.asString()).stripTrailingZeros().toPlainString()
        : value.asString();
  }

  private static String values(RecordComponent component) {
    if (component.getGenericType() instanceof ParameterizedType list) {
      return "list of " + values((Class<?>) list.getActualTypeArguments()[0]);
    }
    return values(component.getType());
  }

  private static String values(Class<?> type) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(v -> "`" + ((Enum<?>) v).name().toLowerCase(Locale.ROOT).replace('_', '-') + "`")
          .collect(joining(", "));
    }
    return switch (type.getSimpleName()) {
      case "boolean", "Boolean" -> "`true`, `false`";
      case "int", "long", "Integer", "Long" -> "whole number";
      case "double", "Double" -> "number";
      case "String" -> "text";
      case "Device" -> "`auto`, `cpu`, `cuda`, `cuda:INDEX`";
      default -> throw new AssertionError("how are values of " + type + " written?");
    };
  }
}
