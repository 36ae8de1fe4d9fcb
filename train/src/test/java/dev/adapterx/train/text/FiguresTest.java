package dev.adapterx.train.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "100, 100",
    "0.18471, 0.185",
    "0.001, 0.001",
    "0.0003, 3e-4",
    "-0.00001234, -1.23e-5",
    "123456, 123000",
    "12345678, 1.23e7",
    "NaN, NaN"
  })
  void keeps_significant_digits(double number, String text) {
    assertThat(Figures.significant(number, 3)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0.5, 50.0 %", "0, 0.0 %", "NaN, –"})
  void writes_shares_in_per_cent(double share, String text) {
    assertThat(Figures.percent(share, 1)).isEqualTo(text);
  }
}
