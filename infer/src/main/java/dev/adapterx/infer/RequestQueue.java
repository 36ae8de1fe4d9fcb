package dev.adapterx.infer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A queue of requests with a lane per key. Lanes take turns: each group consists of requests of one
 * lane in their order of arrival, so a key with a thousand requests delays another one by one group
 * only. Thread-safe.
 *
 * @param <K> shared by the requests of a group
 * @param <I> the input
 * @param <O> the answer
 */
final class RequestQueue<K, I, O> {
  /**
   * One request.
   *
   * @param deadline by the queue's clock
   */
  record Request<K, I, O>(K key, I input, long deadline, CompletableFuture<O> answer) {}

  /** Requests to be answered together; never empty; the first one's lane had its turn. */
  record Group<K, I, O>(List<Request<K, I, O>> requests) {
    K key() {
      return requests.get(0).key;
    }
  }

  private final Batcher.Limits limits;
  private final LongSupplier clock;
  private final Function<K, Optional<Object>> family;
  private final Map<K, ArrayDeque<Request<K, I, O>>> lanes = new LinkedHashMap<>();
  private int waiting;
  private int working;
  private boolean closing;
  private long taken;
  private long refused;
  private long late;
  private long cancelled;
  private long groups;
  private long failed;

  /**
   * @param clock in nanoseconds
   * @param family what keys must agree in for their requests to be answered together; empty: by
   *     themselves
   */
  RequestQueue(Batcher.Limits limits, LongSupplier clock, Function<K, Optional<Object>> family) {
    this.limits = limits;
    this.clock = clock;
    this.family = family;
  }

  /**
   * Puts requests of one key into its lane: all of them, or none.
   *
   * @param patience nanoseconds from now after which an answer is of no use
   * @throws RefusedException when the queue is full or closed
   */
  List<CompletableFuture<O>> offer(K key, List<I> inputs, long patience) {
    List<Request<K, I, O>> dropped = new ArrayList<>();
    try {
      synchronized (this) {
        if (!hasRoom(key, inputs.size())) {
          lanes.values().forEach(lane -> drop(lane, dropped));
          lanes.values().removeIf(ArrayDeque::isEmpty);
        }
        requireRoom(key, inputs.size());
        long deadline = clock.getAsLong() + patience;
        ArrayDeque<Request<K, I, O>> lane = lanes.computeIfAbsent(key, k -> new ArrayDeque<>());
        List<CompletableFuture<O>> answers = new ArrayList<>();
        for (I input : inputs) {
          CompletableFuture<O> answer = new CompletableFuture<>();
          lane.add(new Request<>(key, input, deadline, answer));
          answers.add(answer);
        }
        waiting += inputs.size();
        taken += inputs.size();
        notifyAll();
        return answers;
      }
    } finally {
      tell(dropped);
    }
  }

  private boolean hasRoom(K key, int more) {
    return waiting + more <= limits.waiting() && inLane(key) + more <= limits.share();
  }

  private int inLane(K key) {
    ArrayDeque<Request<K, I, O>> lane = lanes.get(key);
    return lane == null ? 0 : lane.size();
  }

  private void requireRoom(K key, int more) {
    if (closing) {
      refused += more;
      throw new RefusedException(
          RefusedException.Why.CLOSING, "No more requests are taken: this is being shut down");
    }
    int most = Math.min(limits.waiting(), limits.share());
    if (more > most) {
      refused += more;
      throw new RefusedException(
          RefusedException.Why.SHARE,
          "%d requests at once, at most %d of one adapter may wait; send fewer at a time"
              .formatted(more, most));
    }
    if (waiting + more > limits.waiting()) {
      refused += more;
      throw new RefusedException(
          RefusedException.Why.FULL,
          "%d of at most %d requests are waiting, there is no room for %d more; try again later"
              .formatted(waiting, limits.waiting(), more));
    }
    if (inLane(key) + more > limits.share()) {
      refused += more;
      throw new RefusedException(
          RefusedException.Why.SHARE,
          "%d of at most %d requests to '%s' are waiting, there is no room for %d more; try again later"
              .formatted(inLane(key), limits.share(), key, more));
    }
  }

