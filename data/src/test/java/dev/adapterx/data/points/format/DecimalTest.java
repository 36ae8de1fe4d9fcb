package dev.adapterx.data.points.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalTest {
  @Test
  void short_and_long_numbers_are_those_of_the_jdk() {
    for (int i = 0; i < 20_000; i++) {
      String text = number(Rng.of(4, "decimal").at(i));
      assertThat(isNumber(text)).as(text).isTrue();
      assertThat(parse(text)).as(text).isEqualTo(Double.parseDouble(text));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "+1",
        "1.",
        ".5",
        "-.5e+3",
        "1E5",
        "9007199254740993",
        "0.1234567890123456789",
        "1e-400",
        "1e400",
        "0.00000000000000000000000000001",
        "123456789012345678901234567890"
      })
  void edges_are_those_of_the_jdk(String text) {
    assertThat(isNumber(text)).isTrue();
    assertThat(parse(text)).isEqualTo(Double.parseDouble(text));
  }

  @Test
  void words_for_what_is_not_finite_are_known() {
    assertThat(parse("NaN")).isNaN();
    assertThat(parse("-nan")).isNaN();
    assertThat(parse("INF")).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(parse("-Infinity")).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        ".",
        "-.",
        "e5",
        "1e",
        "1e+",
        "1f",
        "1d",
        "0x1",
        "0x1p3",
        "1.2.3",
        "1,5",
        "--1",
        "1 ",
        "1_000",
        "infinite",
        "nano",
        "\u0661"
      })
  void what_only_looks_like_a_number_is_none(String text) {
    assertThat(isNumber(text)).isFalse();
  }

  private static String number(Rng rng) {
    StringBuilder text = new StringBuilder(rng.nextBoolean() ? "-" : "");
    int digits = 1 + rng.nextInt(20);
    int point = rng.nextInt(digits + 1);
    for (int i = 0; i < digits; i++) {
      text.append(i == point ? "." : "").append(rng.nextInt(10));
    }
    return rng.nextInt(4) == 0 ? text.append('e').append(rng.nextInt(80) - 40) + "" : text + "";
  }

  private static boolean isNumber(String text) {
    byte[] bytes = Clouds.bytes(text);
    return Decimal.isNumber(bytes, 0, bytes.length);
  }

  private static double parse(String text) {
    byte[] bytes = Clouds.bytes(text);
    return Decimal.parse(bytes, 0, bytes.length);
  }
}
