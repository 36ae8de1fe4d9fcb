package dev.adapterx.train.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.tensor.Tensors;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks meet, agree, add up, and end together. */
class RankGroupTest {
  private static final String HERE = "127.0.0.1";
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Map<String, String> SAME = Map.of("train.lr", "0.1");

  private static List<String> together(List<Rank> ranks, Function<Rank, String> part) {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<String>> all =
          ranks.stream().map(rank -> threads.submit(() -> part.apply(rank))).toList();
      return all.stream().map(RankGroupTest::outcome).toList();
    } finally {
      threads.shutdown();
    }
  }

  private static String outcome(Future<String> future) {
    try {
      return future.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(AdapterXException.class);
      return "failed: " + e.getCause().getMessage();
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("a rank hangs", e);
    }
  }

  private static List<Rank> ranks(int count, Duration timeout) {
    Rendezvous at = Rendezvous.open(HERE, 0);
    List<Rank> ranks = new ArrayList<>(List.of(Rank.first(count, at, timeout)));
    for (int i = 1; i < count; i++) {
      ranks.add(Rank.other(i, count, HERE, at.port(), timeout));
    }
    return ranks;
  }

  @Test
  void sums_are_the_same_bytes_in_all_ranks_and_rank_0_tells_its_values() {
    List<String> found =
        together(
            ranks(3, LONG),
            rank -> {
              try (RankGroup group = RankGroup.join(rank, SAME);
                  Tensor own = Tensors.of(new float[] {rank.rank() + 1, 0.1f * rank.rank()}, 2);
                  Tensor told = Tensors.of(new float[] {rank.rank() + 7}, 1)) {
                group.sum(own);
                group.broadcast(told);
                String text;
                if (group.isFirst()) {
                  text = String.join(" ", group.reports());
                  group.tell(text);
                } else {
                  group.report("from " + group.rank());
                  text = group.told();
                }
                float[] sum = Tensors.floats(own);
                return sum[0] + " " + Float.floatToIntBits(sum[1]) + " " + told.item_float() + text;
              }
            });
    assertThat(found.get(0)).startsWith("6.0 ").endsWith(" 7.0from 1 from 2");
    assertThat(found).containsOnly(found.get(0));
  }

  /** Each of these is refused in all ranks by one message, which names it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "the library's version",
        "train.lr",
        "the backbone's sha256",
        "the number of training samples"
      })
  void ranks_with_other_facts_are_refused_by_name(String fact) {
    List<String> found =
        together(
            ranks(2, LONG),
            rank -> {
              Map<String, String> facts = new LinkedHashMap<>(SAME);
              facts.put("the backbone's sha256", "abc");
              facts.put("the number of training samples", "10");
              Rank own = rank;
              if (rank.rank() == 1) {
                own = fact.contains("version") ? rank.withVersion("2.0") : rank;
                facts.computeIfPresent(fact, (name, value) -> "another");
              }
              RankGroup.join(own, facts).close();
              return "met";
            });
    assertThat(found)
        .allSatisfy(
            text ->
                assertThat(text)
                    .matches(
                        "failed: Rank 1 \\(process \\d+ on .+\\) differs from rank 0 in "
                            + java.util.regex.Pattern.quote(fact)
                            + ".*All ranks need the same.*"));
  }

  @Test
  void a_key_that_rank_0_does_not_have_differs_too() {
    List<String> found =
        together(
            ranks(2, LONG),
            rank -> {
              RankGroup.join(rank, rank.isFirst() ? Map.of() : SAME).close();
              return "met";
            });
    assertThat(found).allSatisfy(text -> assertThat(text).contains("in train.lr: 0.1 there"));
  }

  @Test
  void another_number_of_ranks_is_refused() {
    List<Rank> ranks = ranks(2, LONG);
    Rank wrong = Rank.other(1, 3, HERE, ranks.get(0).port(), LONG);
    List<String> found =
        together(
            List.of(ranks.get(0), wrong),
            rank -> {
              RankGroup.join(rank, SAME).close();
              return "met";
            });
    assertThat(found).allSatisfy(text -> assertThat(text).contains("in --ranks: 3 there, 2 in"));
  }

  @Test
  void two_processes_of_one_rank_are_refused() {
    List<Rank> ranks = ranks(3, LONG);
    Rank twice = Rank.other(1, 3, HERE, ranks.get(0).port(), LONG);
    List<String> found =
        together(
            List.of(ranks.get(0), ranks.get(1), twice),
            rank -> {
              RankGroup.join(rank, SAME).close();
              return "met";
            });
    assertThat(found)
        .allSatisfy(
            text ->
                assertThat(text)
                    .startsWith("failed: Two processes are rank 1: Rank 1 (process ")
                    .endsWith("a rank of its own, 0 to 2"));
  }

  @Test
  void a_rank_that_does_not_come_is_named() {
    Rendezvous at = Rendezvous.open(HERE, 0);
    assertThatThrownBy(() -> RankGroup.join(Rank.first(2, at, SHORT), SAME))
        .isInstanceOf(LostRankException.class)
        .hasMessage(
            "Of 2 ranks one did not come to 127.0.0.1:"
                + at.port()
                + " within 1 s: rank 1. Start them, see what they say, or wait longer with"
                + " --rank-timeout. That address is of the loopback, which this machine alone"
                + " reaches: for ranks on several machines name rank 0's by an address of its"
                + " network");
  }

  @Test
  void so_is_a_rendezvous_that_is_not_there() {
    int port;
    try (Rendezvous at = Rendezvous.open(HERE, 0)) {
      port = at.port();
    }
    assertThatThrownBy(() -> RankGroup.join(Rank.other(1, 2, HERE, port, SHORT), SAME))
        .isInstanceOf(LostRankException.class)
        .hasMessageContaining("rank 1 of 2 found no rank 0 at 127.0.0.1:" + port + " within 1 s")
        .hasMessageContaining("the loopback, which this machine alone reaches");
  }

  @Test
  void a_port_in_use_and_another_machines_address_are_refused() {
    try (Rendezvous at = Rendezvous.open(HERE, 0)) {
      assertThatThrownBy(() -> Rendezvous.open(HERE, at.port()))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("rank 0 cannot wait at 127.0.0.1:" + at.port())
          .hasMessageContaining("the port is in use");
    }
    assertThatThrownBy(() -> Rendezvous.open("192.0.2.1", 29400))
        .hasMessageContaining("not an address of this machine");
  }

  @Test
  void what_is_no_rank_does_not_disturb() throws IOException {
    List<Rank> ranks = ranks(2, LONG);
    try (Socket stranger = new Socket(HERE, ranks.get(0).port())) {
      stranger
          .getOutputStream()
          .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      List<String> found =
          together(
              ranks,
              rank -> {
                RankGroup.join(rank, SAME).close();
                return "met";
              });
      assertThat(found).containsOnly("met");
    }
  }

  @Test
  void a_rank_that_cannot_come_says_why_and_the_rendezvous_is_free_again() {
    List<Rank> ranks = ranks(2, LONG);
    List<String> found =
        together(
            ranks,
            rank -> {
              if (rank.isFirst()) {
                RankGroup.join(rank, SAME).close();
                return "met";
              }
              RankGroup.excuse(rank, "no such folder");
              return "excused";
            });
    assertThat(found.get(0)).matches("failed: Rank . \\(.*\\) cannot train: no such folder");
  }

  @Test
  void the_reason_of_one_ends_all_whatever_they_wait_for() {
    List<String> found =
        together(
            ranks(3, LONG),
            rank -> {
              try (RankGroup group = RankGroup.join(rank, SAME);
                  Tensor sum = Tensors.of(new float[] {1}, 1)) {
                return group.guard(
                    () -> {
                      switch (group.rank()) {
                        case 0 -> group.sum(sum);
                        case 1 -> group.told();
                        default -> throw new ConfigException("a broken picture");
                      }
                      return "went on";
                    });
              }
            });
    assertThat(found)
        .containsExactly(
            "failed: Rank 2: a broken picture",
            "failed: Rank 2: a broken picture",
            "failed: a broken picture");
  }

  @Test
  void a_rank_is_for_one_training() {
    Rank rank = ranks(2, SHORT).get(0);
    assertThatThrownBy(() -> RankGroup.join(rank, SAME)).isInstanceOf(LostRankException.class);
    assertThatThrownBy(() -> RankGroup.join(rank, SAME)).isInstanceOf(IllegalStateException.class);
  }

  private static Link meets(Rank rank) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(Meeting.COUNT, Integer.toString(rank.count()));
    facts.put("the library's version", rank.version());
    facts.putAll(SAME);
    return Meeting.call(rank, facts);
  }

  /** As of a machine whose cable is pulled: the connection stays, and nothing comes. */
  @Test
  void a_rank_that_falls_silent_ends_the_others_who_are_told_its_name() {
    List<Rank> ranks = ranks(3, Duration.ofSeconds(4));
    List<String> found =
        together(
            ranks,
            rank -> {
              if (rank.rank() == 1) {
                Link silent = meets(rank); // and never says anything again
                try {
                  while (true) {
                    assertThat(silent.receive()).startsWith(HERE); // where rank 0's store is
                  }
                } catch (IOException e) {
                  return "told: " + e.getMessage();
                }
              }
              RankGroup.join(rank, SAME).close();
              return "met";
            });
    assertThat(found)
        .allSatisfy(
            text ->
                assertThat(text)
                    .matches(
                        ".+: Rank 1 \\(process \\d+ on .+\\) has given no sign of life for 4 s: its"
                            + " machine or the network is down, or the process stands still"));
  }

  @Test
  void a_rank_that_ends_while_others_are_waited_for_is_missed_at_once() {
    List<Rank> ranks = ranks(3, LONG);
    List<String> found =
        together(
            ranks.subList(0, 2),
            rank -> {
              if (rank.rank() == 1) {
                meets(rank).close();
                return "gone";
              }
              RankGroup.join(rank, SAME).close();
              return "met";
            });
    assertThat(found.get(0)).matches("failed: Rank 1 \\(process .+\\) is gone: .*");
  }

  /** As where packets between two ranks are dropped: each has a sign of life of all others. */
  @Test
  void ranks_that_all_wait_for_each_other_end() {
    List<String> found =
        together(
            ranks(2, Duration.ofSeconds(4)),
            rank -> {
              try (RankGroup group = RankGroup.join(rank, SAME)) {
                return group.guard(
                    () -> group.isFirst() ? String.join("", group.reports()) : group.told());
              }
            });
    assertThat(found)
        .allSatisfy(
            text ->
                assertThat(text)
                    .startsWith("failed: All ranks have waited for each other for 4 s")
                    .contains("the network between two of them"));
  }

  /** Rank 0 measures alone, or one decodes a slow file: the others wait, and that is no fault. */
  @Test
  void a_slow_rank_is_waited_for() {
    List<String> found =
        together(
            ranks(2, Duration.ofSeconds(3)),
            rank -> {
              try (RankGroup group = RankGroup.join(rank, SAME);
                  Tensor sum = Tensors.of(new float[] {1}, 1)) {
                if (group.isFirst()) {
                  pause(7);
                }
                group.sum(sum);
                return "sum " + sum.item_float();
              }
            });
    assertThat(found).containsOnly("sum 2.0");
  }

  private static void pause(int seconds) {
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 2})
  void numbers_out_of_range_are_refused(int rank) {
    assertThatThrownBy(() -> Rank.other(rank, 2, HERE, 1, LONG))
        .isInstanceOf(ConfigException.class);
  }
}
