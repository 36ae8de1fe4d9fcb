package dev.adapterx.peft.mixture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.Reads;
import dev.adapterx.model.ViTConfig;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.Tuner;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class AdapterXTest {
  private final Scope scope = Scope.open();
  private final VisionTransformer vit = Tiny.vit(Precision.FP32);

  @AfterEach
  void close() {
    vit.close();
    scope.close();
  }

  @Test
  void without_prompts_it_starts_as_the_frozen_backbone_bit_for_bit() {
    for (AdapterX.Form form : AdapterX.Form.values()) {
      Tuner tuner =
          tuner(
              o -> {
                o.form = form;
                o.prompts = false;
              });
      assertThat(features(tuner)).isEqualTo(features(BackboneTuner.NONE));
      Tensor tokens =
          vit.features(Tiny.images(vit.config(), 1), tuner, Pass.evaluation(), Reads.patches())
              .tokens();
      assertThat(tokens.size(1)).isEqualTo(17);
    }
  }

  @Test
  void own_parts_but_routers_start_without_effect() {
    for (AdapterX.RouterFlavour flavour : AdapterX.RouterFlavour.values()) {
      Consumer<AdapterX.Options> plain =
          o -> {
            o.router = flavour;
            o.dropout = 0;
          };
      Tuner without = tuner(plain);
      Tuner with = tuner(plain.andThen(o -> o.own = new OwnParts(true, true, true, true, false)));
      for (Tuner tuner : List.of(without, with)) {
        tuner
            .trainable()
            .forEach(
                (name, tensor) -> {
                  if (name.startsWith("smoa.up")) {
                    Tiny.set(tensor, Init.normal(Rng.of(3, name), 0, 0.2, tensor.shape()));
                  }
                });
      }
      assertThat(Golden.relativeError(features(with), features(without))).isLessThan(1e-6);
      assertThat(features(with)).isNotEqualTo(features(tuner(plain)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "true, false, false, false, false, 64",
    "false, true, false, false, false, 32",
    "false, false, true, false, false, 1",
    "false, false, false, true, false, 16",
    // 16 x 8 and 4 x 16, once for each of two blocks in place of once for both.
    "false, false, false, false, true, 96",
  })
  void own_parts_are_counted(
      boolean input, boolean output, boolean scale, boolean embedding, boolean router, int each) {
    long shared = count(o -> {});
    long own = count(o -> o.own = new OwnParts(input, output, scale, embedding, router));
    assertThat(own - shared).isEqualTo(2 * each);
    assertThat(
            tuner(o -> o.own = new OwnParts(input, output, scale, embedding, router))
                .trainable()
                .at("blocks.1.own")
                .names())
        .isNotEmpty();
  }

  private long count(Consumer<AdapterX.Options> changes) {
    long[] sum = new long[1];
    tuner(changes).trainable().forEach((name, tensor) -> sum[0] += tensor.numel());
    return sum[0];
  }

  @ParameterizedTest
  @CsvSource({"PARALLEL", "SEQUENTIAL"})
  void an_observer_hears_how_a_block_with_own_parts_routes(AdapterX.Form form) {
    Tuner tuner =
        tuner(
            o -> {
              o.form = form;
              o.dropout = 0;
              o.own = new OwnParts(true, true, true, true, true);
            });
    Tiny.randomise(tuner.trainable(), 0.5, 4);
    Tensor images = Tiny.images(vit.config(), 2);
    List<float[]> trained = new ArrayList<>();
    List<float[]> evaluated = new ArrayList<>();
    vit.features(
        images,
        tuner,
        Pass.training(Rng.of(1, "s"), 0, (place, p, chosen, n) -> trained.add(Tensors.floats(p))),
        Reads.pooled());
    vit.features(
        images,
        tuner,
        Pass.evaluation((place, p, chosen, n) -> evaluated.add(Tensors.floats(p))),
        Reads.pooled());
    assertThat(evaluated).hasSize(2);
    for (int i = 0; i < 2; i++) {
      assertThat(Golden.relativeError(evaluated.get(i), trained.get(i))).isLessThan(1e-5);
    }
  }

  @Test
  void routers_of_blocks_own_replace_the_shared_one_and_differ() {
    Tuner tuner = tuner(o -> o.own = new OwnParts(false, false, false, false, true));
    assertThat(tuner.trainable().has("smoa.router")).isFalse();
    assertThat(Tensors.floats(tuner.trainable().get("blocks.0.own.router.experts")))
        .isNotEqualTo(Tensors.floats(tuner.trainable().get("blocks.1.own.router.experts")));
    assertThat(tuner.undecayed())
        .containsExactlyInAnyOrder(
            "cls_token", "blocks.0.own.router.experts", "blocks.1.own.router.experts");
  }

  @Test
  void a_gate_and_own_routers_are_refused_where_they_have_no_meaning() {
    refused(
        o -> {
          o.gate = AdapterX.Gate.TIMES_EXPERTS;
          o.routing = AdapterX.Routing.SOFT;
        },
        "adapter-x.gate weighs the one expert of routing top1, found times-experts with routing"
            + " soft: expected gate probability, or routing top1");
    refused(
        o -> {
          o.own = new OwnParts(false, false, false, true, false);
          o.routing = AdapterX.Routing.RANDOM;
        },
        "adapter-x.own: with routing random there is no router: expected embedding and router"
            + " false, or routing top1");
  }

  @Test
  void settings_written_before_there_were_own_parts_and_gates_are_read() {
    ObjectNode tree = Methods.write(AdapterX.with(o -> o.experts = 8));
    tree.remove("own");
    tree.remove("gate");
    tree.remove("prompt-base");
    tree.remove("prompt-bias");
    assertThat(Methods.read(tree, "old")).isEqualTo(AdapterX.with(o -> o.experts = 8));
    tree.putObject("own").put("output", true);
    assertThat(((AdapterX) Methods.read(tree, "new")).own())
        .isEqualTo(new OwnParts(false, true, false, false, false));
  }

  @Test
  void prompts_take_part_from_the_start() {
    assertThat(features(tuner(o -> {}))).isNotEqualTo(features(BackboneTuner.NONE));
  }

  @Test
  void on_the_mean_a_prompt_starts_as_an_average_token() {
    Tuner tuner = tuner(o -> o.promptBase = AdapterX.PromptBase.MEAN);
    assertThat(count(o -> o.promptBase = AdapterX.PromptBase.MEAN)).isEqualTo(count(o -> {}));
    Tensor images = Tiny.images(vit.config(), 2);
    for (int i = 0; i < 2; i++) {
      Tensor beta = tuner.trainable().get("blocks." + i + ".prompt.beta");
      Tiny.set(beta, Init.zeros(32));
    }
    Tensor tokens = vit.features(images, tuner, Pass.evaluation(), Reads.patches()).tokens();
    Tensor rest = tokens.narrow(1, 2, tokens.size(1) - 2);
    Tensor all = Tensors.cat(1, tokens.narrow(1, 0, 1), rest);
    assertThat(
            Golden.relativeError(
                Tensors.floats(tokens.select(1, 1)), Tensors.floats(Tensors.mean(all, 1))))
        .isLessThan(1e-5);
  }

  @Test
  void with_a_low_bias_prompts_start_without_weight() {
    assertThat(count(o -> o.promptBias = -4.0)).isEqualTo(count(o -> {}) + 1);
    float[] frozen = features(BackboneTuner.NONE);
    assertThat(Golden.relativeError(features(tuner(o -> o.promptBias = -100.0)), frozen))
        .isLessThan(1e-6);
    double far = Golden.relativeError(features(tuner(o -> o.promptBias = 0.0)), frozen);
    double near = Golden.relativeError(features(tuner(o -> o.promptBias = -4.0)), frozen);
    assertThat(near).isPositive().isLessThan(far / 10);
    assertThat(
            Golden.relativeError(
                features(tuner(o -> o.promptBias = 0.0)), features(tuner(o -> {}))))
        .isLessThan(1e-6);
  }

  @Test
  void the_newest_prompt_stands_right_behind_the_class_token() {
    Tiny.silenceBlocks(vit);
    Tuner tuner = tuner(o -> {});
    float[][] betas = {new float[32], new float[32]};
    for (int i = 0; i < 2; i++) {
      Arrays.fill(betas[i], 10 + i);
      Tiny.set(tuner.trainable().get("blocks." + i + ".prompt.beta"), Tensors.of(betas[i], 32));
    }
    Tensor images = Tiny.images(vit.config(), 2);
    Tensor frozen =
        vit.features(images, BackboneTuner.NONE, Pass.evaluation(), Reads.patches()).tokens();
    Tensor tokens = vit.features(images, tuner, Pass.evaluation(), Reads.patches()).tokens();
    assertThat(tokens.shape()).containsExactly(2, 1 + 2 + 16, 32);
    for (int b = 0; b < 2; b++) {
      Tensor sample = tokens.select(0, b);
      assertThat(Tensors.floats(sample.select(0, 0)))
          .as("class token")
          .isEqualTo(Tensors.floats(frozen.select(0, b).select(0, 0)));
      assertThat(Tensors.floats(sample.select(0, 1))).as("block 1").isEqualTo(betas[1]);
      assertThat(Tensors.floats(sample.select(0, 2))).as("block 0").isEqualTo(betas[0]);
      assertThat(Tensors.floats(sample.narrow(0, 3, 16)))
          .as("patches")
          .isEqualTo(Tensors.floats(frozen.select(0, b).narrow(0, 1, 16)));
    }
  }

  @Test
  void of_a_last_block_all_tokens_are_counted_and_those_read_computed() {
    for (AdapterX.Form form : AdapterX.Form.values()) {
      Tuner tuner =
          tuner(
              o -> {
                o.form = form;
                o.dropout = 0;
                o.zLoss = 0.1;
              });
      Tiny.randomise(tuner.trainable(), 0.2, 4);
      List<float[]> routedOfSome = new ArrayList<>();
      List<float[]> routed = new ArrayList<>();
      Map<String, float[]> ofSome = gradients(tuner, false, routedOfSome);
      Golden.assertGradientsClose(ofSome, gradients(tuner, true, routed), 1e-6);
      assertThat(routedOfSome).hasSize(2).usingRecursiveComparison().isEqualTo(routed);
    }
  }

  @ParameterizedTest
  @EnumSource
  void an_observer_hears_of_all_tokens_and_changes_no_bit(AdapterX.Form form) {
    Tuner tuner =
        tuner(
            o -> {
              o.form = form;
              o.own = new OwnParts(true, true, true, true, false);
            });
    Tiny.randomise(tuner.trainable(), 0.2, 4);
    Tensor images = Tiny.images(vit.config(), 3);
    List<float[]> routed = new ArrayList<>();
    Pass watched = Pass.evaluation((place, p, chosen, n) -> routed.add(Tensors.floats(p)));
    float[] observed =
        Tensors.floats(vit.features(images, tuner, watched, Reads.pooled()).pooled());
    Pass unwatched = Pass.evaluation();
    assertThat(observed)
        .isEqualTo(Tensors.floats(vit.features(images, tuner, unwatched, Reads.pooled()).pooled()));
    List<float[]> ofAll = new ArrayList<>();
    Pass whole = Pass.evaluation((place, p, chosen, n) -> ofAll.add(Tensors.floats(p)));
    vit.features(images, tuner, whole, Reads.patches());
    assertThat(routed.get(1)).hasSize(3 * 18 * 4 * 4); // the prompt of the first block as well
    assertThat(routed).usingRecursiveComparison().isEqualTo(ofAll);
  }

  private Map<String, float[]> gradients(Tuner tuner, boolean whole, List<float[]> routed) {
    Pass pass =
        Pass.training(Rng.of(1, "step"), 0, (place, p, chosen, n) -> routed.add(Tensors.floats(p)));
    Tensor images = Tiny.images(vit.config(), 3);
    Tensor features =
        whole
            ? vit.features(images, tuner, pass, Reads.patches()).pooled()
            : vit.features(images, tuner, pass, Reads.pooled()).pooled();
    features.square().mean().add(pass.auxiliaryLoss().orElseThrow()).backward();
    Map<String, float[]> gradients = Tiny.grads(tuner.trainable());
    Tiny.descend(tuner.trainable(), 0);
    return gradients;
  }

  /** Each block frees what it made; what a pass collects must not be among it. */
  @Test
  void the_balance_loss_outlives_the_blocks_of_a_pass_made_before_the_scope() {
    Pass pass = Pass.training(Rng.of(1, "step"), 0);
    Tensor images = Tiny.images(vit.config(), 2);
    Tuner tuner = tuner(o -> {});
    try (Scope step = Scope.open()) {
      vit.features(images, tuner, pass, Reads.pooled()).pooled();
      assertThat(pass.loss("balance").orElseThrow().item_double()).isBetween(1.0, 4.0);
      pass.auxiliaryLoss().orElseThrow().backward();
    }
  }

  @Test
  void the_last_generator_may_be_left_out() {
    Tuner tuner = tuner(o -> o.skipLastPrompt = true);
    assertThat(tuner.trainable().has("blocks.0.prompt")).isTrue();
    assertThat(tuner.trainable().has("blocks.1.prompt")).isFalse();
    Tensor images = Tiny.images(vit.config(), 1);
    assertThat(vit.features(images, tuner, Pass.evaluation(), Reads.patches()).tokens().size(1))
        .isEqualTo(1 + 1 + 16);
  }

  @Test
  void average_pooling_takes_no_prompt_for_a_patch() {
    try (VisionTransformer avg =
        Tiny.vit(
            Tiny.PRESET,
            new Backbones.Options(null, null, null, null, ViTConfig.Pooling.AVG, Precision.FP32),
            1)) {
      Tiny.silenceBlocks(avg);
      Tuner tuner = new AdapterX().attach(avg, Rng.of(1, "test"));
      Tensor images = Tiny.images(avg.config(), 3);
      assertThat(
              Tensors.floats(
                  avg.features(images, tuner, Pass.evaluation(), Reads.pooled()).pooled()))
          .isEqualTo(
              Tensors.floats(
                  avg.features(images, BackboneTuner.NONE, Pass.evaluation(), Reads.pooled())
                      .pooled()));
    }
  }

  @ParameterizedTest
  @CsvSource({"PARALLEL", "SEQUENTIAL"})
  void one_shared_library_gets_the_sum_of_the_gradients_of_equal_separate_ones(AdapterX.Form form) {
    Tuner shared = tuner(common(form, AdapterX.Share.ALL));
    Tuner separate = tuner(common(form, AdapterX.Share.NONE));
    Tiny.randomise(shared.trainable(), 0.2, 4);
    separate
        .trainable()
        .forEach(
            (name, tensor) ->
                Tiny.set(
                    tensor,
                    shared.trainable().get(name.replaceFirst("blocks\\.\\d+\\.smoa", "smoa"))));
    float[] features = backward(shared);
    assertThat(backward(separate)).isEqualTo(features);
    Map<String, float[]> whole = Tiny.grads(shared.trainable());
    Map<String, float[]> parts = Tiny.grads(separate.trainable());
    assertThat(shared.trainable().at("smoa").names()).hasSize(6);
    for (String name : shared.trainable().at("smoa").names()) {
      float[] sum = parts.get("blocks.0.smoa." + name);
      Tiny.accumulate(parts.get("blocks.1.smoa." + name), sum);
      assertThat(Golden.relativeError(whole.get("smoa." + name), sum)).as(name).isLessThan(1e-5);
    }
  }

  @Test
  void weight_decay_spares_tokens_and_embeddings() {
    assertThat(tuner(o -> {}).undecayed())
        .containsExactlyInAnyOrder("cls_token", "smoa.router.experts");
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  void heads_must_divide_the_width(int heads) {
    assertThatThrownBy(() -> tuner(o -> o.heads = heads))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(
            "adapter-x.heads must divide the backbone's width 32, found "
                + heads
                + "; nearest valid: ")
        .hasMessageEndingWith(heads == 3 ? "2" : "4");
  }

  @Test
  void groups_must_not_exceed_the_depth() {
    assertThatThrownBy(
            () ->
                tuner(
                    o -> {
                      o.share = AdapterX.Share.GROUPS;
                      o.groups = 3;
                    }))
        .isInstanceOf(ConfigException.class)
        .hasMessage("adapter-x.groups must be at most the backbone's depth 2, found 3");
  }

  @Test
  void a_library_beyond_any_memory_is_refused_before_it_is_made() {
    assertThatThrownBy(
            () ->
                tuner(
                    o -> {
                      o.experts = Integer.MAX_VALUE;
                      o.bottleneck = Integer.MAX_VALUE;
                    }))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(
            "adapter-x: experts 2147483647, bottleneck 2147483647 and router-width 16 make a"
                + " library of ")
        .hasMessageEndingWith(" values, expected at most 67108864");
  }

  @Test
  void settings_are_checked_at_birth() {
    refused(o -> o.experts = 0, "adapter-x.experts must be at least 1, found 0");
    refused(o -> o.heads = -1, "adapter-x.heads must be at least 1, found -1");
    refused(o -> o.routerWidth = 0, "adapter-x.router-width must be at least 1, found 0");
    refused(o -> o.groups = 0, "adapter-x.groups must be at least 1, found 0");
    refused(o -> o.bottleneck = 0, "adapter-x.bottleneck must be at least 1, found 0");
    refused(o -> o.dropout = 1, "adapter-x.dropout must lie in [0, 1), found 1.0");
    refused(o -> o.dropout = Double.NaN, "adapter-x.dropout must lie in [0, 1), found NaN");
    refused(o -> o.jitter = -0.1, "adapter-x.jitter must lie in [0, 1), found -0.1");
    refused(o -> o.balance = -1, "adapter-x.balance must not be negative, found -1.0");
    refused(
        o -> o.promptBias = Double.NEGATIVE_INFINITY,
        "adapter-x.prompt-bias must be a finite number, found -Infinity");
    refused(o -> o.zLoss = Double.NaN, "adapter-x.z-loss must not be negative, found NaN");
    refused(
        o -> o.scale = Double.POSITIVE_INFINITY,
        "adapter-x.scale must be a finite number, found Infinity");
  }

  @Test
  void the_bottleneck_is_a_twelfth_of_the_width_where_that_is_whole() {
    AdapterX method = new AdapterX();
    assertThat(method.bottleneck(768)).isEqualTo(64);
    assertThat(method.bottleneck(1024)).isEqualTo(64);
    assertThat(method.bottleneck(1280)).isEqualTo(80);
    assertThat(method.bottleneck(8)).isEqualTo(1);
    assertThat(AdapterX.with(o -> o.bottleneck = 60).bottleneck(768)).isEqualTo(60);
  }

  private static void refused(Consumer<AdapterX.Options> changes, String message) {
    assertThatThrownBy(() -> AdapterX.with(changes))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  private static Consumer<AdapterX.Options> common(AdapterX.Form form, AdapterX.Share share) {
    return o -> {
      o.form = form;
      o.share = share;
      o.scale = 1;
      o.dropout = 0;
    };
  }

  private Tuner tuner(Consumer<AdapterX.Options> changes) {
    return AdapterX.with(changes).attach(vit, Rng.of(1, "test"));
  }

  private float[] features(BackboneTuner tuner) {
    return Tensors.floats(
        vit.features(Tiny.images(vit.config(), 3), tuner, Pass.evaluation(), Reads.pooled())
            .pooled());
  }

  private float[] backward(Tuner tuner) {
    Pass pass = Pass.training(Rng.of(1, "step"), 0);
    Tensor features =
        vit.features(Tiny.images(vit.config(), 3), tuner, pass, Reads.pooled()).pooled();
    features
        .mul(Init.normal(Rng.of(2, "weight"), 0, 1, features.shape()))
        .sum()
        .add(pass.auxiliaryLoss().orElseThrow())
        .backward();
    return Tensors.floats(features);
  }
}
