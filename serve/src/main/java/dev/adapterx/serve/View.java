package dev.adapterx.serve;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.PngFile;
import dev.adapterx.data.points.FarthestPoints;
import dev.adapterx.data.points.Groups;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.infer.CloudInput;
import dev.adapterx.infer.ImageInput;
import dev.adapterx.infer.Input;
import dev.adapterx.infer.Routes;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.peft.AdaptedModel;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a backbone sees of a sample, for people to look at: the picture as it is cropped, or the
 * points and their groups; and by which experts each part of it was computed.
 *
 * @param values as the backbone takes them
 * @param seen as JSON
 */
@SuppressWarnings("ArrayRecordComponent") // on its way into the model; never compared
record View(float[] values, Map<String, Object> seen) {
  private static final float STEPS = 10_000; // rounding of coordinates, in their own unit

  /** Of a sample as {@link Input#decode} gave it. */
  static View of(Input<?> input, Object sample) {
    return input instanceof ImageInput images
        ? of(images, (RgbImage) sample)
        : of((CloudInput) input, (PointCloud) sample);
  }

  private static View of(ImageInput input, RgbImage picture) {
    Pipeline<RgbImage> pipeline = input.pipeline();
    RgbImage cropped = pipeline.geometry().apply(picture, Rng.of(0, "geometry"));
    float[] values = new float[pipeline.values()];
    pipeline.write(cropped, values, 0);
    return new View(
        values, Call.object("png", Base64.getEncoder().encodeToString(PngFile.bytes(cropped))));
  }

  private static View of(CloudInput input, PointCloud cloud) {
    PointPreprocessing sizes = input.preprocessing();
    PointCloud sampled = input.pipeline().geometry().apply(cloud, Rng.of(0, "geometry"));
    float[] values = new float[Groups.values(sizes.groups(), sizes.neighbours())];
    Groups.write(sampled, sizes.groups(), sizes.neighbours(), values, 0);
    float[] rounded = sampled.xyz().clone();
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = Math.round(rounded[i] * STEPS) / STEPS;
    }
    int[] centres = FarthestPoints.of(sampled, sizes.groups());
    return new View(
        values, Call.object("points", rounded, "group", Groups.nearestCentre(sampled, centres)));
  }

  /** What was seen and, where the method has experts, which of them saw each patch or group. */
  Map<String, Object> by(AdaptedModel model) {
    Routes routes = Routes.of(model, values);
    Map<String, Object> json = new LinkedHashMap<>(seen);
    if (routes.experts() > 0) {
      json.put("experts", routes.experts());
      json.put("rows", routes.cells().height());
      json.put("columns", routes.cells().width());
      json.put("blocks", routes.blocks());
      json.put("expert", routes.expert());
    }
    return json;
  }
}
