package dev.adapterx.infer;

import dev.adapterx.base.ConfigException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gathers single requests into groups that are computed at once: those of one key, an adapter for
 * example, in the order they came. There is a bound to what may wait, for all and for each key;
 * keys take turns, so that one with many requests does not hold the others up; a request whose
 * deadline passes while it waits, or whose future was cancelled, is not computed. A group is what
 * waits when a thread becomes free: nothing waits for company.
 *
 * <pre>{@code
 * try (Batcher<String, float[], float[]> batcher = new Batcher<>(limits, 2, work)) {
 *   CompletableFuture<float[]> answer = batcher.submit("birds", pixels, Duration.ofSeconds(2));
 * }
 * }</pre>
 *
 * @param <K> what requests must agree in to be computed together
 * @param <I> what is asked
 * @param <O> the answer
 */
public final class Batcher<K, I, O> implements AutoCloseable {
  /**
   * Bounds.
   *
   * @param waiting requests that may wait together
   * @param share of these of one key
   * @param batch requests that are computed at once
   */
  public record Limits(int waiting, int share, int batch) {
    public Limits {
      if (waiting < 1 || share < 1 || batch < 1) {
        throw new ConfigException(
            "Expected at least 1 request that may wait, wait for one adapter and be computed at"
                + " once, found %d, %d and %d".formatted(waiting, share, batch));
      }
    }
  }

  /**
   * Counts since the beginning, and what is so now.
   *
   * @param waiting requests that wait now
   * @param working groups that are computed now
   * @param taken accepted requests
   * @param refused rejected requests, including those dropped on closing
   * @param late requests whose deadline passed while they waited
   * @param cancelled requests cancelled by their callers while waiting
   * @param groups that were computed, or are
   * @param failed requests that were computed and failed
   */
  public record Statistics(
      int waiting,
      int working,
      long taken,
      long refused,
      long late,
      long cancelled,
      long groups,
      long failed) {}

  /** Computes a group. */
  @FunctionalInterface
  public interface Work<K, I, O> {
    /**
     * The answers to requests of one key, in their order. Where it fails for several requests it is
     * called again for each of them alone, so that one bad request fails alone.
     */
    List<O> answers(K key, List<I> inputs);
  }

  /** Computes a group of requests whose keys are of one family. */
  @FunctionalInterface
  public interface MixedWork<K, I, O> {
    /**
     * The answers to requests, in their order; as {@link Work}.
     *
     * @param keys one for each input
     */
    List<O> answers(List<K> keys, List<I> inputs);
  }

  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final RequestQueue<K, I, O> queue;
  private final MixedWork<K, I, O> work;
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Starts the threads.
   *
   * @param threads that compute groups side by side
   * @throws ConfigException when there is none
   */
  public Batcher(Limits limits, int threads, Work<K, I, O> work) {
    this(
        limits,
        threads,
        key -> Optional.empty(),
        (keys, inputs) -> work.answers(keys.get(0), inputs));
  }

  /**
   * Starts the threads; a group that one key does not fill is filled up with requests of others.
   *
   * @param threads that compute groups side by side
   * @param family what keys must agree in for their requests to be computed together; empty: by
   *     themselves
   * @throws ConfigException when there is none
   */
  public Batcher(
      Limits limits, int threads, Function<K, Optional<Object>> family, MixedWork<K, I, O> work) {
    if (threads < 1) {
      throw new ConfigException("Expected at least 1 thread that computes, found " + threads);
    }
    this.queue = new RequestQueue<>(limits, System::nanoTime, family);
    this.work = work;
    for (int i = 1; i <= threads; i++) {
      Thread thread = new Thread(this::run, "adapterx-batcher-" + i);
      thread.setDaemon(true);
      this.threads.add(thread);
      thread.start();
    }
  }

  /**
   * Asks for one answer. Cancelling the future gives the request up while it waits.
   *
   * @param patience how long from now an answer is of use
   * @throws RefusedException when as many wait as may, or this is closed
   */
  public CompletableFuture<O> submit(K key, I input, Duration patience) {
    return submitAll(key, List.of(input), patience).get(0);
  }

  /**
   * Asks for several answers; all requests are let in, or none.
   *
   * @throws RefusedException as {@link #submit}
   */
  public List<CompletableFuture<O>> submitAll(K key, List<I> inputs, Duration patience) {
    return queue.offer(key, inputs, nanos(patience));
  }

  /** At most a century, so that clocks may be added to it. */
  private static long nanos(Duration time) {
    return TimeUnit.NANOSECONDS.convert(time.compareTo(LONGEST) < 0 ? time : LONGEST);
  }

  private void run() {
    try {
      while (true) {
        RequestQueue.Group<K, I, O> group = queue.take();
        if (group == null) {
          return;
        }
        queue.done(answer(work, group));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Answers a group's requests; how many failed. */
  static <K, I, O> int answer(MixedWork<K, I, O> work, RequestQueue.Group<K, I, O> group) {
    List<RequestQueue.Request<K, I, O>> requests = group.requests();
    Throwable failure = answered(work, requests);
    if (failure == null) {
      return 0;
    }
    int failures = 0;
    for (RequestQueue.Request<K, I, O> request : requests) {
      Throwable own = requests.size() == 1 ? failure : answered(work, List.of(request));
      if (own != null) {
        failures++;
        request.answer().completeExceptionally(own);
      }
    }
    return failures;
  }

  private static <K, I, O> @Nullable Throwable answered(
      MixedWork<K, I, O> work, List<RequestQueue.Request<K, I, O>> requests) {
    try {
      List<O> answers =
          work.answers(
              requests.stream().map(RequestQueue.Request::key).toList(),
              requests.stream().map(RequestQueue.Request::input).toList());
      if (answers.size() != requests.size()) {
        throw new IllegalStateException(
            "Expected " + requests.size() + " answers, found " + answers.size());
      }
      for (int i = 0; i < answers.size(); i++) {
        requests.get(i).answer().complete(answers.get(i));
      }
      return null;
    } catch (Throwable e) { // reported to the callers; the thread continues with the next group
      return e;
    }
  }

  /** Counts since the beginning, and what is so now. */
  public Statistics statistics() {
    return queue.statistics();
  }

  /**
   * Takes no more requests and waits until those let in are answered.
   *
   * @return whether they were within that time
   */
  public boolean drain(Duration most) {
    queue.close();
    try {
      return queue.awaitIdle(nanos(most));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Gives back what waits, and waits for what is being computed. */
  @Override
  public void close() {
    queue.close();
    queue.refuseWaiting();
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
