package dev.adapterx.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.train.Tiny;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The recipe that shows every key. */
class ExampleRecipeTest {
  private static final Path FILE = Path.of("..", "recipes", "example.yaml");
  private static final Pattern SECTION = Pattern.compile("([a-z]+):.*");
  private static final Pattern KEY = Pattern.compile("  (?:# )?([a-z0-9-]+):.*");

  private static TreeMap<String, TreeSet<String>> shown() {
    TreeMap<String, TreeSet<String>> keys = new TreeMap<>();
    TreeSet<String> section = new TreeSet<>();
    for (String line : Tiny.text(FILE).lines().toList()) {
      Matcher heading = SECTION.matcher(line);
      Matcher key = KEY.matcher(line);
      if (heading.matches()) {
        section = keys.computeIfAbsent(heading.group(1), k -> new TreeSet<>());
      } else if (key.matches()) {
        section.add(key.group(1));
      }
    }
    return keys;
  }

  static List<Map.Entry<String, Class<?>>> sections() {
    return List.of(
        Map.entry("backbone", BackboneRecipe.class),
        Map.entry("method", AdapterX.class),
        Map.entry("data", DataRecipe.class),
        Map.entry("train", TrainRecipe.class));
  }

  @ParameterizedTest
  @MethodSource("sections")
  void shows_every_key_of(Map.Entry<String, Class<?>> section) {
    TreeSet<String> expected = new TreeSet<>();
    Arrays.stream(section.getValue().getRecordComponents())
        .map(RecordComponent::getName)
        .map(name -> name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
        .forEach(expected::add);
    TreeSet<String> found = shown().get(section.getKey());
    if (section.getKey().equals("method")) {
      found.removeAll(List.of("name", "preset"));
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void shows_every_section() {
    assertThat(shown().keySet())
        .containsExactlyInAnyOrderElementsOf(Recipe.defaults().tree().propertyNames());
  }

  @Test
  void says_nothing_but_the_defaults() {
    Recipe example =
        Recipe.read(Tiny.text(FILE), List.of("backbone.path=null", "data.path=null"), "example");
    assertThat(example).isEqualTo(Recipe.defaults());
  }
}
