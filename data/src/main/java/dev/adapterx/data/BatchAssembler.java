package dev.adapterx.data;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.Rng;
import dev.adapterx.data.SampleReader.Finished;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Makes the batches of one epoch: lets the decoders run a bounded window ahead and takes their
 * results in the order of the samples, so that broken samples shift the rest the same way every
 * time.
 */
final class BatchAssembler<S> implements Runnable {
  private final Dataset<S> data;
  private final Pipeline<S> pipeline;
  private final LoaderOptions options;
  private final SampleReader<S> reader;
  private final ExecutorService decoders;
  private final Handover<Batch<?>> out;
  private final int epoch;
  private final int[] order;
  private final Share share;

  private final Queue<Future<Finished>> ahead = new ArrayDeque<>();
  private int submitted;
  private int finished;

  private float[][] values = {};
  private List<Object> targets = new ArrayList<>();
  private List<Views> views = new ArrayList<>();
  private int[] indices = {};
  private int filled;

  BatchAssembler(
      Dataset<S> data,
      Pipeline<S> pipeline,
      LoaderOptions options,
      SampleReader<S> reader,
      ExecutorService decoders,
      Handover<Batch<?>> out,
      int epoch,
      int[] order,
      int done,
      Share share) {
    this.data = data;
    this.pipeline = pipeline;
    this.options = options;
    this.reader = reader;
    this.decoders = decoders;
    this.out = out;
    this.epoch = epoch;
    this.order = order;
    this.finished = done;
    this.share = share;
  }

  @Override
  public void run() {
    Throwable failure = null;
    try {
      assemble();
    } catch (InterruptedException e) {
      failure = new DataException("Loading was interrupted in epoch " + epoch);
    } catch (Throwable e) { // rethrown in the consumer's thread
      failure = e;
    } finally {
      ahead.forEach(result -> result.cancel(false));
      out.end(failure);
    }
  }

  private void assemble() throws InterruptedException {
    submitAhead();
    while (!ahead.isEmpty()) {
      Finished sample = next();
      submitAhead();
      float[] prepared = sample.values();
      if (prepared == null) {
        pass(sample.broken());
        continue;
      }
      add(sample.index(), prepared, sample.views(), Objects.requireNonNull(sample.target()));
      if (filled == options.batchSize() && !handOver()) {
        return;
      }
    }
    if (filled > 0 && !options.dropLast() && !handOver()) {
      return;
    }
    if (finished == 0) {
      throw new DataException(
          "Epoch "
              + epoch
              + " has no batch: "
              + reader.broken().size()
              + " of "
              + data.size()
              + " samples are broken and the rest does not fill a batch of "
              + options.batchSize());
    }
  }

  private void submitAhead() {
    int window =
        pipeline.hasViews()
            ? options.batchSize() // each holds a picture of any size
            : Math.max(4 * options.threads(), options.batchSize());
    while (submitted < order.length && ahead.size() < window) {
      boolean own = isOwn(submitted);
      int index = order[submitted++];
      ahead.add(
          own
              ? decoders.submit(() -> reader.read(index, epoch))
              : CompletableFuture.completedFuture(
                  new Finished(index, new float[0], null, Absent.TARGET, null)));
    }
  }

  /** In the place of a target that another rank reads. */
  private enum Absent {
    TARGET
  }

  /** Without broken samples, places in the order are places in the batches. */
  private boolean isOwn(int place) {
    if (share.isAll()) {
      return true;
    }
    int at = place % options.batchSize();
    int size = Math.min(options.batchSize(), order.length - (place - at));
    return at >= share.first(size) && at < share.end(size);
  }

  private Finished next() throws InterruptedException {
    try {
      return ahead.remove().get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof Error error) {
        throw error;
      }
      throw cause instanceof DataException known
          ? known
          : new DataException("Could not load a sample: " + Reason.of(cause), cause);
    }
  }

  private void pass(@Nullable BrokenSample image) {
    if (image == null) {
      throw new IllegalStateException("A sample without a value and without a reason");
    }
    reader.remember(image);
    String what =
        image.reason().contains(image.where())
            ? image.reason()
            : image.where() + ": " + image.reason();
    if (!share.isAll()) {
      throw new DataException(
          "Broken sample ("
              + image.index()
              + " of "
              + data.size()
              + "): "
              + what
              + ". Ranks read a share each, and cannot agree on passing over it: repair or remove"
              + " it, or set data.allow-broken=true, with which every rank reads every sample");
    }
    if (options.onBroken() == LoaderOptions.OnBroken.FAIL) {
      throw new DataException(
          "Broken sample ("
              + image.index()
              + " of "
              + data.size()
              + "): "
              + what
              + ". Repair or remove it, or allow broken samples for this data set");
    }
    int count = reader.broken().size();
    if (count > options.brokenLimit() * data.size()) {
      throw new DataException(
          count
              + " of the "
              + data.size()
              + " samples are broken, more than the "
              + Math.round(100 * options.brokenLimit())
              + " % allowed; the latest: "
              + what
              + ". Check the data set (were the files copied whole?), remove them, or go on without"
              + " them by data.allow-broken=true");
    }
  }

  private void begin() {
    int remaining = order.length - submitted + ahead.size() + 1;
    int room = Math.min(options.batchSize(), remaining);
    values = new float[room][];
    targets = new ArrayList<>(room);
    views = new ArrayList<>();
    indices = new int[room];
  }

  private void add(int index, float[] prepared, @Nullable Views seen, Object target) {
    if (filled == 0) {
      begin();
    }
    values[filled] = prepared;
    targets.add(target);
    if (seen != null) {
      views.add(seen);
    }
    indices[filled] = index;
    filled++;
  }

  /** False when the consumer has left. */
  private boolean handOver() throws InterruptedException {
    Batch<?> batch =
        filled == indices.length
            ? new Batch<>(values, targets, indices, views)
            : new Batch<>(
                Arrays.copyOf(values, filled), targets, Arrays.copyOf(indices, filled), views);
    BatchTransform mix = pipeline.mix();
    if (mix != null) {
      batch = mix.apply(batch, Rng.of(options.seed(), "mix").at(epoch).at(finished));
    }
    finished++;
    filled = 0;
    return out.put(batch);
  }
}
