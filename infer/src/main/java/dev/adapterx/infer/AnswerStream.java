package dev.adapterx.infer;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.Reason;
import dev.adapterx.data.DecodingMemory;
import dev.adapterx.tensor.Scope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads a bounded number of items ahead on all cores, computes the readable ones in batches, and
 * returns the answers in the order of the items. The iterator of the items is called only by the
 * thread that takes the answers. Batches are cut as {@link dev.adapterx.data.BatchLoader} cuts
 * them, so that prediction gives the bits of an evaluation.
 */
final class AnswerStream<S, P> implements Answers<P> {
  /** Maximum number of broken items within a batch; their answers wait for the batch. */
  private static final int MOST_BROKEN = 1024;

  /** An item that was read, or the error. */
  @SuppressWarnings("ArrayRecordComponent") // on their way into a batch; never compared
  private record Ready<S>(Item<S> item, float @Nullable [] values, @Nullable String error) {}

  private final Iterator<? extends Item<S>> items;
  private final Input<S> input;
  private final Inference<P> model;
  private final int batch;
  private final int window;
  private final DecodingMemory memory = DecodingMemory.ofHeap();
  private final ExecutorService decoders;
  private final Workers workers;
  private final Deque<Future<Ready<S>>> ahead = new ArrayDeque<>();
  private final Deque<Answer<P>> answers = new ArrayDeque<>();
  private long answered;
  private boolean closed;

  AnswerStream(Iterator<? extends Item<S>> items, Input<S> input, Inference<P> model, int batch) {
    this.items = items;
    this.input = input;
    this.model = model;
    this.batch = batch;
    int threads = Runtime.getRuntime().availableProcessors();
    this.window = Math.max(4 * threads, 2 * batch);
    this.workers = Workers.atMost(Pieces.count(batch, Pieces.size(model.backbone(), batch)));
    this.decoders = decoders(threads);
  }

  private static ExecutorService decoders(int threads) {
    AtomicInteger number = new AtomicInteger();
    return Executors.newFixedThreadPool(
        threads,
        work -> {
          Thread thread = new Thread(work, "adapterx-reader-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  @Override
  public boolean hasNext() {
    if (answers.isEmpty() && !closed) {
      compute(gathered());
    }
    return !answers.isEmpty();
  }

  @Override
  public Answer<P> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return answers.remove();
  }

  /** The items of the next batch, including broken ones. */
  private List<Ready<S>> gathered() {
    List<Ready<S>> gathered = new ArrayList<>();
    int sound = 0;
    while (sound < batch && gathered.size() - sound < MOST_BROKEN) {
      readAhead();
      if (ahead.isEmpty()) {
        break;
      }
      Ready<S> ready = next(ahead.remove());
      gathered.add(ready);
      sound += ready.values == null ? 0 : 1;
    }
    return gathered;
  }

  private void readAhead() {
    while (ahead.size() < window && items.hasNext()) {
      Item<S> item = items.next();
      ahead.add(decoders.submit(() -> read(item)));
    }
  }

  private static <R> R next(Future<R> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause()); // errors of an item are caught by its reader
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AdapterXException("Interrupted while waiting for a sample", e);
    }
  }

  private Ready<S> read(Item<S> item) {
    Ready<S> read = memory.within(item.memory(), () -> tried(item));
    if (read == null) { // the heap was full
      read = memory.alone(() -> tried(item));
    }
    if (read != null) {
      return read;
    }
    long heap = Runtime.getRuntime().maxMemory();
    if (item.memory() > 0 && item.memory() <= heap / 2) { // the others fill the heap, not this item
      throw new OutOfMemoryError("Java heap space");
    }
    String why = "%s does not fit into the heap of %d MiB; give Java more with -Xmx";
    return new Ready<>(item, null, why.formatted(item.name(), heap >> 20));
  }

  /** Null where the heap is full, which may be so for a moment. */
  private @Nullable Ready<S> tried(Item<S> item) {
    try {
      return new Ready<>(item, input.values(item.read(), item.name()), null);
    } catch (OutOfMemoryError e) {
      return null;
    } catch (RuntimeException e) { // decoders throw anything on hostile bytes
      return e.getCause() instanceof OutOfMemoryError
          ? null
          : new Ready<>(item, null, reason(item, e));
    }
  }

  private static <S> String reason(Item<S> item, RuntimeException e) {
    String why = Reason.of(e);
    return why.contains(item.name()) ? why : item.name() + ": " + why;
  }

  private void compute(List<Ready<S>> gathered) {
    if (gathered.isEmpty()) {
      close();
      return;
    }
    Iterator<P> predictions = predictions(gathered).iterator();
    for (Ready<S> ready : gathered) {
      answers.add(
          new Answer<>(
              answered++,
              ready.item.name(),
              ready.values == null ? null : predictions.next(),
              ready.item.note(),
              ready.error));
    }
  }

  private List<P> predictions(List<Ready<S>> gathered) {
    float[][] rows =
        gathered.stream()
            .filter(ready -> ready.values != null)
            .map(ready -> Objects.requireNonNull(ready.values))
            .toArray(float[][]::new);
    if (rows.length == 0) {
      return List.of();
    }
    List<P> all = new ArrayList<>();
    Pieces.inOrder(
        workers,
        rows.length,
        Pieces.size(model.backbone(), rows.length),
        (start, count) -> predictions(model, rows, start, count),
        all::addAll);
    return all;
  }

  /** What is predicted of some rows of a batch. */
  static <P> List<P> predictions(Inference<P> model, float[][] rows, int start, int count) {
    try (Scope scope = Scope.withoutGradients()) {
      return model.predictions(Pieces.inputs(rows, start, count, model.backbone()));
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      decoders.shutdownNow();
      workers.close();
      ahead.clear();
    }
  }
}
