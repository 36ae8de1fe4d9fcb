package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.model.Reads;
import dev.adapterx.model.tokens.Embedding;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.kit.Feature;
import dev.adapterx.peft.part.FullFineTuning;
import dev.adapterx.peft.points.Idpt;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A forward pass that remembers only what enters its blocks gives the same as one that remembers
 * all, of every method on backbones of four blocks.
 */
class CheckpointingTest {
  private static final int BATCH = 3;
  private static final String VIT = "vit_32x4x2_patch8_32";
  private static final String ROTARY = "vit_32x4x2_patch8_dinov3_32";
  private static final String POINTS = "point_32x4x2_c8_g6k5_24";

  /**
   * What is trained in several blocks gets its parts of a gradient from the last block to the first
   * either way, but block by block with checkpointing: (a + b) + (c + d) for ((a + b) + c) + d.
   * That is rounding.
   */
  private static final Pattern SHARED = Pattern.compile("(smoa|arc|fact)\\..*|prompt_places");

  private static final double ROUNDING = 1e-6;

  /** What one step gave. */
  private record Step(
      double loss,
      Map<String, Double> auxiliary,
      Map<String, float[]> gradients,
      List<String> routed,
      Map<String, List<Float>> statistics) {}

  /** All entries, and settings that no preset has. */
  static Stream<String> methods() {
    Stream<String> settings =
        Stream.of(
            "{\"name\": \"adapter-x\", \"form\": \"sequential\", \"z-loss\": 0.1}",
            "{\"name\": \"idpt\", \"neighbours\": 2, \"layer\": 1}",
            "{\"name\": \"point-peft\", \"memory\": 0}");
    return Stream.concat(Methods.entries().stream(), settings);
  }

  static Stream<String> onPictures() {
    return methods().filter(m -> !m.contains("point-"));
  }

  static Stream<String> onPoints() {
    return methods().filter(m -> !m.contains("convpass"));
  }

  private static PeftMethod method(String text) {
    if (text.equals("idpt")) { // as many neighbours as there are few groups
      return new Idpt(null, 2, true, List.of(Feature.values()));
    }
    return text.startsWith("{")
        ? Methods.read(Settings.json().readTree(text), "test")
        : Methods.entry(text, "test");
  }

  private static Backbone backbone(String preset, Precision precision) {
    Backbones.PointOptions points =
        new Backbones.PointOptions(null, null, null, null, BatchStatistics.UPDATE, null);
    Backbones.Options plain = Backbones.Options.defaults().with(precision);
    return preset.startsWith("vit")
        ? Tiny.vit(preset, plain, 1)
        : Backbones.initial(POINTS, plain.toBuilder().points(points).build(), 1);
  }

  @ParameterizedTest
  @MethodSource("onPictures")
  void gradients_on_pictures_are_the_same(String method) {
    assertSame(VIT, Precision.FP32, method);
  }

  @ParameterizedTest
  @MethodSource("onPictures")
  void gradients_with_rotary_positions_are_the_same(String method) {
    assertSame(ROTARY, Precision.FP32, method);
  }

  @ParameterizedTest
  @MethodSource("onPoints")
  void gradients_on_points_are_the_same(String method) {
    assertSame(POINTS, Precision.FP32, method);
  }

  @ParameterizedTest
  @ValueSource(strings = {"adapter-x", "lora", "fact", "full"})
  void gradients_in_bf16_are_the_same(String method) {
    assertSame(VIT, Precision.BF16, method);
  }

  private static void assertSame(String preset, Precision precision, String method) {
    Step whole = step(preset, precision, method, false);
    Step parts = step(preset, precision, method, true);
    assertThat(parts.loss).isEqualTo(whole.loss);
    assertThat(parts.auxiliary).isEqualTo(whole.auxiliary);
    assertThat(parts.routed).isEqualTo(whole.routed);
    assertThat(parts.statistics).isEqualTo(whole.statistics);
    assertThat(parts.gradients.keySet()).isEqualTo(whole.gradients.keySet());
    whole.gradients.forEach(
        (name, gradient) -> {
          float[] found = parts.gradients.get(name);
          assertThat(found).as(name).isNotNull().hasSameSizeAs(gradient);
          if (SHARED.matcher(name).matches()) {
            assertThat(Golden.relativeError(found, gradient)).as(name).isLessThan(ROUNDING);
          } else {
            assertThat(found).as(name).isEqualTo(gradient);
          }
        });
  }

  @Test
  void batch_norms_and_routers_are_heard_once() {
    Step step = step(POINTS, Precision.FP32, "idpt", true);
    assertThat(step.statistics).isNotEmpty();
    assertThat(step(VIT, Precision.FP32, "adapter-x", true).routed).hasSize(4);
  }

