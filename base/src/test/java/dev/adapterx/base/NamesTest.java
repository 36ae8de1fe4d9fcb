package dev.adapterx.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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

  /** A damaged file may ask for a name of megabytes, or hold a hundred thousand. */
  @Test
  @Timeout(20)
  void names_without_end_are_compared_with_nothing() {
    String endless = "x".repeat(4_000_000);
    assertThat(Names.hint(endless, List.of(endless + "y"))).isEmpty();
    assertThat(Names.nearest("x".repeat(256), List.of("x".repeat(257)))).isPresent();
    assertThat(Names.nearest("x".repeat(257), List.of("x".repeat(257)))).isEmpty();
    List<String> many = IntStream.range(0, 250_000).mapToObj(i -> "y".repeat(200) + i).toList();
    assertThat(Names.nearest("x".repeat(200), many)).isEmpty();
    assertThat(Names.some(List.of("a", endless))).isEqualTo("a, " + "x".repeat(120) + "…");
  }

  @Test
  void edit_distance_counts_insertions_deletions_and_replacements() {
    assertThat(Names.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Names.distance("", "abc")).isEqualTo(3);
  }
}
