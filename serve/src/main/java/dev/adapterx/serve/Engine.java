package dev.adapterx.serve;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.data.DecodingMemory;
import dev.adapterx.data.images.ImageHeader;
import dev.adapterx.infer.Adapters;
import dev.adapterx.infer.Batcher;
import dev.adapterx.infer.ImageInput;
import dev.adapterx.infer.Inference;
import dev.adapterx.infer.Input;
import dev.adapterx.infer.Lease;
import dev.adapterx.infer.TaskPredictor;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Native;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is behind the protocol: contents become rows, rows wait, rows become answers. */
final class Engine implements AutoCloseable {
  /**
   * What one adapter says of one sample.
   *
   * @param probabilities of the labels, in their order
   */
  @SuppressWarnings("ArrayRecordComponent") // on its way into an answer; never compared
  record Reply(String adapter, List<String> labels, float[] probabilities) {}

  private final Adapters adapters;
  private final Input<?> input;
  private final long pixels;
  private final int waiting;
  private final int most;
  private final Consumer<String> log;
  private final DecodingMemory memory = DecodingMemory.ofHeap();
  private final Batcher<List<String>, float[], List<Reply>> batcher;

  /**
   * @param log hears what the one who runs the server has to know, and the one who asks has not
   */
  Engine(Adapters adapters, ServerOptions options, Consumer<String> log) {
    this.adapters = adapters;
    this.input = Input.of(adapters.backbone());
    this.pixels = options.pixels();
    this.waiting = options.waiting();
    this.most = Math.min(options.share(), options.waiting());
    this.log = log;
    int processors = Runtime.getRuntime().availableProcessors();
    this.batcher =
        new Batcher<>(
            new Batcher.Limits(options.waiting(), options.share(), options.batch()),
            options.threads() == 0 ? processors : options.threads(),
            this::answers);
  }

  Adapters adapters() {
    return adapters;
  }

  Input<?> input() {
    return input;
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
   * Decodes and prepares the content of a file.
   *
   * @param name for messages, and for what a format does by a file's extension
   * @throws ServeException 400 when it cannot be used, 413 when it has too many pixels
   */
  float[] prepared(byte[] content, String name) {
    if (content.length == 0) {
      throw ServeException.bad("The body is empty; send the content of a file");
    }
    if (input instanceof ImageInput) {
      ImageHeader.of(content).ifPresent(this::requirePixels);
    }
    return prepared(input, content, name);
  }

  private void requirePixels(ImageHeader header) {
    if ((long) header.width() * header.height() > pixels) {
      throw new ServeException(
          413,
          "The picture has %d x %d pixels, more than the %d that are taken here; make it smaller"
              .formatted(header.width(), header.height(), pixels));
    }
  }

  private <S> float[] prepared(Input<S> of, byte[] content, String name) {
    try {
      return memory.within(of.memory(content), () -> of.prepared(of.decode(content, name), name));
    } catch (DataException e) {
      throw ServeException.bad(String.valueOf(e.getMessage()));
    } catch (OutOfMemoryError e) {
      throw new ServeException(503, "The server has no memory to decode this now", e);
    } catch (RuntimeException e) { // decoders of hostile bytes throw whatever they like
      if (e.getCause() instanceof OutOfMemoryError) {
        throw new ServeException(503, "The server has no memory to decode this now", e);
      }
      throw ServeException.bad(name + ": " + Reason.of(e));
    }
  }

  /**
   * Lets prepared samples wait for the answers of one adapter or of several.
   *
   * @return a future for each sample, of the answers in the order of the names
   * @throws dev.adapterx.infer.RefusedException when there is no room
   */
  List<CompletableFuture<List<Reply>>> ask(
      List<String> names, List<float[]> rows, Duration patience) {
    return batcher.submitAll(names, rows, patience);
  }

  private List<List<Reply>> answers(List<String> names, List<float[]> rows) {
    Native.threadsHere(1); // groups are computed side by side
    List<Lease> leases = new ArrayList<>();
    try {
      for (String name : names) {
        leases.add(lease(name));
      }
      List<Inference.Model<float[]>> models =
          leases.stream().map(lease -> Inference.classes(lease.model())).toList();
      List<List<Reply>> all = new ArrayList<>();
      for (List<float[]> row : predictions(input, Inference.each(models), rows)) {
        List<Reply> replies = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
          replies.add(new Reply(names.get(i), models.get(i).labels(), row.get(i)));
        }
        all.add(Collections.unmodifiableList(replies));
      }
      return all;
    } finally {
      leases.forEach(Lease::close);
    }
  }

  private static <S, P> List<P> predictions(Input<S> of, Inference<P> model, List<float[]> rows) {
    return TaskPredictor.of(of, model).predictPrepared(rows);
  }

  /**
   * An adapter for use.
   *
   * @throws ServeException 404 when there is none, 501 when its task is not served, 503 when it
   *     cannot be loaded
   */
  Lease lease(String name) {
    Lease lease = opened(name);
    if (!(lease.model().task() instanceof Classification)) {
      String task = lease.model().task().name();
      lease.close();
      throw new ServeException(
          501,
          "The adapter '" + name + "' is of the task " + task + "; classifications are served");
    }
    return lease;
  }

  private Lease opened(String name) {
    try {
      return adapters.lease(name);
    } catch (AdapterXException e) {
      requireKnown(name);
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
