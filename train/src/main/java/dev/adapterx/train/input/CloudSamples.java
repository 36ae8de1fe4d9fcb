package dev.adapterx.train.input;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.points.FarthestPoints;
import dev.adapterx.data.points.Groups;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.infer.Routes;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.train.report.Clouds;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A few clouds, with the expert that each of their groups went to where the method routes. */
final class CloudSamples {
  private CloudSamples() {}

  static Clouds of(
      Dataset<PointCloud> clouds,
      Pipeline<PointCloud> pipeline,
      PointPreprocessing input,
      Shown.Choice chosen,
      @Nullable AdaptedModel model) {
    List<Clouds.Cloud> samples = new ArrayList<>();
    int experts = 0;
    for (Shown shown : chosen.samples()) {
      PointCloud cloud =
          pipeline.geometry().apply(clouds.sample(shown.index()), Rng.of(0, "geometry"));
      int[][] expert = new int[0][];
      if (model != null) {
        Routes routes = Routes.of(model, values(cloud, input));
        experts = routes.experts();
        expert = routes.expert();
      }
      samples.add(
          new Clouds.Cloud(
              cloud.xyz(),
              Groups.nearestCentre(cloud, FarthestPoints.of(cloud, input.groups())),
              expert,
              clouds.classes().get(shown.label()),
              shown.answers()));
    }
    return new Clouds(chosen.words(), samples, experts);
  }

  private static float[] values(PointCloud cloud, PointPreprocessing input) {
    float[] values = new float[Groups.values(input.groups(), input.neighbours())];
    Groups.write(cloud, input.groups(), input.neighbours(), values, 0);
    return values;
  }
}
