package dev.adapterx.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SelfCheckTest {
  @ParameterizedTest
  @EnumSource(Precision.class)
  void a_small_product_is_right_in_every_precision(Precision precision) {
    assertThat(SelfCheck.product(precision)).isEmpty();
  }

  @Test
  void the_engine_knows_its_versions() {
    assertThat(SelfCheck.versions()).containsOnlyKeys("javacpp", "pytorch", "openblas");
    assertThat(SelfCheck.versions().values()).allMatch(v -> v.matches("\\d+\\..*"));
  }

  @Test
  void the_choice_of_precision_is_the_one_made() {
    assertThat(SelfCheck.choice())
        .startsWith(Precision.AUTO.resolved() == Precision.BF16 ? "bf16: " : "fp32: ");
  }
}
