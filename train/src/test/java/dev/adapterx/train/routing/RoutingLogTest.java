package dev.adapterx.train.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.DataException;
import dev.adapterx.train.report.RoutingHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoutingLogTest {
  @TempDir Path folder;

  private static ExpertUse use(String place, String library, long tokens, Double... load) {
    return new ExpertUse(place, library, tokens, List.of(load), List.of(load), 0.5);
  }

  private static final List<ExpertUse> SHARED =
      List.of(use("blocks.0", "smoa", 100, 0.95, 0.05), use("blocks.1", "smoa", 300, 0.0, 1.0));

  private String text() throws IOException {
    return Files.readString(folder.resolve("routing.jsonl"));
  }

  @Test
  void a_library_is_the_mean_of_its_places_by_sub_tokens() {
    ExpertUse library = ExpertUse.libraries(SHARED).get(0);

    assertThat(library.place()).isEqualTo("all");
    assertThat(library.subTokens()).isEqualTo(400);
    assertThat(library.load().get(0)).isCloseTo(95 / 400.0, within(1e-12));
    assertThat(library.load().get(1)).isCloseTo(305 / 400.0, within(1e-12));
    assertThat(ExpertUse.metrics(SHARED))
        .containsEntry("routing-entropy", 0.5)
        .containsEntry("dead-experts", 0)
        .hasEntrySatisfying(
            "routing-max-load", v -> assertThat((Double) v).isCloseTo(0.7625, within(1e-12)));
  }

  @Test
  void experts_of_different_libraries_are_counted_apart() {
    List<ExpertUse> own =
        List.of(use("blocks.0", "blocks.0", 9, 1.0, 0.0), use("blocks.1", "blocks.1", 9, 0.0, 1.0));

    assertThat(ExpertUse.libraries(own)).isEqualTo(own);
    assertThat(ExpertUse.metrics(own))
        .containsEntry("dead-experts", 2)
        .containsEntry("routing-max-load", 1.0);
  }

  @Test
  void many_experts_are_not_dead_for_an_even_share() {
    Double[] even = new Double[200];
    java.util.Arrays.fill(even, 1 / 200.0);

    assertThat(use("b", "b", 9, even).deadExperts()).isEmpty();
    assertThat(use("b", "b", 9, 1.0).collapsed()).isFalse();
  }

  @Test
  void every_epoch_has_a_line_per_block_and_one_per_shared_library() throws IOException {
    RoutingLog log = RoutingLog.resume(folder, 0);
    log.append(1, SHARED);

    assertThat(text().lines()).hasSize(3);
    assertThat(text().lines().findFirst().orElseThrow())
        .startsWith(
            "{\"epoch\":1,\"block\":\"blocks.0\",\"library\":\"smoa\",\"sub-tokens\":100,\"load\":[0.95,0.05]")
        .contains("\"token-entropy\":0.5,\"mean-entropy\":0.198");
    assertThat(text()).contains("\"block\":\"all\"");
  }

  @Test
  void a_resumed_log_forgets_later_epochs_and_half_a_line() throws IOException {
    RoutingLog log = RoutingLog.resume(folder, 0);
    log.append(1, SHARED);
    log.append(2, SHARED);
    String two = text();
    log.append(3, SHARED);
    Files.writeString(
        folder.resolve("routing.jsonl"), "{\"epoch\":4,\"blo", StandardOpenOption.APPEND);

    RoutingLog resumed = RoutingLog.resume(folder, 2);

    assertThat(text()).isEqualTo(two);
    assertThat(resumed.epochs()).isEqualTo(Map.of(1, SHARED, 2, SHARED));
    assertThat(resumed.last()).isEqualTo(SHARED);
  }

  @Test
  void methods_that_do_not_route_leave_no_file() {
    RoutingLog log = RoutingLog.resume(folder, 3);
    log.append(4, List.of());

    assertThat(folder.resolve("routing.jsonl")).doesNotExist();
    assertThat(log.last()).isEmpty();
  }

  @Test
  void a_line_that_is_no_routing_is_named() throws IOException {
    Files.writeString(
        folder.resolve("routing.jsonl"), "{\"epoch\":1,\"block\":\"x\",\"load\":3}\n");

    assertThatThrownBy(() -> RoutingLog.resume(folder, 2))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("routing.jsonl:1: expected a JSON object with block, library")
        .hasMessageContaining("restore the line or remove it");
  }

  @Test
  void warnings_name_library_blocks_experts_and_shares() {
    List<ExpertUse> places =
        List.of(
            use("blocks.0", "smoa", 100, 0.97, 0.03, 0.0),
            use("blocks.1", "smoa", 100, 0.95, 0.05, 0.0),
            use("blocks.2", "smoa", 100, 0.5, 0.5, 0.0));

    assertThat(RoutingWarning.texts(places, "test split"))
        .containsExactly(
            "test split: dead experts, each with under 1 % of the sub-tokens, in 1 of 1 shared library: smoa (1 of 3: 2)",
            "test split: one expert takes over 90 % of the sub-tokens in 2 of 3 blocks: blocks.0 (expert 0, 97.0 %), blocks.1 (expert 0, 95.0 %)",
            "test split: dead experts, each with under 1 % of the sub-tokens, in 3 of 3 blocks: blocks.0 (1 of 3: 2), blocks.1 (1 of 3: 2), blocks.2 (1 of 3: 2)");
  }

  @Test
  void the_history_draws_loads_on_one_another() {
    var section =
        new RoutingHistory(Map.of(1, List.of(use("blocks.0", "blocks.0", 9, 0.25, 0.75))));

    assertThat(section.empty()).isFalse();
    assertThat(section.body())
        .contains(
            "blocks.0", "Epoch 1: expert 0 25.0 %, expert 1 75.0 %; entropy 0.500 of at most 0.693")
        .contains("M0 54.0H180.0V72.0H0Z")
        .contains("M0 0.0H180.0V54.0H0Z");
    assertThat(new RoutingHistory(Map.of()).empty()).isTrue();
  }

  @Test
  void the_history_of_a_thousand_epochs_stays_small() {
    var epochs = new java.util.TreeMap<Integer, List<ExpertUse>>();
    for (int e = 1; e <= 1000; e++) {
      epochs.put(e, SHARED);
    }
    String body = new RoutingHistory(epochs).body();

    assertThat(body).contains("smoa, all its blocks", "epochs 1 – 1000");
    assertThat(body.length()).isLessThan(40_000);
  }

  @Test
  void names_from_outside_are_escaped() {
    var section =
        new RoutingHistory(Map.of(1, List.of(use("<script>x", "<script>x", 9, 0.25, 0.75))));

    assertThat(section.body()).doesNotContain("<script>x").contains("&lt;script&gt;x");
  }
}
