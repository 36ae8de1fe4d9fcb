package dev.adapterx.train.input;

import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Which expert each patch of a picture, or group of a cloud, went to in each block: the tokens at
 * the end are theirs, and of a token's sub-tokens the most frequent expert counts.
 */
final class Routes implements Pass.RoutingObserver {
  private final int places;
  private final Map<String, int[]> byBlock = new LinkedHashMap<>();
  private int experts;

  private Routes(int places) {
    this.places = places;
  }

  /**
   * Computes the features of one sample and keeps its routes.
   *
   * @param values of the sample, of the shape that the model takes
   * @param places G patches or groups
   */
  static Routes of(AdaptedModel model, float[] values, int places) {
    Routes routes = new Routes(places);
    try (Scope scope = Scope.withoutGradients()) {
      long[] shape = model.backbone().preprocessing().inputShape();
      Tensor one = Tensors.of(values, 1, shape[0], shape[1], shape[2]);
      model.features(one, Pass.evaluation(routes));
    }
    return routes;
  }

  /** How many experts a block has; 0 if the method does not route. */
  int experts() {
    return experts;
  }

  /** (L, G): the expert of each place in each block; empty if the method does not route. */
  int[][] expert() {
    return byBlock.values().toArray(new int[0][]);
  }

  @Override
  public void routed(String place, Tensor probabilities, Tensor chosen, int heads) {
    experts = Math.toIntExact(probabilities.size(1));
    long[] all = Tensors.longs(chosen);
    int tokens = all.length / heads;
    int[] most = new int[places];
    for (int g = 0; g < places; g++) {
      int first = (tokens - places + g) * heads;
      int[] votes = new int[experts];
      for (int h = 0; h < heads; h++) {
        votes[(int) all[first + h]]++;
      }
      for (int e = 1; e < experts; e++) {
        most[g] = votes[e] > votes[most[g]] ? e : most[g];
      }
    }
    byBlock.put(place, most);
  }
}