  /** Waits for the next group; null when the queue is closed and nothing is left. */
  @Nullable Group<K, I, O> take() throws InterruptedException {
    while (true) {
      Group<K, I, O> group = poll();
      if (group != null) {
        return group;
      }
      synchronized (this) {
        while (waiting == 0 && !closing) {
          wait();
        }
        if (waiting == 0) {
          return null;
        }
      }
    }
  }

  /** The next group, if one waits; it must be {@link #done}. */
  @Nullable Group<K, I, O> poll() {
    List<Request<K, I, O>> dropped = new ArrayList<>();
    try {
      return next(dropped);
    } finally {
      tell(dropped);
    }
  }

  private synchronized @Nullable Group<K, I, O> next(List<Request<K, I, O>> dropped) {
    while (!lanes.isEmpty()) {
      var first = lanes.entrySet().iterator();
      Map.Entry<K, ArrayDeque<Request<K, I, O>>> turn = first.next();
      K key = turn.getKey();
      ArrayDeque<Request<K, I, O>> lane = turn.getValue();
      first.remove();
      drop(lane, dropped);
      List<Request<K, I, O>> group = new ArrayList<>();
      fill(group, lane);
      if (!lane.isEmpty()) {
        lanes.put(key, lane);
      }
      if (!group.isEmpty()) {
        fillFromOthers(group, dropped);
      }
      if (!group.isEmpty()) {
        waiting -= group.size();
        working++;
        groups++;
        return new Group<>(group);
      }
    }
    notifyAll(); // all waiting requests were dropped
    return null;
  }

  private void fill(List<Request<K, I, O>> group, ArrayDeque<Request<K, I, O>> lane) {
    while (!lane.isEmpty() && group.size() < limits.batch()) {
      group.add(lane.remove());
    }
  }

  /** Fills up a group with the requests of other keys of its family, in the lanes' order. */
  private void fillFromOthers(List<Request<K, I, O>> group, List<Request<K, I, O>> dropped) {
    Optional<Object> own =
        group.size() < limits.batch() ? family.apply(group.get(0).key) : Optional.empty();
    if (own.isEmpty()) {
      return;
    }
    var others = lanes.entrySet().iterator();
    while (others.hasNext() && group.size() < limits.batch()) {
      var other = others.next();
      if (family.apply(other.getKey()).equals(own)) {
        drop(other.getValue(), dropped);
        fill(group, other.getValue());
        if (other.getValue().isEmpty()) {
          others.remove();
        }
      }
    }
  }

  /** Removes requests that are late or were cancelled. */
  private void drop(ArrayDeque<Request<K, I, O>> lane, List<Request<K, I, O>> dropped) {
    long now = clock.getAsLong();
    int before = lane.size();
    lane.removeIf(
        request -> {
          if (request.answer.isDone()) {
            cancelled++;
            return true;
          }
          if (request.deadline - now <= 0) {
            late++;
            dropped.add(request);
            return true;
          }
          return false;
        });
    waiting -= before - lane.size();
  }

  /** Outside the lock: what depends on an answer runs in this thread. */
  private void tell(List<Request<K, I, O>> dropped) {
    for (Request<K, I, O> request : dropped) {
      request.answer.completeExceptionally(
          new RefusedException(
              RefusedException.Why.LATE,
              "The deadline of the request passed while it waited behind others; allow more time, or"
                  + " try again later"));
    }
  }

  /**
   * A group was answered.
   *
   * @param failures how many of its requests failed
   */
  synchronized void done(int failures) {
    working--;
    failed += failures;
    notifyAll();
  }

  /** Takes no more requests; those that wait are still given out. */
  synchronized void close() {
    closing = true;
    notifyAll();
  }

  /** Drops all waiting requests. */
  void refuseWaiting() {
    List<Request<K, I, O>> left = new ArrayList<>();
    synchronized (this) {
      lanes.values().forEach(left::addAll);
      lanes.clear();
      waiting = 0;
      refused += left.size();
      notifyAll();
    }
    for (Request<K, I, O> request : left) {
      request.answer.completeExceptionally(
          new RefusedException(
              RefusedException.Why.CLOSING, "Shut down before the request was answered"));
    }
  }

  /** Waits until the queue is empty and all groups are done; false after a timeout. */
  synchronized boolean awaitIdle(long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    while (waiting > 0 || working > 0) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  synchronized Batcher.Statistics statistics() {
    return new Batcher.Statistics(
        waiting, working, taken, refused, late, cancelled, groups, failed);
  }
}
