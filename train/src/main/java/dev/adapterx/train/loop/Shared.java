package dev.adapterx.train.loop;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.data.Share;
import dev.adapterx.nn.BatchNorm;
import dev.adapterx.nn.Pass;
import dev.adapterx.task.Hits;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.train.ranks.RankGroup;
import dev.adapterx.train.routing.RoutingStatistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the ranks of a training share of a step, in one sum over the optimiser's flat buffer: behind
 * the gradients stand the sums of the epoch, the batch statistics of norms, and whether a rank
 * wants an end. Routing is counted in each rank and collected by rank 0 once an epoch, or when it
 * ends early.
 */
final class Shared {
  private static final int LOSS = 0;
  private static final int BALANCE = 1;
  private static final int STOP = 2;
  private static final int TIME = 3;
  private static final int COUNTS = 4;

  /** Counts go as digits to this base, so that fp32 adds them up exactly over up to 4096 ranks. */
  private static final int BASE = 1 << 12;

  private static final int DIGITS = 3;
  private static final int OWN_COUNTS = 4; // right, decided, samples, pieces
  private static final int NORMS = COUNTS + OWN_COUNTS * DIGITS;
  private static final JsonMapper JSON = JsonMapper.shared();

  /** What another rank reports after an epoch. */
  private record Report(long weights, List<RoutingStatistics.Place> routing) {}

  private final RankGroup ranks;
  private final Share share;
  private final Map<String, Integer> norms = new LinkedHashMap<>(); // by name: channels
  private final int size;
  private double loss;
  private double balance;
  private Hits hits = Hits.NONE;
  private long samples;
  private long pieces;
  private boolean stopped;
  private boolean timeUp;

  /**
   * @param buffers of the model; running statistics among them are shared
   */
  Shared(RankGroup ranks, Share share, NamedTensors buffers) {
    this.ranks = ranks;
    this.share = share;
    int length = NORMS;
    String mean = "." + BatchNorm.RUNNING_MEAN;
    List<Integer> channels = new ArrayList<>();
    buffers.forEach(
        (name, buffer) -> {
          if (name.endsWith(mean)) {
            int c = Math.toIntExact(buffer.numel());
            norms.put(name.substring(0, name.length() - mean.length()), c);
            channels.add(1 + 2 * c);
          }
        });
    for (int each : channels) {
      length += each;
    }
    this.size = length;
  }

  Share share() {
    return share;
  }

  /** Numbers behind the gradients. */
  int size() {
    return ranks.isAlone() ? 0 : size;
  }

  /** Adds a micro-batch of this rank. */
  void add(Trainer.Piece piece) {
    loss += piece.loss();
    balance += piece.balance();
    hits = hits.plus(piece.hits());
    samples += piece.samples();
    pieces++;
  }

  /** The sum of a number over all ranks. */
  double sum(double own) {
    if (ranks.isAlone()) {
      return own;
    }
    try (Scope scope = Scope.withoutGradients();
        Tensor cell = Tensors.zeros(ScalarType.Double, 1)) {
      cell.add_(new Scalar(own));
      ranks.sum(cell);
      return cell.item_double();
    }
  }

  /**
   * Replaces this rank's gradients, sums and statistics by those of all ranks.
   *
   * @param sums of the epoch; the step's are added
   * @param observed statistics of this rank's micro-batches
   * @param stop checked: whether this rank wants an end
   * @return the batch statistics of the whole batch
   */
  Map<String, Pass.Observed> exchange(
      AdamW optimiser, EpochSums sums, ObservedMeans observed, StopCheck stop) {
    float[] own = new float[size];
    own[LOSS] = (float) loss;
    own[BALANCE] = (float) balance;
    own[STOP] = stop.isWanted() ? 1 : 0;
    own[TIME] = stop.isTimeUp() ? 1 : 0;
    long[] counts = {hits.right(), hits.of(), samples, pieces};
    for (int i = 0; i < OWN_COUNTS; i++) {
      long left = counts[i];
      for (int d = 0; d < DIGITS; d++) {
        own[COUNTS + i * DIGITS + d] = left % BASE;
        left /= BASE;
      }
    }
    int at = NORMS;
    for (Map.Entry<String, Integer> norm : norms.entrySet()) {
      at += observed.write(norm.getKey(), norm.getValue(), own, at);
    }
    float[] all;
    try (Scope scope = Scope.withoutGradients()) {
      Tensor tail = optimiser.tail();
      tail.copy_(Tensors.of(own, size));
      ranks.sum(optimiser.shared());
      all = Tensors.floats(tail);
    }
    for (int i = 0; i < OWN_COUNTS; i++) {
      long value = 0;
      for (int d = DIGITS - 1; d >= 0; d--) {
        value = value * BASE + (long) all[COUNTS + i * DIGITS + d];
      }
      counts[i] = value;
    }
    sums.add(all[LOSS], all[BALANCE], new Hits(counts[0], counts[1]), counts[2], counts[3]);
    stopped = all[STOP] > 0;
    timeUp = all[TIME] > 0;
    loss = 0;
    balance = 0;
    hits = Hits.NONE;
    samples = 0;
    pieces = 0;
    return ObservedMeans.read(norms, all, NORMS);
  }

  /**
   * Ends the epoch in all ranks after the same step, if one wanted that.
   *
   * @param theta the weights
   */
  void requireGoOn(EpochSums sums, Tensor theta) {
    if (stopped) {
      collect(sums, theta);
      throw new StopCheck.Wanted();
    }
    if (timeUp) {
      collect(sums, theta);
      throw new StopCheck.TimeIsUp();
    }
  }

  /**
   * Rank 0 adds the others' routing, and compares their weights with its own: ranks that compute
   * differently would train apart.
   */
  void collect(EpochSums sums, Tensor theta) {
    if (ranks.isAlone()) {
      return;
    }
    CRC32C own = new CRC32C();
    own.update(Tensors.bytes(theta));
    if (!ranks.isFirst()) {
      ranks.report(JSON.writeValueAsString(new Report(own.getValue(), sums.routing())));
      return;
    }
    List<String> reports = ranks.reports();
    for (int i = 0; i < reports.size(); i++) {
      Report report = JSON.readValue(reports.get(i), Report.class);
      if (report.weights() != own.getValue()) {
        throw new AdapterXException(
            "Rank %d has other weights than rank 0 after the same gradients: its processor rounds otherwise. Run ranks on machines of one kind, or limit all to common instructions (ATEN_CPU_CAPABILITY=avx2)"
                .formatted(i + 1));
      }
      sums.addRouting(report.routing());
    }
  }
}
