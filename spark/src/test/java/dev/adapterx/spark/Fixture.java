package dev.adapterx.spark;

import dev.adapterx.data.image.RgbImage;
import dev.adapterx.dense.detect.BoxForm;
import dev.adapterx.dense.detect.Detection;
import dev.adapterx.dense.parts.Category;
import dev.adapterx.dense.parts.PartForm;
import dev.adapterx.dense.parts.PartSegmentation;
import dev.adapterx.dense.segment.PixelForm;
import dev.adapterx.dense.segment.Segmentation;
import dev.adapterx.infer.Input;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.scenes.FormulaDataset;
import dev.adapterx.task.Classification;
import dev.adapterx.task.Task;
import dev.adapterx.tensor.Precision;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Adapters over the backbones that ship with the library, and samples for them. */
final class Fixture {
  static final List<String> LABELS = List.of("ant", "bee", "cow");

  private Fixture() {}

  static Backbone images() {
    return Backbones.embedded("embedded", Backbones.Options.defaults().with(Precision.FP32));
  }

  static Backbone clouds() {
    return Backbones.embedded("embedded-points", Backbones.Options.defaults().with(Precision.FP32));
  }

  /** Writes an adapter with its initial values. */
  static Path write(Path folder, Backbone backbone, Task<?, ?> task) {
    try (AdaptedModel model = AdaptedModel.attach(backbone, new AdapterX(), task, 3)) {
      AdapterFile.write(model, folder);
    }
    return folder;
  }

  static Path classes(Path folder) {
    return of(folder, images(), backbone -> Classification.of(LABELS));
  }

  static Path cloudClasses(Path folder) {
    return of(folder, clouds(), backbone -> Classification.of(LABELS));
  }

  static Path masks(Path folder) {
    PixelForm form = new PixelForm(List.of(0, 1), 1, 0, 0, true);
    return of(folder, images(), backbone -> Segmentation.of(LABELS, form, side(backbone)));
  }

  static Path boxes(Path folder) {
    return of(folder, images(), b -> Detection.of(LABELS, new BoxForm(32, 1, 3), b, 0));
  }

  static Path parts(Path folder, boolean given) {
    PartForm form = new PartForm(PartForm.Kind.POINTS, List.of(0, 1), 8, 0);
    List<Category> kinds =
        List.of(new Category("stool", List.of(0, 1)), new Category("lamp", List.of(2)));
    return of(
        folder,
        clouds(),
        b -> PartSegmentation.of(LABELS, form, Input.clouds(b).preprocessing()).of(kinds, given));
  }

  private static int side(Backbone backbone) {
    return Input.images(backbone).preprocess().inputSize();
  }

  private static Path of(Path folder, Backbone opened, Function<Backbone, Task<?, ?>> task) {
    try (Backbone backbone = opened) {
      return write(folder, backbone, task.apply(backbone));
    }
  }

  static List<RgbImage> pictures(int count) {
    FormulaDataset<RgbImage> all = FormulaDataset.images("formula:4x16", "train", 40);
    return IntStream.range(0, count).mapToObj(i -> all.sample(i % all.size())).toList();
  }

  static byte[] png(RgbImage picture) {
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        int rgb = picture.at(x, y, 0) << 16 | picture.at(x, y, 1) << 8 | picture.at(x, y, 2);
        image.setRGB(x, y, rgb);
      }
    }
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      ImageIO.write(image, "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
