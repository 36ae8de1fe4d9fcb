package dev.adapterx.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeasePoolTest {
  /** Something that holds memory, and notices when it is used or freed after it was freed. */
  private static final class Value {
    final String name;
    final AtomicInteger frees = new AtomicInteger();

    Value(String name) {
      this.name = name;
    }

    String use() {
      assertThat(frees).as("use of " + name + " after it was freed").hasValue(0);
      return name;
    }
  }

  /** Values of 10 bytes, "big" of 1000, each with a version that a test may raise. */
  private static final class Shelf implements LeasePool.Source<Value> {
    final Map<String, Integer> versions = new HashMap<>();
    final List<Value> all = new ArrayList<>();
    final AtomicLong alive = new AtomicLong();

    @Override
    public synchronized Object version(String name) {
      if (name.startsWith("no")) {
        throw new ConfigException("none: " + name);
      }
      return versions.getOrDefault(name, 0);
    }

    synchronized void changed(String name) {
      versions.merge(name, 1, Integer::sum);
    }

    @Override
    public synchronized LeasePool.Loaded<Value> load(String name) {
      if (name.equals("damaged")) {
        throw new DataException("damaged");
      }
      Value value = new Value(name);
      all.add(value);
      long bytes = name.equals("big") ? 1000 : 10;
      alive.addAndGet(bytes);
      return new LeasePool.Loaded<>(
          value,
          bytes,
          () -> {
            assertThat(value.frees.incrementAndGet()).isEqualTo(1);
            alive.addAndGet(-bytes);
          });
    }
  }

  private final Shelf shelf = new Shelf();
  private final LeasePool<Value> pool = new LeasePool<>(shelf, 35); // three of them

  private String used(String name) {
    try (LeasePool<Value>.Held held = pool.lease(name)) {
      return held.value().use();
    }
  }

  private List<String> names() {
    return pool.loaded().stream().map(Adapters.Loaded::name).toList();
  }

  @Test
  void what_is_least_recently_used_is_given_up() {
    List.of("a", "b", "c", "a", "d").forEach(this::used);
    assertThat(names()).containsExactly("c", "a", "d");
    assertThat(pool.bytes()).isEqualTo(30).isEqualTo(shelf.alive.get());
    assertThat(pool.statistics()).isEqualTo(new Adapters.Statistics(1, 4, 0, 1, 0));
  }

  @Test
  void what_is_in_use_is_not_given_up_even_over_the_budget() {
    List<LeasePool<Value>.Held> held = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d", "e")) {
      held.add(pool.lease(name));
    }
    assertThat(pool.bytes()).isEqualTo(50);
    held.forEach(one -> one.value().use());
    held.get(1).close();
    assertThat(names()).containsExactly("a", "c", "d", "e");
    held.get(3).close();
    held.get(0).close();
    assertThat(names()).containsExactly("a", "c", "e");
    assertThat(pool.bytes()).isEqualTo(30).isEqualTo(shelf.alive.get());
  }

  @Test
  void what_is_pinned_stays_and_pins_have_a_limit() {
    pool.pin("a");
    List.of("b", "c", "d", "e").forEach(this::used);
    assertThat(names()).containsExactly("a", "d", "e");
    pool.pin("b");
    pool.pin("c");
    assertThatThrownBy(() -> pool.pin("d"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Pinning 'd' would keep 40 bytes")
        .hasMessageContaining("more than the 35");
    assertThat(names()).containsExactly("a", "b", "c");
    pool.unpin("a");
    used("d");
    assertThat(names()).containsExactly("b", "c", "d");
  }

  @Test
  void a_changed_file_is_loaded_anew_and_the_old_value_lives_as_long_as_its_leases() {
    LeasePool<Value>.Held old = pool.lease("a");
    shelf.changed("a");
    LeasePool<Value>.Held young = pool.lease("a");
    assertThat(young.value()).isNotSameAs(old.value());
    assertThat(pool.bytes()).isEqualTo(20);
    old.value().use();
    old.close();
    assertThat(pool.bytes()).isEqualTo(10).isEqualTo(shelf.alive.get());
    assertThat(pool.statistics().reloads()).isEqualTo(1);
    young.value().use();
    young.close();
  }

  @Test
  void what_is_unloaded_or_closed_is_freed_with_its_last_lease() {
    LeasePool<Value>.Held first = pool.lease("a");
    LeasePool<Value>.Held second = pool.lease("a");
    assertThat(pool.unload("a")).isTrue();
    assertThat(pool.unload("a")).isFalse();
    assertThat(names()).isEmpty();
    first.close();
    first.close(); // once counts
    assertThatThrownBy(first::value).hasMessage("The lease of 'a' has ended");
    second.value().use();
    assertThat(pool.bytes()).isEqualTo(10);
    pool.close();
    second.value().use();
    second.close();
    assertThat(pool.bytes()).isZero();
    assertThat(shelf.alive).hasValue(0);
    assertThatThrownBy(() -> pool.lease("a")).hasMessage("The adapters are closed");
  }

  @Test
  void what_alone_is_over_the_budget_is_refused_and_freed() {
    assertThatThrownBy(() -> pool.lease("big"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "The adapter 'big' takes 1,000 bytes, more than the 35 that all adapters together may"
                + " hold; raise that limit");
    assertThat(shelf.alive).hasValue(0);
    assertThat(pool.bytes()).isZero();
  }

  @Test
  void what_fails_to_load_is_tried_again_and_what_is_gone_is_given_up() {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> pool.lease("damaged")).isInstanceOf(DataException.class);
    }
    assertThat(pool.statistics().failures()).isEqualTo(2);
    assertThatThrownBy(() -> pool.lease("nothing")).hasMessage("none: nothing");
    assertThat(names()).isEmpty();
  }

  @Test
  void however_many_ask_at_once_it_is_loaded_once() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    AtomicInteger loads = new AtomicInteger();
    LeasePool<Value> slow =
        new LeasePool<>(
            new LeasePool.Source<>() {
              @Override
              public Object version(String name) {
                return 0;
              }

              @Override
              public LeasePool.Loaded<Value> load(String name) {
                loads.incrementAndGet();
                try {
                  asked.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                Value value = new Value(name);
                return new LeasePool.Loaded<>(value, 10, value.frees::incrementAndGet);
              }
            },
            35);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    List<Future<Value>> values = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      values.add(
          pool.submit(
              () -> {
                try (LeasePool<Value>.Held held = slow.lease("a")) {
                  return held.value();
                }
              }));
    }
    while (slow.statistics().hits() < 3) {
      Thread.sleep(1);
    }
    asked.countDown();
    Value first = values.get(0).get();
    for (Future<Value> value : values) {
      assertThat(value.get()).isSameAs(first);
    }
    assertThat(loads).hasValue(1);
    pool.shutdown();
  }

  /** Eight threads use, replace, unload and pin nine values of which three fit. */
  @Test
  void under_many_threads_nothing_is_used_after_it_was_freed_and_nothing_leaks() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<?>> all = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      int thread = t;
      all.add(
          threads.submit(
              () -> {
                for (int i = 0; i < 4000; i++) {
                  String name = "v" + (i * 7 + thread * 13 + i / 11) % 9;
                  try (LeasePool<Value>.Held held = pool.lease(name)) {
                    assertThat(held.value().use()).isEqualTo(name);
                    if (i % 50 == thread) {
                      pool.unload(name);
                    }
                    if (i % 70 == thread) {
                      shelf.changed(name);
                    }
                    if (i % 90 == thread) {
                      pool.pin("v" + thread % 3);
                      pool.unpin("v" + thread % 3);
                    }
                    held.value().use();
                  }
                }
              }));
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(50, TimeUnit.SECONDS)).isTrue();
    for (Future<?> one : all) {
      one.get();
    }
    assertThat(pool.bytes()).isLessThanOrEqualTo(35).isEqualTo(shelf.alive.get());
    assertThat(pool.loaded()).allMatch(one -> one.leases() == 0);
    pool.close();
    assertThat(shelf.alive).hasValue(0);
    assertThat(shelf.all).hasSizeGreaterThan(9).allMatch(value -> value.frees.get() == 1);
  }
}
