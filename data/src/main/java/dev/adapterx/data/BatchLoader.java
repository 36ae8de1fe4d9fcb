package dev.adapterx.data;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Loads a data set batch by batch, decoding ahead of the consumer on several threads.
 *
 * <p>The order of an epoch is a permutation drawn from the stream (seed, "shuffle", epoch), and a
 * sample's augmentation from (seed, "augment", epoch, index of the sample): the batches are the
 * same bytes for any number of threads and any cache, and epoch 7 does not depend on epochs 0 to 6
 * having been loaded.
 *
 * <p>Samples that are seen in several views come in batches of at most twice as many as there are
 * threads, each held as its picture until it is computed with.
 *
 * <p>Memory: at most {@code prefetch} finished batches, the one being filled, a window of decoded
 * samples, and the cache.
 *
 * <pre>{@code
 * try (var loader = new BatchLoader<>(data, pipeline, LoaderOptions.training(64, seed))) {
 *   for (Batch<?> batch : loader.epoch(0)) { … }
 * }
 * }</pre>
 *
 * <p>One epoch at a time: starting the next closes the one before. Not for use by several
 * consumers.
 */
public final class BatchLoader<S> implements AutoCloseable {
  private final Dataset<S> data;
  private final Pipeline<S> pipeline;
  private final LoaderOptions options;
  private final SampleReader<S> reader;
  private final ThreadPoolExecutor decoders;
  private @Nullable Epoch current;
  private Share share = Share.ALL;

  /**
   * @throws DataException when the data set is empty
   * @throws ConfigException when {@code dropLast} would leave nothing, or a batch would not fit an
   *     array
   */
  public BatchLoader(Dataset<S> data, Pipeline<S> pipeline, LoaderOptions options) {
    this.data = data;
    this.pipeline = pipeline;
    this.options = pipeline.hasViews() ? few(options) : options;
    requireBatches();
    this.reader = new SampleReader<>(data, pipeline, options);
    this.decoders = decoders(options.threads());
  }

  /**
   * From now on reads only a rank's share of every batch, whose size, targets' number and indices
   * stay those of the whole batch: what others read has no value and no target here. A broken
   * sample then ends the epoch, since the others do not see that it is.
   *
   * <p>Everything is read where samples of a batch are mixed with each other, and with {@code
   * skips}, since a batch then depends on samples that others read.
   *
   * @param skips whether broken samples are passed over, if the options say so
   */
  public void share(Share own, boolean skips) {
    share = skips || pipeline.mix() != null ? Share.ALL : own;
  }

  /** The data set. */
  public Dataset<S> data() {
    return data;
  }

  /** The options of loading. */
  public LoaderOptions options() {
    return options;
  }

  /** Whether every epoch gives the same values for a sample. */
  public boolean repeats() {
    return pipeline.repeats();
  }

  /** Batches of one epoch, if no sample is broken. */
  public int batches() {
    int full = data.size() / options.batchSize();
    return full + (options.dropLast() || data.size() % options.batchSize() == 0 ? 0 : 1);
  }

  /** Starts loading an epoch; close it to leave before its end. */
  public Epoch epoch(int epoch) {
    return rest(epoch, 0, -1);
  }

  /**
   * Starts loading the rest of an epoch of which some batches are done: the same batches as {@link
   * #epoch} gives after those, without reading those before.
   *
   * @param batches number of batches that are done
   * @param last index of the last sample of these; -1: none
   */
  public Epoch rest(int epoch, int batches, int last) {
    int[] order = order(epoch);
    int from = 0;
    while (last >= 0 && from < order.length && order[from] != last) {
      from++;
    }
    int[] left =
        Arrays.copyOfRange(order, Math.min(from + (last < 0 ? 0 : 1), order.length), order.length);
    return started(epoch, options, left, batches, reader, share);
  }

  /**
   * Every sample once, in the order of the data set and with a last batch that need not be full,
   * augmented as in epoch 0. For callers that cache their results: samples are not cached here.
   */
  public Epoch inOrder() {
    LoaderOptions all = options.withShuffle(false).withDropLast(false);
    return started(
        0, all, IntStream.range(0, data.size()).toArray(), 0, reader.withoutCache(), Share.ALL);
  }

  private Epoch started(
      int epoch, LoaderOptions how, int[] order, int done, SampleReader<S> from, Share own) {
    if (decoders.isShutdown()) {
      throw new IllegalStateException("This loader is closed");
    }
    leaveCurrent();
    Handover<Batch<?>> out = new Handover<>(how.prefetch());
    Thread assembler =
        daemon(
            "adapterx-batches",
            new BatchAssembler<>(
                data, pipeline, how, from, decoders, out, epoch, order, done, own));
    Epoch started = new Epoch(out, assembler);
    current = started;
    assembler.start();
    return started;
  }

  /** The samples skipped so far, by index. */
  public List<BrokenSample> broken() {
    return reader.broken().values().stream()
        .sorted(Comparator.comparingInt(BrokenSample::index))
        .toList();
  }

  public LoaderStatistics statistics() {
    return reader.statistics(options.cacheBytes());
  }

  @Override
  public void close() {
    leaveCurrent();
    decoders.shutdownNow();
  }

  /** The samples in the order in which an epoch takes them, broken ones included. */
  public int[] order(int epoch) {
    return options.shuffle()
        ? Rng.of(options.seed(), "shuffle").at(epoch).permutation(data.size())
        : IntStream.range(0, data.size()).toArray();
  }

  private void leaveCurrent() {
    if (current != null) {
      current.close();
      current = null;
    }
  }

  private void requireBatches() {
    if (data.size() == 0) {
      throw new DataException("The data set has no samples");
    }
    if (options.dropLast() && data.size() < options.batchSize()) {
      throw new ConfigException(
          "A batch size of "
              + options.batchSize()
              + " with drop_last leaves nothing of "
              + data.size()
              + " samples: lower the batch size to at most "
              + data.size()
              + " or keep the last batch");
    }
    long values = (long) pipeline.values() * Math.min(options.batchSize(), data.size());
    if (values > Integer.MAX_VALUE - 8) {
      throw new ConfigException(
          "A batch of "
              + options.batchSize()
              + " samples of "
              + pipeline.values()
              + " values does not fit one array: lower the batch size or the input size");
    }
  }

  /** Samples that are seen in views may have any size; they are computed one by one anyway. */
  private static LoaderOptions few(LoaderOptions options) {
    return options
        .withBatchSize(Math.min(options.batchSize(), 2 * options.threads()))
        .withPrefetch(1);
  }

  /** The queue needs no bound: each epoch submits no more than its window. */
  private static ThreadPoolExecutor decoders(int threads) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> daemon("adapterx-decode-" + number.incrementAndGet(), work));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
