package dev.adapterx.serve;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.infer.Adapters;
import dev.adapterx.infer.Batcher;
import dev.adapterx.infer.Input;
import dev.adapterx.infer.Lease;
import dev.adapterx.serve.task.TaskAnswer;
import dev.adapterx.serve.task.TaskService;
import dev.adapterx.serve.task.TensorForm;
import dev.adapterx.serve.task.Wishes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is behind the protocol: contents become rows, rows wait, rows become answers. */
final class Engine implements AutoCloseable {
  /** Requests that are computed together: of the same adapters, with a view of them or without. */
  record Asked(List<String> adapters, boolean view) {
    @Override
    public String toString() {
      return String.join(",", adapters);
    }
  }

  /**
   * What one adapter says of one sample.
   *
   * @param labels of the adapter's task
   * @param seen what there is to look at; null where that was not asked for
   */
  record Reply(
      String adapter, List<String> labels, TaskAnswer answer, @Nullable Map<String, Object> seen) {
    public Reply {
      labels = List.copyOf(labels);
    }
  }

  private final Adapters adapters;
  private final Intake intake;
  private final int rows;
  private final int waiting;
  private final int most;
  private final Consumer<String> log;
  private final Services services;
  private final Map<String, Optional<Object>> families = new ConcurrentHashMap<>();
  private final AtomicLong held = new AtomicLong();
  private final long mostHeld;
  private final Batcher<Asked, Prepared, List<Reply>> batcher;

  /**
   * @param log receives what operators need to know and clients do not
   */
  Engine(Adapters adapters, ServerOptions options, Consumer<String> log) {
    this.adapters = adapters;
    this.intake = new Intake(Input.of(adapters.backbone()), options.sizes().pixels());
    this.rows = options.work().rows();
    this.waiting = options.queue().waiting();
    this.most = Math.min(options.queue().share(), options.queue().waiting());
    this.log = log;
    this.services = new Services(adapters.backbone());
    this.mostHeld = options.sizes().heldBytes();
    int processors = Runtime.getRuntime().availableProcessors();
    this.batcher =
        new Batcher<>(
            new Batcher.Limits(
                options.queue().waiting(), options.queue().share(), options.work().batch()),
            options.work().threads() == 0 ? processors : options.work().threads(),
            asked -> family(options, asked),
            new Answering(services, this::lease, rows)::of);
  }

  Adapters adapters() {
    return adapters;
  }

  Input<?> input() {
    return intake.input();
  }

  /** Samples that one request may have. */
  int mostSamples() {
    return most;
  }

  Batcher.Statistics statistics() {
    return batcher.statistics();
  }

  /** Whether a request that came now would be refused: known before its body is read. */
  boolean isFull() {
    return batcher.statistics().waiting() >= waiting;
  }

  /**
   * Decodes and prepares the content of a file for some adapters.
   *
   * @param name for messages, and for what a format does by a file's extension
   * @param wishes what is told of it
   * @throws ServeException 400 when it cannot be used, 413 when it is too large, else as {@link
   *     #lease}
   */
  Prepared prepared(Asked asked, byte[] content, String name, Wishes wishes) {
    intake.requireUsable(content);
    List<TaskService<?>> wanted = asked.adapters().stream().map(this::service).distinct().toList();
    if (wishes.category() != null && asked.adapters().stream().noneMatch(this::isTold)) {
      throw ServeException.bad(
          "category: no adapter that was asked was trained to be told what a cloud shows; leave it"
              + " out");
    }
    Prepared sample = intake.prepared(content, name, wanted, wishes, asked.view());
    for (String adapter : asked.adapters()) {
      try (Lease lease = lease(adapter)) {
        sample.requireUsable(services.of(adapter, lease.model()), lease.model(), rows);
      }
    }
    return sample;
  }

  private boolean isTold(String adapter) {
    try (Lease lease = lease(adapter)) {
      return services.of(adapter, lease.model()).isTold(lease.model());
    }
  }

  /** Makes sure that the content of a file can be decoded; throws 400 or 413 when it cannot be. */
  void requireReadable(byte[] content, String name) {
    intake.requireReadable(content, name);
  }

  /**
   * What the sender prepared itself, for one adapter.
   *
   * @throws ServeException 400 when its task needs the file
   */
  Prepared prepared(TaskService<?> service, float[] values) {
    try {
      return new Prepared(Map.of(service, service.prepared(values)), null);
    } catch (DataException e) {
      throw ServeException.bad(String.valueOf(e.getMessage()));
    }
  }

