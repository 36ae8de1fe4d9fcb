package dev.adapterx.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatcherTest {
  private static final Duration LONG = Duration.ofDays(1_000_000);

  @Test
  void every_request_that_was_let_in_gets_its_own_answer() throws Exception {
    AtomicInteger most = new AtomicInteger();
    ExecutorService clients = Executors.newFixedThreadPool(8);
    List<Future<Integer>> refusals = new ArrayList<>();
    try (Batcher<String, Integer, String> batcher =
        new Batcher<>(
            new Batcher.Limits(20, 8, 4),
            2,
            (key, inputs) -> {
              most.accumulateAndGet(inputs.size(), Math::max);
              return inputs.stream().map(i -> key + i).toList();
            })) {
      for (int c = 0; c < 8; c++) {
        int client = c;
        refusals.add(
            clients.submit(
                () -> {
                  int refused = 0;
                  for (int i = 0; i < 2000; i++) {
                    String key = "k" + (client + i) % 3;
                    try {
                      CompletableFuture<String> answer = batcher.submit(key, i, LONG);
                      assertThat(answer.get()).isEqualTo(key + i);
                    } catch (RefusedException e) {
                      refused++;
                    }
                  }
                  return refused;
                }));
      }
      long refused = 0;
      for (Future<Integer> one : refusals) {
        refused += one.get();
      }
      assertThat(batcher.drain(Duration.ofSeconds(30))).isTrue();
      Batcher.Statistics s = batcher.statistics();
      assertThat(s.taken() + s.refused()).isEqualTo(16_000);
      assertThat(s.refused()).isEqualTo(refused);
      assertThat(s.waiting() + s.working()).isZero();
      assertThat(s.groups()).isBetween(1L, s.taken());
    }
    assertThat(most.get()).isBetween(1, 4);
    clients.shutdown();
  }

  @Test
  void closing_waits_for_what_is_computed_and_gives_back_what_waits() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Batcher<String, Integer, Integer> batcher =
        new Batcher<>(
            new Batcher.Limits(10, 10, 1),
            1,
            (key, inputs) -> {
              begun.countDown();
              try {
                go.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return inputs;
            });
    CompletableFuture<Integer> first = batcher.submit("a", 1, LONG);
    begun.await();
    CompletableFuture<Integer> second = batcher.submit("a", 2, LONG);
    assertThat(batcher.drain(Duration.ofMillis(1))).isFalse();
    Thread closing = new Thread(batcher::close);
    closing.start();
    assertThatThrownBy(second::join).hasCauseInstanceOf(RefusedException.class);
    assertThat(first).isNotDone();
    go.countDown();
    closing.join();
    assertThat(first).isCompletedWithValue(1);
  }

  @Test
  void a_thread_outlives_work_that_fails() throws Exception {
    try (Batcher<String, Integer, Integer> batcher =
        new Batcher<>(
            new Batcher.Limits(10, 10, 1),
            1,
            (key, inputs) -> {
              if (inputs.get(0) == 0) {
                throw new OutOfMemoryError("for a test");
              }
              return inputs;
            })) {
      assertThatThrownBy(batcher.submit("a", 0, LONG)::get)
          .hasCauseInstanceOf(OutOfMemoryError.class);
      assertThat(batcher.submit("a", 1, LONG).get()).isEqualTo(1);
      assertThat(batcher.drain(LONG)).isTrue();
      assertThat(batcher.statistics().failed()).isEqualTo(1);
    }
  }
}
