package dev.adapterx.dense.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.Sample;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.targets.Box;
import dev.adapterx.data.targets.Boxes;
import dev.adapterx.dense.picture.BoxPipeline;
import dev.adapterx.dense.score.Found;
import dev.adapterx.infer.Input;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.task.Judged;
import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectionTest {
  private static final int SIDE = 32;
  private static final Detection TASK =
      new Detection(List.of("cat", "dog", "hen"), new BoxForm(32, 1, 3), SIDE, 8, 0);

  @TempDir Path folder;

  @Test
  void its_adapter_is_a_file_like_others() throws Exception {
    Path adapter = folder.resolve("adapter");
    Detection task = new Detection(TASK.labels(), TASK.form(), SIDE, 8, 48);
    try (Backbone backbone = Tiny.vit(Precision.FP32);
        AdaptedModel model = AdaptedModel.attach(backbone, new AdapterX(), task, 1);
        Scope scope = Scope.withoutGradients()) {
      assertThat(Detection.of(TASK.labels(), TASK.form(), backbone, 48)).isEqualTo(task);
      AdapterFile.write(model, adapter);
      Tensor input = Tiny.input(backbone, 2);
      float[] expected = Tensors.floats(model.outputs(input, Pass.evaluation()).scores());
      AdapterFile file = AdapterFile.read(adapter);
      assertThat(file.task()).isEqualTo(task);
      try (AdaptedModel loaded = file.attach(backbone)) {
        assertThat(Tensors.floats(loaded.outputs(input, Pass.evaluation()).scores()))
            .isEqualTo(expected);
      }
    }
    Path config = adapter.resolve("adapter_config.json");
    String text = Files.readString(config);
    for (String[] change :
        new String[][] {
          {"\"window\" : 32", "\"window\" : null", "task.window: expected a value, found nothing"},
          {"\"cell\" : 8", "\"cell\" : 7", "Windows of 32 pixels are not cells of 7 pixels"},
          {"\"levels\" : 3", "\"levels\" : 9", "head.levels: expected 3 or 4, found 9"},
          {"\"cat\"", "null", "task.labels: expected values, found null"},
        }) {
      assertThat(text).contains(change[0]);
      Files.writeString(config, text.replace(change[0], change[1]));
      assertThatThrownBy(() -> AdapterFile.read(adapter))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(change[2]);
    }
  }

  /** A backbone of stages has a coarser last map: 40 pixels, cells of 8 there. */
  @Test
  void cells_are_those_of_the_last_map() {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        Backbone swin = Tiny.swin(Precision.FP32)) {
      assertThat(Detection.cell(vit)).isEqualTo(8);
      assertThat(Detection.cell(swin)).isEqualTo(8);
      Detection task = Detection.of(TASK.labels(), TASK.form(), swin, 0);
      try (AdaptedModel model = AdaptedModel.attach(swin, new LinearProbe(), task, 1);
          Scope scope = Scope.withoutGradients()) {
        Outputs outputs = model.outputs(Tiny.input(swin, 1), Pass.evaluation());
        assertThat(outputs.scores().shape()).containsExactly(1, 100 + 25 + 4, 3);
      }
    }
  }

  private static Outputs outputs(int rows) {
    int r = TASK.places().count();
    Rng rng = Rng.of(3, "outputs");
    return new Outputs(
        Map.of(
            Outputs.SCORES, Init.normal(rng.at("s"), -1, 2, rows, r, 3),
            BoxHead.DISTANCES, Init.normal(rng.at("d"), 2, 0.4, rows, r, 4),
            BoxHead.CENTRE, Init.normal(rng.at("c"), 0, 1, rows, r)));
  }

  @Test
  void whole_pictures_are_predicted_in_their_own_size() {
    try (Scope scope = Scope.open()) {
      Outputs outputs = outputs(2);
      Boxes wide = new Boxes(64, 40, List.of(Box.of(4, 4, 30, 30, 1)));
      Boxes square = Boxes.unknown(9, 9);
      List<Detected> found = TASK.predictions(outputs, List.of(wide, square));
      assertThat(found).hasSize(2);
      assertThat(found.get(0).found()).isNotEmpty();
      for (Found<Box> f : found.get(0).found()) {
        assertThat(f.place().x2()).isLessThanOrEqualTo(64);
        assertThat(f.place().y2()).isLessThanOrEqualTo(40);
      }
      // the loss is that of the picture as the backbone sees it: half as wide and high
      Detection own = TASK;
      double weight = own.weight(List.of(new Boxes(SIDE, SIDE, List.of(Box.of(2, 2, 15, 15, 1)))));
      assertThat(found.get(0).weight()).isEqualTo(weight);
      assertThat(found.get(0).loss() / weight)
          .isCloseTo(
              own.loss(
                      row(outputs, 0),
                      List.of(new Boxes(SIDE, SIDE, List.of(Box.of(2, 2, 15, 15, 1)))),
                      0)
                  .item_double(),
              within(1e-5));
      assertThat(found.get(1).loss()).isZero();
      assertThatThrownBy(() -> TASK.predictions(outputs, List.of(wide)))
          .hasMessage("2 rows of outputs for 1 pictures of 1 tiles");
      Detection tiled = new Detection(TASK.labels(), TASK.form(), SIDE, 8, 32);
      assertThatThrownBy(() -> tiled.predictions(outputs, List.of(wide)))
          .hasMessage("2 rows of outputs for 1 pictures of 6 tiles");
      assertThat(TASK.predictions(row(outputs, 1)).get(0).found()).isNotEmpty();
    }
  }

  private static Outputs row(Outputs outputs, int i) {
    return new Outputs(
        Map.of(
            Outputs.SCORES, outputs.scores().narrow(0, i, 1),
            BoxHead.DISTANCES, outputs.get(BoxHead.DISTANCES).narrow(0, i, 1),
            BoxHead.CENTRE, outputs.get(BoxHead.CENTRE).narrow(0, i, 1)));
  }

  @Test
  void right_are_places_whose_class_is_the_boxes() {
    try (Scope scope = Scope.open()) {
      int r = TASK.places().count();
      float[] scores = new float[3 * r];
      for (int i = 0; i < r; i++) {
        scores[3 * i + (i < 18 ? 0 : 1)] = 1;
      }
      Outputs outputs =
          new Outputs(
              Map.of(
                  Outputs.SCORES,
                  Tensors.of(scores, 1, r, 3),
                  BoxHead.DISTANCES,
                  Init.constant(1, 1, r, 4),
                  BoxHead.CENTRE,
                  Init.constant(0.5, 1, r)));
      // takes the places 9, 10, 11, 17, 18, 19, 25, 26, 27
      Boxes target = new Boxes(SIDE, SIDE, List.of(Box.of(4, 4, 16, 16, 1)));
      var hits = TASK.hits(outputs, List.of(target)).get();
      Judged judged = TASK.judged(outputs, List.of(target), 0);
      assertThat(judged.hits().get()).isEqualTo(hits);
      assertThat(judged.weight()).isEqualTo(TASK.weight(List.of(target)));
      assertThat(judged.loss().item_double())
          .isEqualTo(TASK.loss(outputs, List.of(target), 0).item_double());
      assertThat(hits.right()).isEqualTo(5);
      assertThat(hits.of()).isEqualTo(9);
      assertThat(TASK.weight(List.of(target, Boxes.unknown(SIDE, SIDE)))).isEqualTo(10);
      assertThatThrownBy(() -> TASK.loss(outputs, List.of(target), 0.1))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("train.label-smoothing");
    }
  }

  /** What a detector finds is what an evaluation of the same picture finds, to the bit. */
  @Test
  void a_detector_finds_what_an_evaluation_finds() {
    RgbImage picture = picture(70, 40);
    try (Backbone backbone = Tiny.vit(Precision.FP32);
        AdaptedModel model =
            AdaptedModel.attach(
                backbone,
                new AdapterX(),
                new Detection(TASK.labels(), TASK.form(), SIDE, 8, 30),
                1);
        Scope scope = Scope.withoutGradients()) {
      Tensor bias = model.trainable().get("head.classes.bias");
      bias.zero_();
      List<Found<Box>> found = Detector.of(model).detect(picture);
      assertThat(found).isNotEmpty();
      Detection task = (Detection) model.task();
      BoxPipeline pipeline =
          BoxPipeline.evaluation(SIDE, 30, Input.images(backbone).preprocess().normalisation());
      Sample<RgbImage, Boxes> sample = new Sample<>(picture, Boxes.unknown(70, 40));
      Sample<RgbImage, Boxes> ready = pipeline.geometry().apply(sample, Rng.of(9, "any"));
      float[] values = new float[pipeline.values(ready)];
      pipeline.write(ready, values, 0);
      int rows = values.length / pipeline.values();
      Outputs outputs = model.outputs(Tensors.of(values, rows, 3, SIDE, SIDE), Pass.evaluation());
      assertThat(task.predictions(outputs, List.of(sample.target())).get(0).found())
          .isEqualTo(found);
    }
  }

  static RgbImage picture(int width, int height) {
    byte[] pixels = new byte[3 * width * height];
    Rng rng = Rng.of(4, "picture");
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) rng.nextInt(256);
    }
    return new RgbImage(width, height, pixels);
  }

  @Test
  void what_does_not_fit_is_refused() {
    BoxForm form = BoxForm.defaults();
    assertThatThrownBy(() -> new Detection(List.of(), form, 32, 8, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("A detection needs at least 1 class, found none");
    assertThatThrownBy(() -> new Detection(List.of("a", "a"), form, 32, 8, 0))
        .hasMessage("The class names must differ, found [a, a]");
    assertThatThrownBy(() -> new Detection(List.of("a"), form, 32, 8, -1))
        .hasMessageContaining("data.boxes.tile: expected the side of a tile");
    assertThatThrownBy(() -> new Detection(List.of("a"), form, 16, 16, 0))
        .hasMessageContaining("set backbone.input-size to at least 32");
    try (Backbone backbone = Tiny.vit(Precision.FP32);
        Backbone points = Backbones.initial(Tiny.POINTS, Backbones.Options.defaults(), 1)) {
      Detection other = new Detection(List.of("a"), form, 48, 8, 0);
      assertThatThrownBy(() -> AdaptedModel.attach(backbone, new AdapterX(), other, 1))
          .hasMessage(
              "The detection sees pictures of 48 x 48 pixels, the backbone takes 32 x 32; set"
                  + " backbone.input-size to 48");
      assertThatThrownBy(() -> TASK.reads(points)).hasMessageContaining("takes point clouds");
    }
  }
}
