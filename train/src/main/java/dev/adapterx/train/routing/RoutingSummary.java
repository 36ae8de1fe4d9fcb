package dev.adapterx.train.routing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a finished run routes.
 *
 * @param seen on what
 * @param blocks in order; empty for methods that do not route
 * @param epochs how its training routed, epoch by epoch
 */
public record RoutingSummary(
    String seen, List<ExpertUse> blocks, Map<Integer, List<ExpertUse>> epochs) {
  /**
   * In what was measured, without dropout.
   *
   * @param seen its name
   */
  public static RoutingSummary ofMeasured(String seen, RoutingStatistics of, RoutingLog log) {
    return new RoutingSummary(seen, of.blocks(), log.epochs());
  }

  /** In the last epoch's training passes, where nothing was measured. */
  public static RoutingSummary ofTraining(RoutingLog log) {
    return new RoutingSummary("training, last epoch", log.last(), log.epochs());
  }

  /** What should worry, saying where it was seen. */
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
