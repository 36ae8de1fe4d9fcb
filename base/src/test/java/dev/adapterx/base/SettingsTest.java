package dev.adapterx.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  enum Shape {
    ROUND,
    VERY_FLAT
  }

  record Inner(int size) {
    Inner {
      if (size < 1) {
        throw new ConfigException("size must be at least 1, found " + size);
      }
    }
  }

  record Outer(double rate, boolean on, Shape shape, Inner innerPart, String name) {}

  record Judged(int size) {
    public boolean isLarge() {
      return size > 9;
    }
  }

  record Loose(@Nullable String name, @Nullable Shape shape) {}

  record Answering(int size) {
    public boolean isLarge() {
      return size > 9;
    }
  }

  private static final Outer DEFAULTS = new Outer(0.5, true, Shape.ROUND, new Inner(3), "a");

  private static Outer read(String json) {
    return Settings.read(Settings.json().readTree(json), DEFAULTS, "recipe");
  }

  @Test
  void keeps_defaults_and_takes_what_is_given() {
    assertThat(read("{}")).isEqualTo(DEFAULTS);
    assertThat(read("{\"rate\": 2, \"shape\": \"very-flat\", \"inner-part\": {\"size\": 7}}"))
        .isEqualTo(new Outer(2, true, Shape.VERY_FLAT, new Inner(7), "a"));
  }

  @Test
  void what_a_record_answers_is_no_key() {
    assertThat(Settings.tree(new Answering(12)).toString()).isEqualTo("{\"size\":12}");
    assertThat(Settings.read(Settings.tree(new Answering(12)), new Answering(1), "x"))
        .isEqualTo(new Answering(12));
    assertThatThrownBy(
            () ->
                Settings.read(Settings.json().readTree("{\"large\": true}"), new Answering(1), "x"))
        .isInstanceOf(ConfigException.class);
  }

  @Test
  void null_is_a_value_where_the_record_says_so() {
    Loose given =
        Settings.read(Settings.json().readTree("{\"name\": null}"), new Loose("a", null), "x");
    assertThat(given).isEqualTo(new Loose(null, null));
  }

  @Test
  void a_tree_reads_back_as_the_same_record() {
    assertThat(Settings.read(Settings.tree(DEFAULTS), DEFAULTS, "recipe")).isEqualTo(DEFAULTS);
    assertThat(Settings.tree(DEFAULTS).toString())
        .contains("\"inner-part\":{\"size\":3}", "\"round\"");
  }

  @Test
  void what_a_record_says_of_itself_is_no_setting() {
    assertThat(Settings.tree(new Judged(10)).toString()).isEqualTo("{\"size\":10}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'rat': 1} | recipe: unknown key 'rat'; did you mean 'rate'?",
        "{'inner-part': {'sise': 1}} | recipe.inner-part: unknown key 'sise'; did you mean 'size'?",
        "{'shape': 'rund'} | recipe.shape: expected one of round, very-flat, found 'rund'; did you mean 'round'?",
        "{'rate': 'much'} | recipe.rate: expected a number, found 'much'",
        "{'on': 3} | recipe.on: expected true or false",
        "{'inner-part': {'size': 1.5}} | recipe.inner-part.size: expected a whole number",
        "{'inner-part': {'size': 0}} | recipe: size must be at least 1, found 0",
        "{'inner-part': 4} | recipe.inner-part: expected keys and values, found 4",
        "{'name': null} | recipe.name: expected a value, found null",
        "{'shape': null} | recipe.shape: expected a value, found null",
        "[] | recipe: expected keys and values, found []",
      })
  void says_what_is_wrong_and_where(String json, String message) {
    assertThatThrownBy(() -> read(json.replace('\'', '"')))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }
}