  /** How the task of an adapter is served; throws as {@link #lease}. */
  TaskService<?> service(String adapter) {
    try (Lease lease = lease(adapter)) {
      TaskService<?> service = services.of(adapter, lease.model());
      families.put(adapter, service.family(lease.model()));
      return service;
    }
  }

  /** As the adapter was when its last request was made ready; it may be another one by now. */
  private Optional<Object> family(ServerOptions options, Asked asked) {
    return options.work().batch() == 1 || asked.view() || asked.adapters().size() > 1
        ? Optional.empty()
        : families.getOrDefault(asked.adapters().get(0), Optional.empty());
  }

  /** The tensors that an adapter can be asked for; throws as {@link #lease}. */
  List<TensorForm> outputs(String adapter, TaskService<?> service) {
    try (Lease lease = lease(adapter)) {
      return service.outputs(lease.model());
    }
  }

  /**
   * Lets prepared samples wait for the answers of one adapter or of several.
   *
   * @return a future for each sample, of the answers in the order of the names
   * @throws dev.adapterx.infer.RefusedException when there is no room
   * @throws ServeException 503 when those that wait hold as much memory as they may
   */
  List<CompletableFuture<List<Reply>>> ask(Asked asked, List<Prepared> samples, Duration patience) {
    long bytes = samples.stream().mapToLong(Prepared::bytes).sum();
    if (held.addAndGet(bytes) > mostHeld && held.get() > bytes) {
      held.addAndGet(-bytes);
      throw new ServeException(
          503, "The samples that wait hold as much memory as they may; try again later");
    }
    List<CompletableFuture<List<Reply>>> all;
    try {
      all = batcher.submitAll(asked, samples, patience);
    } catch (RuntimeException e) {
      held.addAndGet(-bytes);
      throw e;
    }
    CompletableFuture<?> unused =
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
            .whenComplete((done, failure) -> held.addAndGet(-bytes));
    return all;
  }

  /**
   * An adapter for use.
   *
   * @throws ServeException 404 when there is none, 409 when it was trained on another backbone or
   *     with another input size, 501 when its task is not served, 503 when it cannot be loaded
   */
  Lease lease(String name) {
    Lease lease = opened(name);
    try {
      services.of(name, lease.model());
      return lease;
    } catch (ServeException e) {
      lease.close();
      throw e;
    }
  }

  private Lease opened(String name) {
    try {
      return adapters.lease(name);
    } catch (AdapterXException e) {
      requireKnown(name);
      requireFit(name);
      throw unusable(name, e);
    } catch (IllegalStateException e) { // closed
      throw new ServeException(503, "The server is shutting down", e);
    }
  }

  /** Why is for those who run the server: it names its folders. */
  private ServeException unusable(String name, RuntimeException why) {
    log.accept("the adapter '" + name + "' cannot be used: " + Reason.of(why));
    return new ServeException(
        503, "The adapter '" + name + "' cannot be used now; the server's log says why", why);
  }

  /**
   * Makes sure that there is such an adapter.
   *
   * @throws ServeException 404 when there is none
   */
  void requireKnown(String name) {
    if (!adapters.isKnown(name)) {
      throw new ServeException(
          404, "There is no adapter '" + shown(name) + "'; GET /adapters lists those there are");
    }
  }

  /**
   * Makes sure that an adapter is of the server's backbone and input size.
   *
   * @throws ServeException 409 when it is not, saying why
   */
  void requireFit(String name) {
    Optional<String> why = Unserved.of(adapters, name);
    if (why.isPresent()) {
      throw new ServeException(409, "The adapter '" + name + "' is not served here: " + why.get());
    }
  }

  private static String shown(String name) {
    return name.length() > 128 ? name.substring(0, 128) + "…" : name;
  }

  /** Loads and keeps an adapter; throws as {@link #lease}. */
  void pin(String name) {
    lease(name).close();
    try {
      adapters.pin(name);
    } catch (AdapterXException e) {
      requireKnown(name);
      throw new ServeException(409, String.valueOf(e.getMessage()), e);
    }
  }

  /** What a defect of ours says to those who run the server. */
  void report(String what, @Nullable Throwable why) {
    log.accept(what + ": " + Reason.of(why));
  }

  /** Takes no more; waits for what was let in. Whether all of it was answered. */
  boolean drain(Duration most) {
    return batcher.drain(most);
  }

  @Override
  public void close() {
    batcher.close();
    adapters.close();
  }
}
