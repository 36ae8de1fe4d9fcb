package dev.adapterx.train;

import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Per block: the share of sub-tokens each expert got, and the mean entropy of the router's
 * probabilities.
 */
public final class RoutingStatistics implements Pass.RoutingObserver {
  /**
   * One block's routing.
   *
   * @param load share of sub-tokens per expert; sums to 1
   * @param entropy mean of {@code -Σ p ln p} over the sub-tokens, in nats
   */
  public record BlockRouting(String block, List<Double> load, double entropy) {}

  private static final double COLLAPSED = 0.9;
  private static final double DEAD = 0.01;

  private final Map<String, Sums> blocks = new LinkedHashMap<>();

  private static final class Sums {
    private final double[] counts;
    private double entropy;
    private long subTokens;

    private Sums(int experts) {
      this.counts = new double[experts];
    }
  }

  @Override
  public synchronized void routed(String place, Tensor probabilities, Tensor chosen, int heads) {
    try (Scope scope = Scope.withoutGradients()) {
      int experts = Math.toIntExact(probabilities.size(1));
      Sums sums = blocks.computeIfAbsent(place, unused -> new Sums(experts));
      for (long e : Tensors.longs(chosen)) {
        sums.counts[(int) e]++;
      }
      Tensor logs = probabilities.clamp_min(new Scalar(1e-12)).log();
      sums.entropy -= probabilities.mul(logs).sum().item_double();
      sums.subTokens += probabilities.size(0);
    }
  }

  /** The blocks in order; empty for methods that do not route. */
  public List<BlockRouting> blocks() {
    List<BlockRouting> all = new ArrayList<>();
    blocks.forEach(
        (block, sums) -> {
          List<Double> load = new ArrayList<>();
          for (double count : sums.counts) {
            load.add(count / sums.subTokens);
          }
          all.add(new BlockRouting(block, List.copyOf(load), sums.entropy / sums.subTokens));
        });
    return all;
  }

  /** What should worry: an expert that takes nearly all, experts that get nothing. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (BlockRouting block : blocks()) {
      int experts = block.load().size();
      for (int e = 0; e < experts && experts > 1; e++) {
        double load = block.load().get(e);
        if (load > COLLAPSED) {
          warnings.add(
              String.format(
                  Locale.ROOT,
                  "%s: expert %d takes %.0f %% of the sub-tokens",
                  block.block(),
                  e,
                  100 * load));
        }
      }
      long dead = block.load().stream().filter(load -> load < DEAD).count();
      if (dead > 0 && experts > 1) {
        warnings.add(
            block.block()
                + ": "
                + dead
                + " of "
                + experts
                + " experts get less than 1 % of the sub-tokens");
      }
    }
    return warnings;
  }
}
