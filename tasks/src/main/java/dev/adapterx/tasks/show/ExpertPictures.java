package dev.adapterx.tasks.show;

import dev.adapterx.base.Rng;
import dev.adapterx.data.image.Filter;
import dev.adapterx.data.image.Resize;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.PngFile;
import dev.adapterx.infer.Input;
import dev.adapterx.infer.Routes;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.train.report.PatchMap;
import dev.adapterx.train.report.RoutedPictures;
import java.util.ArrayList;
import java.util.List;

/** Squares of pictures, with the expert that each of their patches went to. */
public final class ExpertPictures {
  /** Pixels along a square on the page. */
  private static final int SIDE = 240;

  private final AdaptedModel model;
  private final List<RoutedPictures.Picture> pictures = new ArrayList<>();
  private int experts;

  public ExpertPictures(AdaptedModel model) {
    this.model = model;
  }

  /**
   * Adds one, where the method routes.
   *
   * @param seen of the size that the backbone takes
   */
  public void add(RgbImage seen, String caption) {
    if (!pictures.isEmpty() && experts == 0) {
      return;
    }
    float[] values = new float[3 * seen.width() * seen.height()];
    Input.images(model.backbone()).preprocess().normalisation().write(seen, values, 0);
    Routes routes = Routes.of(model, values);
    experts = routes.experts();
    if (experts > 0) {
      Grid.Cells cells = routes.cells();
      RgbImage small =
          seen.width() > SIDE
              ? Resize.to(SIDE, SIDE, Filter.BICUBIC).apply(seen, Rng.of(0, "thumbnail"))
              : seen;
      pictures.add(
          new RoutedPictures.Picture(
              PngFile.bytes(small),
              caption,
              new PatchMap(cells.height(), cells.width(), routes.expert())));
    }
  }

  /** The section; empty where the method does not route. */
  public RoutedPictures section() {
    return new RoutedPictures(pictures, experts);
  }
}
