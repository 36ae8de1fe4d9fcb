package dev.adapterx.train.input;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.infer.Routes;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.train.report.PatchMap;
import dev.adapterx.train.report.Samples;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A few pictures, with the expert that each of their patches went to where the method routes. */
final class ImageSamples {
  private ImageSamples() {}

  static Samples of(
      Dataset<RgbImage> images,
      Pipeline<RgbImage> pipeline,
      Shown.Choice chosen,
      @Nullable AdaptedModel model) {
    List<Samples.Sample> samples = new ArrayList<>();
    int experts = 0;
    for (Shown shown : chosen.samples()) {
      RgbImage image = images.sample(shown.index());
      PatchMap patches = null;
      if (model != null) {
        RgbImage seen = pipeline.geometry().apply(image, Rng.of(0, "geometry"));
        Routes routes = routes(model, pipeline, seen);
        if (routes.experts() > 0) {
          experts = routes.experts();
          Grid.Cells cells = routes.cells();
          patches = new PatchMap(cells.height(), cells.width(), routes.expert());
          image = seen; // of which the patches are
        }
      }
      samples.add(
          new Samples.Sample(
              Thumbnail.png(image, patches == null ? Thumbnail.SIDE : Thumbnail.LARGE),
              images.classes().get(shown.label()),
              shown.answers(),
              patches));
    }
    return new Samples(chosen.words(), samples, experts);
  }

  private static Routes routes(AdaptedModel model, Pipeline<RgbImage> pipeline, RgbImage seen) {
    float[] values = new float[pipeline.values()];
    pipeline.write(seen, values, 0);
    return Routes.of(model, values);
  }
}
