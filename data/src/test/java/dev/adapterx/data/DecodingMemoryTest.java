package dev.adapterx.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DecodingMemoryTest {
  private final DecodingMemory memory = new DecodingMemory(100);

  @Test
  void no_more_is_under_way_than_there_is_memory_for() {
    AtomicInteger held = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    IntStream.range(0, 200)
        .parallel()
        .forEach(
            i ->
                memory.within(
                    40,
                    () -> {
                      most.accumulateAndGet(held.addAndGet(40), Math::max);
                      Thread.yield();
                      return held.addAndGet(-40);
                    }));
    assertThat(most.get()).isBetween(40, 80);
  }

  @Test
  void what_needs_more_than_there_is_goes_alone() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<String> small =
          threads.submit(
              () ->
                  memory.within(
                      1,
                      () -> {
                        begun.countDown();
                        await(finish);
                        return "small";
                      }));
      begun.await();
      Future<Boolean> large = threads.submit(() -> memory.within(1000, small::isDone));
      Future<Boolean> alone = threads.submit(() -> memory.alone(() -> true));
      assertThat(large.isDone()).isFalse();
      finish.countDown();
      assertThat(small.get()).isEqualTo("small");
      large.get();
      assertThat(alone.get()).isTrue();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void memory_comes_back_when_the_work_fails() {
    for (int i = 0; i < 3; i++) {
      assertThat(
              org.assertj.core.api.Assertions.catchThrowable(
                  () ->
                      memory.within(
                          100,
                          () -> {
                            throw new IllegalStateException("broken");
                          })))
          .hasMessage("broken");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
