package dev.adapterx.dense.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.Sample;
import dev.adapterx.data.points.PointAugmentation;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.targets.PointLabels;
import dev.adapterx.infer.Pieces;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.peft.weight.Lora;
import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import dev.adapterx.weights.SafetensorsWriter;
import dev.adapterx.weights.StoredTensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartSegmentationTest {
  private static final List<Category> KINDS =
      List.of(new Category("stool", List.of(0, 1)), new Category("lamp", List.of(2, 3)));
  private static final List<String> LABELS = List.of("leg", "seat", "base", "shade");

  @TempDir Path folder;

  private static Backbone backbone() {
    return Tiny.points(Precision.FP32, Backbones.BatchStatistics.FROZEN);
  }

  private static PartSegmentation task(Backbone backbone, PartForm.Kind kind) {
    return new PartSegmentation(
        LABELS,
        new PartForm(kind, List.of(), 8, 0.5),
        (PointPreprocessing) backbone.preprocessing(),
        KINDS,
        true,
        Views.whole(),
        List.of(1.0, 2.0, 1.0, 0.5),
        List.of(0xff0000, 0x00ff00, 0x0000ff, 0xffff00));
  }

  private static PointCloud cloud(int points, long seed) {
    Rng rng = Rng.of(seed, "cloud");
    float[] xyz = new float[3 * points];
    for (int i = 0; i < xyz.length; i++) {
      xyz[i] = (float) (2 * rng.nextDouble() - 1);
    }
    return new PointCloud(xyz);
  }

  /** The class of a point is its own number, so that it can be followed. */
  private static PointLabels numbered(int points) {
    short[] classes = new short[points];
    for (int i = 0; i < points; i++) {
      classes[i] = (short) i;
    }
    return new PointLabels(1, classes);
  }

  @Test
  void its_adapter_is_a_file_like_others() throws Exception {
    Path adapter = folder.resolve("adapter");
    try (Backbone backbone = backbone();
        AdaptedModel model =
            AdaptedModel.attach(backbone, new Lora(), task(backbone, PartForm.Kind.POINTS), 1)) {
      AdapterFile.write(model, adapter);
      AdapterFile file = AdapterFile.read(adapter);
      assertThat(file.task()).isEqualTo(model.task());
      short[] expected = PartLabeller.of(model, "lamp").label(cloud(100, 1));
      try (AdaptedModel loaded = file.attach(backbone)) {
        assertThat(PartLabeller.of(loaded, "lamp").label(cloud(100, 1))).isEqualTo(expected);
      }
    }
    Path config = adapter.resolve("adapter_config.json");
    String text = Files.readString(config);
    for (String[] change :
        new String[][] {
          {"\"given\" : true", "\"given\" : null", "task.given: expected a value, found nothing"},
          {"#ff0000", "red", "task.palette: expected colours like #80ff00, found red"},
          {"\"votes\" : 1", "\"votes\" : 0", "data.parts.votes: expected at least 1, found 0"},
          {"\"leg\"", "null", "task.labels: expected values, found null"},
        }) {
      assertThat(text).contains(change[0]);
      Files.writeString(config, text.replace(change[0], change[1]));
      assertThatThrownBy(() -> AdapterFile.read(adapter))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(change[2]);
    }
  }

  /** 24 points at a time: more, fewer, and just as many. */
  @ParameterizedTest
  @ValueSource(ints = {5, 24, 25, 100})
  void every_point_of_a_cloud_gets_a_label(int points) {
    try (Backbone backbone = backbone();
        AdaptedModel model =
            AdaptedModel.attach(backbone, new Lora(), task(backbone, PartForm.Kind.POINTS), 1)) {
      PartSegmentation task = (PartSegmentation) model.task();
      PartPipeline pipeline = PartPipeline.evaluation(task.input(), task.views());
      Sample<PointCloud, PointLabels> ready =
          pipeline
              .geometry()
              .apply(new Sample<>(cloud(points, 2), numbered(points)), Rng.of(1, "g"));
      assertThat(ready.target().rows()).isEqualTo((points + 23) / 24);
      assertThat(ready.target().views()).contains(IntStream.range(0, points).toArray());
      assertThat(pipeline.values(ready)).isEqualTo(ready.target().rows() * 3 * (6 * 6 + 24 + 1));
      short[] found = PartLabeller.of(model, "stool").label(cloud(points, 2));
      assertThat(found).hasSize(points);
      for (short label : found) { // only the category's parts compete
        assertThat(label).isIn((short) 0, (short) 1);
      }
    }
  }

  @Test
  void labels_go_with_their_points_through_sampling_and_augmentation() {
    PointPreprocessing input = new PointPreprocessing(24, 6, 5, Normalisation.NONE);
    for (PointAugmentation augmentation : PointAugmentation.values()) {
      PartPipeline pipeline = PartPipeline.training(input, Views.whole(), augmentation.transform());
      PointCloud cloud = cloud(60, 3);
      Sample<PointCloud, PointLabels> whole =
          pipeline.geometry().apply(new Sample<>(cloud, numbered(60)), Rng.of(1, "g"));
      Rng rng = Rng.of(5, "augment");
      Sample<PointCloud, PointLabels> drawn =
          Objects.requireNonNull(pipeline.augment()).apply(whole, rng);
      pipeline.requireFinished(drawn, "test");
      assertThat(drawn.input().size()).isEqualTo(24);
      assertThat(drawn.target().category()).isEqualTo(1);
      // the same draws of the augmentation, over the points that the labels say
      float[] chosen = new float[72];
      for (int i = 0; i < 24; i++) {
        System.arraycopy(cloud.xyz(), 3 * drawn.target().classes()[i], chosen, 3 * i, 3);
      }
      PointCloud expected =
          augmentation.transform().apply(new PointCloud(chosen), Rng.of(5, "augment").at(1));
      assertThat(drawn.input().xyz()).isEqualTo(expected.xyz());
      float[] row = new float[pipeline.values()];
      pipeline.write(drawn, row, 0);
      assertThat(Arrays.copyOfRange(row, 3 * 36, 3 * 60)).isEqualTo(expected.xyz());
      assertThat(row[3 * 60]).isEqualTo(1);
    }
  }

  @Test
  void a_point_in_several_views_gets_the_sum_of_their_log_probabilities() {
    try (Scope scope = Scope.open()) {
      // two views of two points: 0 and 1, then 1 and 2
      PointLabels target =
          new PointLabels(0, new short[] {0, 1, -1}).seen(new int[] {0, 1, 1, 2}, 2);
      Tensor both =
          Tensors.cat(
              0,
              Tensors.of(new float[] {3, 1, 0, 0, -9, 9}, 1, 3, 2),
              Tensors.of(new float[] {0, 0, 4, 5, -9, -9}, 1, 3, 2));
      LabelledPoints all = LabelledPoints.of(both, target, List.of());
      LabelledPoints some = LabelledPoints.of(both, target, List.of(0, 1));
      // point 1: view 0 is (1, 0, 9), view 1 (0, 4, -9): class 1 by sums of log-softmax
      double l0 = Math.log(Math.exp(1) + 1 + Math.exp(9));
      double l1 = Math.log(1 + Math.exp(4) + Math.exp(-9));
      double[] sums = {1 - l0 + 0 - l1, 0 - l0 + 4 - l1, 9 - l0 - 9 - l1};
      assertThat(sums[1]).isGreaterThan(sums[0]).isGreaterThan(sums[2]);
      assertThat(all.classes()).containsExactly(0, 1, 1);
      assertThat(some.classes()).containsExactly(0, 1, 1);
      double first = Math.log(Math.exp(3) + 1 + Math.exp(-9)) - 3;
      assertThat(all.loss()).isCloseTo(first - sums[1] / 2, within(1e-5));
    }
  }

  @Test
  void shapes_are_measured_by_the_parts_of_their_category() {
    PartMeter meter = new PartMeter(4, KINDS);
    // stool: leg 1 of 2 found, seat 2 predicted, 1 of them right: (1/2 + 1/2) / 2
    meter.add(3, labels(0, 0, 0, 1), found(0, 1, 1));
    // lamp: all right, the shade neither there nor found: 1
    meter.add(1, labels(1, 2, 2, -1), found(2, 2, 3));
    // lamp: one point is taken for a stool's leg: base 1 of 2, shade 1
    meter.add(2, labels(1, 2, 2), found(0, 2));
    PartScores scores = meter.result(1.5);
    assertThat(scores.primary().name()).isEqualTo("instance-mIoU");
    assertThat(scores.primary().value()).isCloseTo(100 * (0.5 + 1 + 0.75) / 3, within(1e-12));
    assertThat(scores.all().get(1).name()).isEqualTo("class-mIoU");
    assertThat(scores.all().get(1).value()).isCloseTo(100 * (0.5 + 0.875) / 2, within(1e-12));
    assertThat(scores.all().get(2).value()).isCloseTo(100 * 5 / 7.0, within(1e-12));
    assertThat(scores.worstFirst().stream().map(PartScores.Cloud::index)).containsExactly(3, 2, 1);
    assertThat(scores.loss()).isEqualTo(3.0 / 7);
  }

  @Test
  void scenes_are_measured_over_all_points() {
    PartMeter meter = new PartMeter(3, List.of());
    meter.add(0, labels(-1, 0, 0, 1, -1), found(0, 1, 1, 2));
    meter.add(1, labels(-1, 0), found(0));
    PartScores scores = meter.result(1);
    // class 0: 2 of 3; class 1: 1 of 2; class 2 neither there nor found on a labelled point
    assertThat(scores.primary().name()).isEqualTo("mIoU");
    assertThat(scores.primary().value()).isCloseTo(100 * (2 / 3.0 + 0.5) / 2, within(1e-12));
    assertThat(scores.shapes()).isNull();
  }

  private static PointLabels labels(int category, int... classes) {
    return new PointLabels(category, shorts(classes));
  }

  private static LabelledPoints found(int... classes) {
    return new LabelledPoints(shorts(classes), 1);
  }

  private static short[] shorts(int... values) {
    short[] shorts = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      shorts[i] = (short) values[i];
    }
    return shorts;
  }

  /** Names and shapes of Point-MAE's part_seg.pth, and IDPT's with _cls, below module. or not. */
  @ParameterizedTest
  @ValueSource(strings = {"", "module.", "_cls"})
  void published_networks_load_with_their_heads(String naming) {
    String before = naming.equals("module.") ? naming : "";
    Path file = folder.resolve("parts.safetensors");
    Backbones.Options options =
        Backbones.Options.builder()
            .points(new Backbones.PointOptions(24, 6, 5, null, null, false))
            .precision(Precision.FP32)
            .heads(2)
            .build();
    try (Backbone plain = Backbones.initial(Tiny.POINTS, options, 4);
        AdaptedModel made =
            AdaptedModel.attach(plain, new LinearProbe(), task(plain, PartForm.Kind.POINT_MAE), 5);
        Scope scope = Scope.withoutGradients()) {
      NamedTensors head = made.trainable().and(made.buffers()).at("head");
      head.forEach((n, t) -> t.copy_(Init.normal(Rng.of(6, n), 1, 0.1, t.shape())));
      List<StoredTensor> stored = new ArrayList<>();
      plain.tensors().forEach((n, t) -> stored.add(stored(before + n, t)));
      head.forEach(
          (n, t) ->
              stored.add(
                  stored(
                      before + (naming.equals("_cls") ? n.replaceFirst("\\.", "_cls.") : n), t)));
      stored.add(StoredTensor.of(before + "bns1.num_batches_tracked", new float[] {9}, 1));
      SafetensorsWriter.write(file, stored, Map.of());
      short[] expected = PartLabeller.of(made, "lamp").label(cloud(50, 1));
      try (Backbone loaded = Backbones.load(file, options);
          AdaptedModel model = PublishedParts.attach(loaded, file, LABELS, KINDS)) {
        assertThat(loaded.prefixTokens()).isZero();
        assertThat(loaded.info().source()).isEqualTo("point-mae-parts");
        assertThat(PartLabeller.of(model, "lamp").label(cloud(50, 1))).isEqualTo(expected);
        assertThatThrownBy(() -> PublishedParts.attach(loaded, file, List.of(), List.of()))
            .hasMessageContaining("labels 4 classes of points and is told 2 categories");
      }
    }
  }

  private static StoredTensor stored(String name, Tensor t) {
    return StoredTensor.of(name, Tensors.floats(t), t.shape());
  }

  @Test
  void what_does_not_fit_is_refused() {
    try (Backbone points = backbone();
        Backbone pictures = Tiny.vit(Precision.FP32)) {
      PartSegmentation task = task(points, PartForm.Kind.POINTS);
      assertThatThrownBy(() -> task.reads(pictures)).hasMessageContaining("takes pictures");
      assertThatThrownBy(() -> task.of(List.of(new Category("a", List.of(7))), false))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("expected parts 0 … 3, each in one category");
      assertThatThrownBy(() -> task.of(List.of(), true))
          .hasMessageContaining("category: given needs categories");
      try (AdaptedModel model = AdaptedModel.attach(points, new Lora(), task, 1);
          Scope scope = Scope.withoutGradients()) {
        assertThatThrownBy(() -> PartLabeller.of(model).label(cloud(24, 1)))
            .hasMessageContaining("say which (--category), one of stool, lamp");
        assertThatThrownBy(() -> PartLabeller.of(model, "stol"))
            .hasMessageContaining("There is no category 'stol'")
            .hasMessageContaining("stool");
        Tensor groups = Tiny.input(points, 1);
        assertThatThrownBy(() -> model.outputs(groups, Pass.evaluation()))
            .hasMessageContaining("whose points are to be labelled");
        float[][] plain = {cloud(24, 1).xyz()};
        Tensor input = Pieces.inputs(plain, 0, 1, points);
        assertThatThrownBy(() -> model.outputs(input, Pass.evaluation()))
            .hasMessageContaining("the clouds come without any");
      }
      Outputs one;
      try (Scope scope = Scope.open()) {
        one = Outputs.of(Init.zeros(3, 4, 24));
        assertThatThrownBy(() -> task.predictions(one, List.of(PointLabels.unknown(24))))
            .hasMessage("3 rows of scores for 1 clouds of 1 views");
      }
    }
  }
}
