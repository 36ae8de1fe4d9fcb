package dev.adapterx.train.routing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The use of a mixture's experts at one place, or of a library of experts at all places that share
 * it.
 *
 * @param place the block, for example {@code blocks.3}; for a library {@link #ALL}
 * @param library name shared by all uses of the same experts; the place itself if its experts are
 *     not shared
 * @param subTokens number of routed sub-tokens
 * @param load (E) share of the sub-tokens whose most probable expert this is; sums to 1
 * @param probability (E) mean of the router's probabilities p over the sub-tokens; sums to 1
 * @param entropy mean of {@code -Σ p ln p} over the sub-tokens, in nats, at most ln E: how
 *     undecided the router is about a sub-token
 */
public record ExpertUse(
    String place,
    String library,
    long subTokens,
    List<Double> load,
    List<Double> probability,
    double entropy) {
  /** The place that stands for a library as a whole. */
  public static final String ALL = "all";

  private static final double TAKEN_OVER = 0.90;
  private static final double DEAD = 0.01;
  private static final double DEAD_OF_EVEN = 0.1;

  public ExpertUse {
    load = List.copyOf(load);
    probability = List.copyOf(probability);
  }

  /** Above this load of one expert, the routing has collapsed. */
  public static double takenOver() {
    return TAKEN_OVER;
  }

  /**
   * Below this load one of {@code experts} experts is dead: 1 %, or a tenth of an even share if
   * less.
   */
  public static double dead(int experts) {
    return Math.min(DEAD, DEAD_OF_EVEN / experts);
  }

  /** Number of experts. */
  public int experts() {
    return load.size();
  }

  /**
   * The entropy of {@link #probability}, in nats: ln E when all experts are equally probable on
   * average.
   */
  public double meanEntropy() {
    return probability.stream().mapToDouble(p -> p > 0 ? -p * Math.log(p) : 0).sum();
  }

  /** The expert with the greatest load, the first among equals. */
  public int busiest() {
    int busiest = 0;
    for (int e = 1; e < experts(); e++) {
      busiest = load.get(e) > load.get(busiest) ? e : busiest;
    }
    return busiest;
  }

  /** Its load. */
  public double maxLoad() {
    return load.get(busiest());
  }

  /** Whether one of several experts gets nearly all sub-tokens. */
  public boolean collapsed() {
    return experts() > 1 && maxLoad() > TAKEN_OVER;
  }

  /** The experts, among several, that get almost no sub-tokens. */
  public List<Integer> deadExperts() {
    return IntStream.range(0, experts())
        .filter(e -> experts() > 1 && load.get(e) < dead(experts()))
        .boxed()
        .toList();
  }

  /** The uses of the libraries of these places, each over all of its places. */
  public static List<ExpertUse> libraries(List<ExpertUse> places) {
    Map<String, List<ExpertUse>> users = new LinkedHashMap<>();
    places.forEach(p -> users.computeIfAbsent(p.library(), unused -> new ArrayList<>()).add(p));
    return users.values().stream().map(ExpertUse::pooled).toList();
  }

  private static ExpertUse pooled(List<ExpertUse> users) {
    ExpertUse first = users.get(0);
    if (users.size() == 1) {
      return first;
    }
    double[] load = new double[first.experts()];
    double[] probability = new double[first.experts()];
    double entropy = 0;
    long total = users.stream().mapToLong(ExpertUse::subTokens).sum();
    for (ExpertUse user : users) {
      double share = (double) user.subTokens() / total;
      for (int e = 0; e < load.length; e++) {
        load[e] += share * user.load().get(e);
        probability[e] += share * user.probability().get(e);
      }
      entropy += share * user.entropy();
    }
    return new ExpertUse(ALL, first.library(), total, list(load), list(probability), entropy);
  }

  private static List<Double> list(double[] values) {
    return IntStream.range(0, values.length).mapToObj(i -> values[i]).toList();
  }

  /**
   * Summary metrics over all places: {@code routing-entropy} (mean over the sub-tokens, nats),
   * {@code routing-max-load} (greatest share that one expert has of all its library's sub-tokens)
   * and {@code dead-experts} (number of experts that get almost no sub-tokens over all of their
   * library's places).
   */
  public static Map<String, Object> metrics(List<ExpertUse> places) {
    Map<String, Object> metrics = new LinkedHashMap<>();
    if (!places.isEmpty()) {
      List<ExpertUse> libraries = libraries(places);
      long total = places.stream().mapToLong(ExpertUse::subTokens).sum();
      metrics.put(
          "routing-entropy",
          places.stream().mapToDouble(p -> p.entropy() * p.subTokens()).sum() / total);
      metrics.put(
          "routing-max-load",
          libraries.stream().mapToDouble(ExpertUse::maxLoad).max().orElseThrow());
      metrics.put("dead-experts", libraries.stream().mapToInt(l -> l.deadExperts().size()).sum());
    }
    return metrics;
  }
}
