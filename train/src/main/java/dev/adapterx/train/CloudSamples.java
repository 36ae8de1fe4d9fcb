package dev.adapterx.train;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.points.FarthestPoints;
import dev.adapterx.data.points.Groups;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.model.PointPreprocessing;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.train.report.Clouds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Walks a few clouds through the model once more, to see which expert each of their groups met. */
final class CloudSamples implements Pass.RoutingObserver {
  private final int groups;
  private final Map<String, int[]> byBlock = new LinkedHashMap<>();
  private int experts;

  private CloudSamples(int groups) {
    this.groups = groups;
  }

  static Clouds of(
      Dataset<PointCloud> clouds,
      Pipeline<PointCloud> pipeline,
      PointPreprocessing input,
      List<Evaluation.Prediction> shown,
      AdaptedModel model) {
    List<Clouds.Cloud> samples = new ArrayList<>();
    int experts = 0;
    for (Evaluation.Prediction p : shown) {
      PointCloud cloud = pipeline.geometry().apply(clouds.sample(p.index()), Rng.of(0, "geometry"));
      CloudSamples routes = new CloudSamples(input.groups());
      routes.walk(cloud, input, model);
      experts = routes.experts;
      int[] centres = FarthestPoints.of(cloud, input.groups());
      samples.add(
          new Clouds.Cloud(
              cloud.xyz(),
              Groups.nearestCentre(cloud, centres),
              routes.byBlock.values().toArray(new int[0][]),
              clouds.classes().get(p.label()),
              clouds.classes().get(p.predicted()),
              p.probability()));
    }
    return new Clouds(samples, experts);
  }

  private void walk(PointCloud cloud, PointPreprocessing input, AdaptedModel model) {
    float[] values = new float[Groups.values(input.groups(), input.neighbours())];
    Groups.write(cloud, input.groups(), input.neighbours(), values, 0);
    try (Scope scope = Scope.withoutGradients()) {
      long[] shape = input.inputShape();
      Tensor one = Tensors.of(values, 1, shape[0], shape[1], shape[2]);
      model.features(one, Pass.evaluation(this));
    }
  }

  /** The last G tokens are the groups'; of their sub-tokens the most frequent expert counts. */
  @Override
  public void routed(String place, Tensor probabilities, Tensor chosen, int heads) {
    experts = Math.toIntExact(probabilities.size(1));
    long[] all = Tensors.longs(chosen);
    int tokens = all.length / heads;
    int[] most = new int[groups];
    for (int g = 0; g < groups; g++) {
      int first = (tokens - groups + g) * heads;
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
