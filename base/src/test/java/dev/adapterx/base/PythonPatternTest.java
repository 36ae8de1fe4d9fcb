package dev.adapterx.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PythonPatternTest {
  @Test
  void matches_the_whole_text_as_python_does() {
    PythonPattern late = PythonPattern.of("(.*\\.)?(layer\\.([6-9]|1[01])\\.query)");
    assertThat(late.matches("vit.encoder.layer.11.query")).isTrue();
    assertThat(late.matches("layer.6.query")).isTrue();
    assertThat(late.matches("vit.encoder.layer.5.query")).isFalse();
    assertThat(late.matches("vit.encoder.layer.6.query.x")).isFalse();
    assertThat(PythonPattern.of("(?P<block>\\d+)\\Z").matches("12")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "[a-z&&[b]]", "\\Qa\\E", "(?<block>a)"})
  void what_java_reads_otherwise_is_refused(String text) {
    assertThatThrownBy(() -> PythonPattern.of(text))
        .isInstanceOf(ConfigException.class)
        .hasMessage("'" + text + "' is no regular expression that is understood");
  }

  @Test
  void a_hostile_expression_ends() {
    PythonPattern hostile = PythonPattern.of("((a+)+)+b");
    assertThatThrownBy(() -> hostile.matches("a".repeat(60)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("takes too long to match");
  }
}
