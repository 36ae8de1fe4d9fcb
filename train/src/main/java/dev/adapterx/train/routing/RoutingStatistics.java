package dev.adapterx.train.routing;

import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Per block: the share of sub-tokens each expert got, and the router's entropy. Observations of
 * single threads are added in a fixed order, so the numbers do not depend on the number of threads.
 */
public final class RoutingStatistics implements Pass.RoutingObserver {
  private final Map<String, Sums> places = new LinkedHashMap<>();
  private final List<Unread> unread = new ArrayList<>();

  /**
   * The sums of one place, as numbers that can be stored.
   *
   * @param chosen how often each expert was chosen
   * @param probability of each expert, summed over the sub-tokens
   */
  public record Place(
      String place,
      String library,
      List<Double> chosen,
      List<Double> probability,
      double entropy,
      long choices,
      long subTokens) {}

  /** Continues from the result of {@link #places()}. */
  public static RoutingStatistics of(List<Place> kept) {
    RoutingStatistics statistics = new RoutingStatistics();
    kept.forEach(place -> statistics.places.put(place.place(), new Sums(place)));
    return statistics;
  }

  /** All sums, in the order in which the places routed first. */
  public synchronized List<Place> places() {
    read();
    return places.entrySet().stream().map(e -> e.getValue().kept(e.getKey())).toList();
  }

  /**
   * Sums still on a device: reading them immediately would stall it.
   *
   * @param sums (2E + 1): choices of each expert, its probabilities, the entropy
   */
  private record Unread(String place, String library, long rows, Tensor sums) {
    static Unread of(String place, String library, Tensor probabilities, Tensor chosen) {
      try (Scope scope = Scope.withoutGradients()) {
        Tensor p = Tensors.fp32(probabilities.detach());
        Tensor ones = torch.ones_like(chosen).to(ScalarType.Float).flatten();
        Tensor choices = p.new_zeros(p.size(1)).scatter_add_(0, chosen.flatten(), ones);
        Tensor mean = Tensors.scaled(Tensors.mean(p, 0), (double) p.size(0));
        Tensor entropy = p.mul(p.clamp_min(new Scalar(1e-12)).log()).sum().neg().reshape(1);
        Tensor sums = scope.keep(Tensors.cat(0, choices, mean, entropy));
        return new Unread(place, library, p.size(0), sums);
      }
    }
  }

  private static final class Sums {
    private final String library;
    private final double[] chosen;
    private final double[] probability;
    private double entropy;
    private long choices;
    private long subTokens;

    private Sums(String library, int experts) {
      this.library = library;
      this.chosen = new double[experts];
      this.probability = new double[experts];
    }

    private Sums(Place kept) {
      this.library = kept.library();
      this.chosen = kept.chosen().stream().mapToDouble(Double::doubleValue).toArray();
      this.probability = kept.probability().stream().mapToDouble(Double::doubleValue).toArray();
      this.entropy = kept.entropy();
      this.choices = kept.choices();
      this.subTokens = kept.subTokens();
    }

    private Place kept(String place) {
      return new Place(
          place,
          library,
          Arrays.stream(chosen).boxed().toList(),
          Arrays.stream(probability).boxed().toList(),
          entropy,
          choices,
          subTokens);
    }

    private void add(float[] sums, long rows) {
      int experts = chosen.length;
      for (int e = 0; e < experts; e++) {
        chosen[e] += sums[e];
        choices += (long) sums[e];
        probability[e] += sums[experts + e];
      }
      entropy += sums[2 * experts];
      subTokens += rows;
    }

    private void add(Sums other) {
      for (int e = 0; e < chosen.length; e++) {
        chosen[e] += other.chosen[e];
        probability[e] += other.probability[e];
      }
      entropy += other.entropy;
      choices += other.choices;
      subTokens += other.subTokens;
    }

    private ExpertUse use(String place) {
      List<Double> load = new ArrayList<>();
      List<Double> mean = new ArrayList<>();
      for (int e = 0; e < chosen.length; e++) {
        load.add(chosen[e] / choices);
        mean.add(probability[e] / subTokens);
      }
      return new ExpertUse(place, library, subTokens, load, mean, entropy / subTokens);
    }
  }

  @Override
  public void routed(String place, Tensor probabilities, Tensor chosen, int heads) {
    routed(place, place, probabilities, chosen, heads);
  }

  @Override
  public synchronized void routed(
      String place, String library, Tensor probabilities, Tensor chosen, int heads) {
    long rows = probabilities.size(0);
    if (rows == 0) {
      return;
    }
    if (!probabilities.is_cpu()) {
      unread.add(Unread.of(place, library, probabilities, chosen));
      return;
    }
    try (Scope scope = Scope.withoutGradients()) {
      Tensor p = Tensors.fp32(probabilities.detach());
      int experts = Math.toIntExact(p.size(1));
      Sums sums = places.computeIfAbsent(place, unused -> new Sums(library, experts));
      for (long e : Tensors.longs(chosen)) {
        sums.chosen[(int) e]++;
        sums.choices++;
      }
      float[] mean = Tensors.floats(Tensors.mean(p, 0));
      for (int e = 0; e < experts; e++) {
        sums.probability[e] += (double) mean[e] * rows;
      }
      Tensor logs = p.clamp_min(new Scalar(1e-12)).log();
      sums.entropy -= p.mul(logs).sum().item_double();
      sums.subTokens += rows;
    }
  }

  /** Reads the sums that are still on a device. */
  private void read() {
    for (Unread one : unread) {
      float[] sums = Tensors.floats(one.sums());
      one.sums().close();
      places
          .computeIfAbsent(one.place(), unused -> new Sums(one.library(), sums.length / 2))
          .add(sums, one.rows());
    }
    unread.clear();
  }

  /** Adds another's observations. */
  public synchronized void add(RoutingStatistics other) {
    other.read();
    other.places.forEach(
        (place, sums) ->
            places
                .computeIfAbsent(place, unused -> new Sums(sums.library, sums.chosen.length))
                .add(sums));
  }

  /** The blocks in the order in which they routed first; empty without routing. */
  public synchronized List<ExpertUse> blocks() {
    read();
    return places.entrySet().stream().map(e -> e.getValue().use(e.getKey())).toList();
  }

  /** Warnings: an expert that gets nearly all sub-tokens, experts that get none. */
  public List<String> warnings() {
    return RoutingWarning.of(blocks()).stream().map(RoutingWarning::text).toList();
  }
}
