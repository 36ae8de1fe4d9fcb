package dev.adapterx.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {
  @Test
  void finds_the_name_that_was_meant() {
    assertThat(Names.nearest("bottlenek", List.of("bottleneck", "experts"))).contains("bottleneck");
    assertThat(Names.hint("Experts", List.of("bottleneck", "experts")))
        .isEqualTo("; did you mean 'experts'?");
  }

  @Test
  void says_nothing_when_nothing_is_near() {
    assertThat(Names.nearest("lr", List.of("bottleneck"))).isEmpty();
    assertThat(Names.hint("lr", List.of())).isEmpty();
  }

  @Test
  void edit_distance_counts_insertions_deletions_and_replacements() {
    assertThat(Names.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Names.distance("", "abc")).isEqualTo(3);
  }
}
