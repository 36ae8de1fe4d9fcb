package dev.adapterx.testing;

import dev.adapterx.model.BackboneInfo;
import dev.adapterx.model.PointConfig;
import dev.adapterx.model.PointTransformer;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import tools.jackson.databind.JsonNode;

/** What golden/point_mae.py computed with. */
public final class PointReference {
  /** The weights and clouds that the files of tuned points share. */
  public static final String BACKBONE = "points_backbone.safetensors";

  private PointReference() {}

  /** The small network of all tuners. */
  public static PointTransformer backbone(PointConfig.Positions positions) {
    Golden golden = Golden.read(BACKBONE);
    return of(golden.tensors("model."), golden.config(), positions, true);
  }

  /** A network over a file's weights. */
  public static PointTransformer of(
      NamedTensors tensors,
      JsonNode config,
      PointConfig.Positions positions,
      boolean frozenStatistics) {
    return PointTransformer.from(
        tensors,
        config(config, positions),
        new BackboneInfo("golden", "point-mae", "", ""),
        new PointPreprocessing(
            64,
            config.path("groups").asInt(),
            config.path("neighbours").asInt(),
            Normalisation.NONE),
        frozenStatistics,
        Precision.FP32);
  }

  private static PointConfig config(JsonNode c, PointConfig.Positions positions) {
    return new PointConfig(
        c.path("width").asInt(),
        c.path("depth").asInt(),
        c.path("heads").asInt(),
        c.path("mlpRatio").asInt(),
        false,
        c.path("convWidth").asInt(),
        c.path("encoderWidth").asInt(),
        c.path("hidden").asInt(),
        positions,
        1e-5,
        true);
  }
}
