package dev.adapterx.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import org.junit.jupiter.api.Test;

class EngineTest {
  @Test
  void a_failure_says_where_and_libtorchs_first_line() {
    try (Scope scope = Scope.open()) {
      assertThatThrownBy(() -> Engine.at("blocks.3", () -> Init.zeros(3, 5).mm(Init.zeros(64, 8))))
          .isExactlyInstanceOf(AdapterXException.class)
          .hasMessage("blocks.3: mat1 and mat2 shapes cannot be multiplied (3x5 and 64x8)")
          .hasCauseInstanceOf(RuntimeException.class);
    }
  }

  @Test
  void the_innermost_place_is_told() {
    assertThatThrownBy(
            () ->
                Engine.at(
                    "outer",
                    () ->
                        Engine.at(
                            "inner",
                            () -> {
                              throw new IllegalStateException("broken");
                            })))
        .isExactlyInstanceOf(AdapterXException.class)
        .hasMessage("inner: broken");
  }

  @Test
  void our_own_exceptions_pass_as_they_are() {
    ConfigException ours = new ConfigException("recipe.yaml: heads must divide the width");
    assertThatThrownBy(
            () ->
                Engine.at(
                    "blocks.3",
                    () -> {
                      throw ours;
                    }))
        .isSameAs(ours);
  }

  @Test
  void a_failure_without_a_message_still_says_where() {
    assertThatThrownBy(
            () ->
                Engine.at(
                    "head",
                    () -> {
                      throw new IllegalStateException();
                    }))
        .hasMessage("head: null");
  }

  @Test
  void a_result_comes_back() {
    assertThat(Engine.at("anywhere", () -> 42)).isEqualTo(42);
  }
}
