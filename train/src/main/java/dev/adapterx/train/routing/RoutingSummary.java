package dev.adapterx.train.routing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The routing of a finished run.
 *
 * @param seen where it was observed
 * @param blocks in order; empty without routing
 * @param epochs routing of its training, by epoch
 */
public record RoutingSummary(
    String seen, List<ExpertUse> blocks, Map<Integer, List<ExpertUse>> epochs) {
  /**
   * The routing in an evaluation, without dropout.
   *
   * @param seen the evaluation's name
   */
  public static RoutingSummary ofMeasured(String seen, RoutingStatistics of, RoutingLog log) {
    return new RoutingSummary(seen, of.blocks(), log.epochs());
  }

  /** The routing in the last epoch's training passes, if there was no evaluation. */
  public static RoutingSummary ofTraining(RoutingLog log) {
    return new RoutingSummary("training, last epoch", log.last(), log.epochs());
  }

  /** Warnings, with where they were observed. */
  public List<String> warnings() {
    return RoutingWarning.texts(blocks, seen);
  }

  /** Each expert's load and the routers' entropies, for TensorBoard. */
  public static Map<String, Double> scalars(List<ExpertUse> blocks) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    for (ExpertUse use : blocks) {
      String tag = "routing/" + use.place() + "/";
      for (int e = 0; e < use.experts(); e++) {
        scalars.put(tag + "load-" + e, use.load().get(e));
      }
      scalars.put(tag + "token-entropy", use.entropy());
      scalars.put(tag + "mean-entropy", use.meanEntropy());
    }
    return scalars;
  }
}
