package dev.adapterx.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Without threads and with a clock of its own. */
class RequestQueueTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 50); // a clock that overflows
  private final RequestQueue<String, Integer, Integer> queue =
      new RequestQueue<>(
          new Batcher.Limits(10, 6, 3),
          now::get,
          key -> key.startsWith("lora") ? Optional.of("lora") : Optional.empty());

  private CompletableFuture<Integer> ask(String key, int input) {
    return queue.offer(key, List.of(input), 100).get(0);
  }

  /** Groups as {@code a: 1 2 3}, until nothing waits. */
  private List<String> groups() {
    List<String> all = new ArrayList<>();
    for (RequestQueue.Group<String, Integer, Integer> group = queue.poll();
        group != null;
        group = queue.poll()) {
      StringBuilder words = new StringBuilder(group.key() + ":");
      group.requests().forEach(request -> words.append(' ').append(request.input()));
      all.add(words.toString());
      queue.done(0);
    }
    return all;
  }

  @Test
  void keys_take_turns_and_requests_of_one_key_keep_their_order() {
    for (int i = 1; i <= 5; i++) {
      ask("a", i);
    }
    ask("b", 6);
    ask("c", 7);
    ask("b", 8);
    assertThat(groups()).containsExactly("a: 1 2 3", "b: 6 8", "c: 7", "a: 4 5");
  }

  @Test
  void a_group_is_filled_up_with_requests_of_other_keys_of_its_family() {
    ask("lora1", 1);
    ask("vpt", 2);
    ask("lora2", 3);
    for (int i = 4; i <= 6; i++) {
      ask("lora3", i);
    }
    assertThat(groups()).containsExactly("lora1: 1 3 4", "vpt: 2", "lora3: 5 6");
    ask("vpt", 7);
    ask("lora1", 8);
    assertThat(groups()).containsExactly("vpt: 7", "lora1: 8");
    CompletableFuture<Integer> late = queue.offer("lora2", List.of(9), 1).get(0);
    ask("lora1", 10);
    ask("lora3", 11);
    late.cancel(false);
    assertThat(groups()).containsExactly("lora1: 10 11");
    assertThat(queue.statistics().waiting()).isZero();
  }

  @Test
  void a_key_that_comes_late_waits_for_one_group_of_each_other() {
    for (int i = 1; i <= 6; i++) {
      ask("a", i);
    }
    assertThat(queue.poll().key()).isEqualTo("a");
    ask("b", 7);
    for (int i = 8; i <= 10; i++) {
      ask("a", i);
    }
    assertThat(groups()).containsExactly("a: 4 5 6", "b: 7", "a: 8 9 10");
  }

  @Test
  void there_is_a_bound_for_each_key_and_for_all() {
    for (int i = 0; i < 6; i++) {
      ask("a", i);
    }
    assertThatThrownBy(() -> ask("a", 6))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "6 of at most 6 requests to 'a' are waiting, there is no room for 1 more; try again"
                + " later")
        .extracting(e -> ((RefusedException) e).why())
        .isEqualTo(RefusedException.Why.SHARE);
    assertThatThrownBy(() -> queue.offer("b", List.of(1, 2, 3, 4, 5), 100))
        .hasMessage(
            "6 of at most 10 requests are waiting, there is no room for 5 more; try again later")
        .extracting(e -> ((RefusedException) e).why())
        .isEqualTo(RefusedException.Why.FULL);
    assertThat(queue.offer("b", List.of(1, 2, 3, 4), 100)).hasSize(4);
    assertThatThrownBy(() -> queue.offer("c", List.of(1, 2, 3, 4, 5, 6, 7), 100))
        .hasMessage("7 requests at once, at most 6 of one adapter may wait; send fewer at a time");
    assertThat(queue.statistics()).isEqualTo(new Batcher.Statistics(10, 0, 10, 13, 0, 0, 0, 0));
  }

  @Test
  void what_is_late_is_not_computed_and_makes_room() {
    CompletableFuture<Integer> late = ask("a", 1);
    for (int i = 2; i <= 6; i++) {
      queue.offer("a", List.of(i), 1000);
    }
    now.addAndGet(99);
    assertThatThrownBy(() -> ask("a", 7)).isInstanceOf(RefusedException.class);
    assertThat(late).isNotDone();
    now.addAndGet(1);
    queue.offer("a", List.of(8), 1000);
    assertThatThrownBy(late::join)
        .hasCauseInstanceOf(RefusedException.class)
        .hasMessageContaining("The deadline of the request passed while it waited");
    assertThat(groups()).containsExactly("a: 2 3 4", "a: 5 6 8");
    assertThat(queue.statistics().late()).isEqualTo(1);
  }

  @Test
  void what_nobody_waits_for_is_not_computed() {
    CompletableFuture<Integer> given = ask("a", 1);
    ask("b", 2);
    given.cancel(false);
    assertThat(groups()).containsExactly("b: 2");
    assertThat(queue.statistics()).isEqualTo(new Batcher.Statistics(0, 0, 2, 0, 0, 1, 1, 0));
  }

  @Test
  void a_closed_queue_gives_out_what_it_has_and_takes_no_more() throws Exception {
    ask("a", 1);
    CompletableFuture<Integer> left = ask("b", 2);
    queue.close();
    assertThatThrownBy(() -> ask("a", 3))
        .extracting(e -> ((RefusedException) e).why())
        .isEqualTo(RefusedException.Why.CLOSING);
    assertThat(queue.take().key()).isEqualTo("a");
    assertThat(queue.awaitIdle(0)).isFalse();
    queue.refuseWaiting();
    assertThatThrownBy(left::join).hasMessageContaining("Shut down before");
    queue.done(0);
    assertThat(queue.awaitIdle(0)).isTrue();
    assertThat(queue.take()).isNull();
  }

  @Test
  void one_bad_request_fails_alone() {
    CompletableFuture<Integer> good = ask("a", 1);
    CompletableFuture<Integer> bad = ask("a", -1);
    CompletableFuture<Integer> other = ask("a", 3);
    List<List<Integer>> asked = new ArrayList<>();
    Batcher.MixedWork<String, Integer, Integer> work =
        (key, inputs) -> {
          asked.add(inputs);
          if (inputs.contains(-1)) {
            throw new ConfigException("negative");
          }
          return inputs.stream().map(i -> 10 * i).toList();
        };
    assertThat(Batcher.answer(work, queue.poll())).isEqualTo(1);
    assertThat(good).isCompletedWithValue(10);
    assertThat(other).isCompletedWithValue(30);
    assertThatThrownBy(bad::join).hasCauseInstanceOf(ConfigException.class);
    assertThat(asked).containsExactly(List.of(1, -1, 3), List.of(1), List.of(-1), List.of(3));
  }

  @Test
  void answers_must_be_as_many_as_requests() {
    CompletableFuture<Integer> asked = ask("a", 1);
    Batcher.answer((key, inputs) -> List.of(), queue.poll());
    assertThatThrownBy(asked::join).hasMessageContaining("Expected 1 answers, found 0");
  }

  @Test
  void bounds_are_at_least_one() {
    assertThatThrownBy(() -> new Batcher.Limits(0, 1, 1)).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> new Batcher<>(new Batcher.Limits(1, 1, 1), 0, (k, i) -> i))
        .hasMessage("Expected at least 1 thread that computes, found 0");
  }
}