  private static Step step(String preset, Precision precision, String method, boolean parts) {
    try (Scope scope = Scope.open();
        Backbone backbone = backbone(preset, precision);
        AdaptedModel model =
            AdaptedModel.attach(backbone, method(method), Classification.of(Tiny.LABELS), 1)) {
      Tiny.randomise(model.trainable(), 0.1, 5);
      List<String> routed = new ArrayList<>();
      Pass plain =
          Pass.training(
              Rng.of(1, "step"),
              0.4,
              (place, probabilities, chosen, heads) -> routed.add(place + values(probabilities)));
      Pass pass = parts ? plain.checkpointing() : plain;
      Tensor logits = model.logits(Tiny.input(backbone, BATCH), pass);
      Tensor loss = torch.cross_entropy_loss(logits, Tiny.labels(BATCH));
      Tensor total = pass.auxiliaryLoss().map(loss::add).orElse(loss);
      List<Tensor> trained = new ArrayList<>();
      model.trainable().forEach((name, t) -> trained.add(t));
      List<Tensor> found = pass.gradients(total, trained);
      Map<String, float[]> gradients = new LinkedHashMap<>();
      for (int i = 0; i < found.size(); i++) {
        if (found.get(i).defined()) {
          gradients.put(model.trainable().names().get(i), Tensors.floats(found.get(i)));
        }
        found.get(i).close();
      }
      Map<String, Double> auxiliary = new LinkedHashMap<>();
      for (String name : List.of("balance", "z")) {
        pass.loss(name).ifPresent(value -> auxiliary.put(name, value.item_double()));
      }
      Map<String, List<Float>> statistics = new LinkedHashMap<>();
      pass.statistics()
          .forEach(
              (norm, seen) -> {
                statistics.put(norm + ".mean", list(seen.mean()));
                statistics.put(norm + ".var", list(seen.var()));
              });
      return new Step(total.item_double(), auxiliary, gradients, routed, statistics);
    }
  }

  private static List<Float> values(Tensor tensor) {
    return list(Tensors.floats(tensor));
  }

  private static List<Float> list(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  /** Tells of what enters each block and the pooling whether a graph is behind it. */
  private static List<Boolean> graphs(boolean parts) {
    List<Boolean> behind = new ArrayList<>();
    try (Scope scope = Scope.open();
        Backbone backbone = backbone(VIT, Precision.FP32);
        Tuner tuner = new FullFineTuning().attach(backbone, Rng.of(1, "tuner"))) {
      BackboneTuner spy =
          new BackboneTuner() {
            @Override
            public Embedding before(int i, Embedding x, Pass pass) {
              behind.add(!x.tokens().is_leaf());
              return x;
            }
          };
      Pass plain = Pass.training(Rng.of(1, "step"), 0.4);
      Pass pass = parts ? plain.checkpointing() : plain;
      Tensor tokens =
          tuner
              .backbone()
              .features(Tiny.input(backbone, BATCH), spy, pass, Reads.patches())
              .tokens();
      List<Tensor> trained = new ArrayList<>();
      tuner.trainable().forEach((name, t) -> trained.add(t));
      pass.gradients(tokens.square().mean(), trained).forEach(Tensor::close);
    }
    return behind;
  }

  /** With a graph behind it a block would keep alive what all before it computed. */
  @Test
  void no_graph_spans_blocks() {
    assertThat(graphs(false)).containsExactly(true, true, true, true);
    assertThat(graphs(true)).as("forth, then back").hasSize(7).containsOnly(false);
  }

  @Test
  void blocks_before_the_first_that_is_trained_are_not_computed_again() {
    List<Integer> entered = new ArrayList<>();
    try (Scope scope = Scope.open();
        Backbone backbone = backbone(VIT, Precision.FP32);
        Tensor prompt = Tensors.of(new float[32], 32).requires_grad_(true)) {
      BackboneTuner late =
          new BackboneTuner() {
            @Override
            public Embedding before(int i, Embedding x, Pass pass) {
              entered.add(i);
              return i == 2 ? x.with(x.tokens().add(prompt), x.positions()) : x;
            }
          };
      Pass pass = Pass.training(Rng.of(1, "step"), 0).checkpointing();
      Tensor tokens =
          backbone.features(Tiny.input(backbone, BATCH), late, pass, Reads.patches()).tokens();
      List<Tensor> found = pass.gradients(tokens.square().mean(), List.of(prompt));
      assertThat(Tensors.floats(found.get(0))).doesNotContain(0);
      found.get(0).close();
    }
    assertThat(entered).containsExactly(0, 1, 2, 3, 2);
  }

  @Test
  void what_a_part_keeps_is_refused() {
    try (Scope scope = Scope.open()) {
      Pass pass = Pass.training(Rng.of(1, "step"), 0).checkpointing();
      pass.keep(String.class, "before");
      Tensor x = Tensors.of(new float[] {1}, 1);
      assertThatThrownBy(
              () ->
                  pass.part(
                      List.of(x),
                      (in, own) -> {
                        own.keep(String.class, own.kept(String.class) + " and within");
                        return in;
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("String is kept within a part");
    }
  }

  @Test
  void a_part_that_is_not_the_same_again_is_refused() {
    try (Scope scope = Scope.open()) {
      Pass pass = Pass.training(Rng.of(1, "step"), 0).checkpointing();
      Tensor w = Tensors.of(new float[] {1}, 1).requires_grad_(true);
      List<Tensor> once = new ArrayList<>(List.of(w));
      Tensor y =
          pass.part(
                  List.of(w.add(w)),
                  (in, own) -> {
                    once.forEach(t -> own.addMeanLoss("once", t.sum(), 1));
                    once.clear();
                    return List.of(in.get(0).mul(w));
                  })
              .get(0);
      assertThatThrownBy(() -> pass.gradients(y.sum(), List.of(w)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("gave 2 tensors, again 1");
    }
  }
}
