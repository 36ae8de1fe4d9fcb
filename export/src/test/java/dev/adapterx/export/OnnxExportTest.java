package dev.adapterx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.export.method.MethodGraphs;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneFile;
import dev.adapterx.model.BackboneInfo;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.SidecarWriter;
import dev.adapterx.model.ViTConfig;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.nn.Gelu;
import dev.adapterx.nn.Pass;
import dev.adapterx.nn.PointGroups;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.adapter.Convpass;
import dev.adapterx.peft.adapter.Houlsby;
import dev.adapterx.peft.adapter.RepAdapter;
import dev.adapterx.peft.kit.Activation;
import dev.adapterx.peft.kit.Feature;
import dev.adapterx.peft.kit.Projection;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.mixture.Mosa;
import dev.adapterx.peft.mixture.OwnParts;
import dev.adapterx.peft.part.Ia3;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.peft.points.Dapt;
import dev.adapterx.peft.points.DaptX;
import dev.adapterx.peft.points.Idpt;
import dev.adapterx.peft.prompt.Vpt;
import dev.adapterx.peft.weight.Arc;
import dev.adapterx.peft.weight.Dora;
import dev.adapterx.peft.weight.Fact;
import dev.adapterx.peft.weight.Lora;
import dev.adapterx.task.ClassHead;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Tiny;
import dev.adapterx.weights.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Exported graphs and the models they are of give the same scores. */
class OnnxExportTest {
  private static final double TOLERANCE = 1e-4;
  private static final ClassHead.Kind LINEAR = ClassHead.Kind.LINEAR;

  @TempDir Path folder;

  /** Every method that says it has a graph, as it is by default. */
  static Stream<PeftMethod> methods() {
    return MethodGraphs.names().stream().map(OnnxExportTest::method);
  }

  /** As by default, with fewer neighbours than the tiny backbones have patches. */
  static PeftMethod method(String name) {
    return name.equals("idpt")
        ? new Idpt(null, 4, false, List.of(Feature.values()))
        : Methods.entry(name, "test");
  }

  /** Settings that make another graph. */
  static Stream<Arguments> settings() {
    List<Arguments> all = new ArrayList<>();
    mixture(all, "sequential", o -> o.form = AdapterX.Form.SEQUENTIAL);
    mixture(all, "soft", o -> o.routing = AdapterX.Routing.SOFT);
    mixture(all, "random", o -> o.routing = AdapterX.Routing.RANDOM);
    mixture(all, "one expert", o -> o.experts = 1);
    mixture(all, "sixteen experts", o -> o.experts = 16);
    mixture(all, "cosine", o -> o.router = AdapterX.RouterFlavour.COSINE);
    mixture(all, "linear", o -> o.router = AdapterX.RouterFlavour.LINEAR);
    mixture(all, "no prompts", o -> o.prompts = false);
    mixture(all, "prompts on the mean", o -> o.promptBase = AdapterX.PromptBase.MEAN);
    mixture(all, "prompt bias", o -> o.promptBias = -1.0);
    mixture(all, "gelu", o -> o.activation = o.promptActivation = Activation.GELU);
    mixture(all, "own library", o -> o.share = AdapterX.Share.NONE);
    mixture(
        all,
        "groups",
        o -> {
          o.share = AdapterX.Share.GROUPS;
          o.groups = 2;
        });
    for (AdapterX.Form form : AdapterX.Form.values()) {
      for (int experts : new int[] {16, 17, 40}) { // masked up to 16, above each its own weights
        mixture(
            all,
            experts + " experts, " + form,
            o -> {
              o.form = form;
              o.experts = experts;
            });
      }
    }
    mixture(
        all,
        "20 experts, own parts",
        o -> {
          o.experts = 20;
          o.gate = AdapterX.Gate.TIMES_EXPERTS;
          o.own = new OwnParts(true, true, true, true, true);
        });
    mixture(all, "shared norm", o -> o.norm2 = AdapterX.Norm2.SHARED);
    mixture(all, "frozen norm and class token", AdapterX.Norm2.FROZEN);
    mixture(all, "gate times experts", o -> o.gate = AdapterX.Gate.TIMES_EXPERTS);
    mixture(all, "gate one", o -> o.gate = AdapterX.Gate.ONE);
    mixture(all, "own parts", o -> o.own = new OwnParts(true, true, true, true, true));
    mixture(
        all,
        "own parts, linear",
        o -> {
          o.own = new OwnParts(true, true, true, true, false);
          o.router = AdapterX.RouterFlavour.LINEAR;
        });
    mixture(
        all,
        "own parts, cosine",
        o -> {
          o.own = new OwnParts(false, false, false, true, false);
          o.router = AdapterX.RouterFlavour.COSINE;
        });
    all.add(Arguments.of("every target", new Lora(2, 3.0, true, 0.1, everyTarget())));
    all.add(Arguments.of("qkv as one", new Lora(2, 3.0, false, 0, List.of(Projection.QKV))));
    all.add(Arguments.of("every target", new Ia3(everyTarget(), everyTarget())));
    all.add(Arguments.of("every output", new Ia3(everyTarget(), List.of())));
    all.add(Arguments.of("qkv as one", new Ia3(List.of(Projection.QKV), List.of())));
    all.add(Arguments.of("every target", new Dora(2, 3.0, true, 0.1, everyTarget())));
    all.add(Arguments.of("qkv as one", new Dora(2, 3.0, false, 0, List.of(Projection.QKV))));
    all.add(Arguments.of("tucker", new Fact(Fact.Form.TK, 4, 2, 0.1)));
    all.add(Arguments.of("attention only", new Arc(4, 0.1, true)));
    all.add(Arguments.of("attention only", new RepAdapter(8, 4, 2, 0, false, true)));
    all.add(Arguments.of("attention only", new Convpass(4, 2, 0, true, Convpass.Kernel.XAVIER)));
    for (Mosa.Share share : Mosa.Share.values()) {
      all.add(Arguments.of("shared " + share, new Mosa(4, 3, share, true, 0.5, 0)));
    }
    all.add(Arguments.of("modelnet", Dapt.modelNet()));
    all.add(Arguments.of("without transforms", DaptX.with(o -> o.tfts = false)));
    all.add(Arguments.of("first block", new Idpt(0, 3, true, List.of(Feature.CLS))));
    all.add(Arguments.of("noah", Houlsby.noah()));
    all.add(Arguments.of("shallow", new Vpt(Vpt.Form.SHALLOW, 3, 0)));
    return all.stream();
  }

  private static List<Projection> everyTarget() {
    return List.of(
        Projection.Q, Projection.K, Projection.V, Projection.PROJ, Projection.FC1, Projection.FC2);
  }

  private static void mixture(
      List<Arguments> all, String name, java.util.function.Consumer<AdapterX.Options> changes) {
    all.add(Arguments.of(name, AdapterX.with(changes)));
  }

  private static void mixture(List<Arguments> all, String name, AdapterX.Norm2 norm) {
    mixture(
        all,
        name,
        o -> {
          o.norm2 = norm;
          o.cls = false;
        });
  }

  @ParameterizedTest
  @MethodSource("methods")
  void every_method_gives_the_scores_of_libtorch(PeftMethod method) throws Exception {
    try (VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      assertSameScores(vit, method, LINEAR);
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("settings")
  void every_setting_gives_the_scores_of_libtorch(String name, PeftMethod method) throws Exception {
    try (VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      assertSameScores(vit, method, LINEAR);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void every_method_gives_the_scores_of_libtorch_on_clouds(PeftMethod method) throws Exception {
    try (Backbone points = Tiny.points(Precision.FP32, Backbones.BatchStatistics.FROZEN)) {
      if (!Methods.fitting(points).contains(method.name())) {
        assertThat(method.name()).isEqualTo("convpass"); // no grid
        return;
      }
      assertSameScores(points, method, LINEAR);
    }
  }

  @Test
  void clouds_whose_groups_are_cut_outside_give_the_scores_of_libtorch() throws Exception {
    try (Backbone points = Tiny.points(Precision.FP32, Backbones.BatchStatistics.UPDATE);
        AdaptedModel model = attached(points, new AdapterX(), ClassHead.Kind.MLP)) {
      OnnxOptions outside = OnnxOptions.BESIDE.withGroupsOutside();
      OnnxExport.Written written = OnnxExport.write(model, null, folder, "one", outside);
      try (Session session = Session.open(written.graph())) {
        assertThat(session.inputs()).contains("groups").doesNotContain("points");
        assertThat(difference(model, session, written.adapter(), 5)).isLessThan(TOLERANCE);
      }
      assertThat(folder.resolve("preprocessing.json"))
          .content()
          .contains("\"input\" : \"groups\"", "\"neighbours\" : 5");
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void every_method_gives_the_scores_of_libtorch_in_windows(PeftMethod method) throws Exception {
    try (Backbone swin = Tiny.swin(Precision.FP32)) {
      if (Methods.fitting(swin).contains(method.name())) {
        assertSameScores(swin, method, LINEAR);
      } else {
        assertThatThrownBy(() -> attached(swin, method, LINEAR))
            .isInstanceOf(ConfigException.class);
      }
    }
  }

  static Stream<Arguments> backbones() {
    ViTConfig plain = ViTConfig.plain(32, 8, 32, 3, 2);
    ViTConfig deit = kind(plain, false, true, 0, ViTConfig.Pooling.CLS, false, Gelu.EXACT, null);
    ViTConfig average = kind(plain, true, false, 0, ViTConfig.Pooling.AVG, false, Gelu.EXACT, null);
    ViTConfig clip = kind(plain, false, false, 0, ViTConfig.Pooling.CLS, true, Gelu.QUICK, null);
    ViTConfig dino = kind(plain, true, false, 4, ViTConfig.Pooling.CLS, false, Gelu.EXACT, null);
    return Stream.of(
        Arguments.of("deit", deit, 2, false),
        Arguments.of("average", average, 1, true),
        Arguments.of("average with norm before", average, 1, false),
        Arguments.of("clip", clip, 1, false),
        Arguments.of("dinov2, positions of CLS and patches", dino, 1, false),
        Arguments.of("positions of all", dino, 5, false),
        Arguments.of("positions of patches", dino, 0, false),
        Arguments.of("dinov3", ViTConfig.dinov3(32, 8, 32, 3, 2), -1, false));
  }

  private static ViTConfig kind(
      ViTConfig c,
      boolean scale,
      boolean distilled,
      int registers,
      ViTConfig.Pooling pooling,
      boolean preNorm,
      Gelu gelu,
      Double theta) {
    return new ViTConfig(
        c.imageSize(),
        c.patch(),
        c.width(),
        c.depth(),
        c.heads(),
        4,
        true,
        scale,
        distilled,
        registers,
        pooling,
        1e-6,
        preNorm,
        gelu,
        theta);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("backbones")
  void every_kind_of_vision_transformer_gives_the_scores_of_libtorch(
      String name, ViTConfig config, int covered, boolean behind) throws Exception {
    try (VisionTransformer vit = filled(config, covered, behind)) {
      assertSameScores(vit, new AdapterX(), LINEAR);
      assertSameScores(vit, new Lora(), LINEAR);
      assertSameScores(vit, new Vpt(), ClassHead.Kind.MLP);
    }
  }

  /** A transformer of any kind, every tensor random. */
  private static VisionTransformer filled(ViTConfig c, int covered, boolean behind) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    long d = c.width();
    shapes.put("cls_token", new long[] {1, 1, d});
    if (c.distilled()) {
      shapes.put("dist_token", new long[] {1, 1, d});
    }
    if (c.registers() > 0) {
      shapes.put("reg_token", new long[] {1, c.registers(), d});
    }
    if (covered >= 0) {
      shapes.put("pos_embed", new long[] {1, covered + (long) c.grid() * c.grid(), d});
    }
    shapes.put("patch_embed.proj.weight", new long[] {d, 3, c.patch(), c.patch()});
    List<String> norms = new ArrayList<>(List.of(behind ? "fc_norm" : "norm"));
    if (c.preNorm()) {
      norms.add("norm_pre");
    } else {
      shapes.put("patch_embed.proj.bias", new long[] {d});
    }
    for (int i = 0; i < c.depth(); i++) {
      String at = "blocks." + i + ".";
      norms.addAll(List.of(at + "norm1", at + "norm2"));
      linear(shapes, at + "attn.qkv", d, 3 * d);
      linear(shapes, at + "attn.proj", d, d);
      linear(shapes, at + "mlp.fc1", d, 4 * d);
      linear(shapes, at + "mlp.fc2", 4 * d, d);
      if (c.layerScale()) {
        shapes.put(at + "ls1.gamma", new long[] {d});
        shapes.put(at + "ls2.gamma", new long[] {d});
      }
    }
    for (String norm : norms) {
      shapes.put(norm + ".weight", new long[] {d});
      shapes.put(norm + ".bias", new long[] {d});
    }
    Rng rng = Rng.of(3, "filled");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) ->
            tensors.put(
                name,
                Init.normal(rng.at(name), name.matches(".*norm.*weight") ? 1 : 0, 0.2, shape)));
    return VisionTransformer.from(
        NamedTensors.of(tensors),
        c,
        new BackboneInfo("filled", "initial", "sha-filled", "test"),
        ImagePreprocessing.of(c.imageSize(), 1, Normalisation.HALF),
        Precision.FP32);
  }

  private static void linear(Map<String, long[]> shapes, String place, long in, long out) {
    shapes.put(place + ".weight", new long[] {out, in});
    shapes.put(place + ".bias", new long[] {out});
  }

  @Test
  void what_is_linear_can_be_merged() throws Exception {
    try (VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      for (String name :
          List.of(
              "lora",
              "ssf",
              "ia3",
              "bitfit",
              "full",
              "dora",
              "fact",
              "rep-adapter",
              "vera",
              "arc")) {
        try (AdaptedModel model = attached(vit, Methods.entry(name, "test"), LINEAR)) {
          Path to = folder.resolve(name);
          OnnxExport.Written written = OnnxExport.write(model, null, to, name, OnnxOptions.MERGED);
          assertThat(written.adapter()).isNull();
          assertThat(to).isDirectoryContaining("glob:**/model.safetensors");
          try (Session session = Session.open(written.graph())) {
            assertThat(session.inputs()).containsExactly("pixels");
            assertThat(difference(model, session, null, 5)).as(name).isLessThan(TOLERANCE);
          }
        }
      }
    }
  }

  @Test
  void the_checkpoint_itself_is_the_weights_where_it_is_fp32() throws Exception {
    try (VisionTransformer vit = Tiny.vit(Precision.FP32);
        AdaptedModel model = attached(vit, new Lora(), LINEAR)) {
      Path file = checkpoint(vit, DType.F32);
      OnnxExport.Written written =
          OnnxExport.write(model, file, folder.resolve("to"), "a", OnnxOptions.BESIDE);
      assertThat(written.weights()).hasSameBinaryContentAs(file);
      assertThat(written.how()).isEqualTo(OnnxExport.Weights.COPIED);
      assertThat(written.graph()).satisfies(g -> assertThat(Files.size(g)).isLessThan(20_000));
      try (Session session = Session.open(written.graph())) {
        assertThat(difference(model, session, written.adapter(), 1)).isLessThan(TOLERANCE);
      }
      Path halves = checkpoint(vit, DType.BF16);
      OnnxExport.Written other =
          OnnxExport.write(model, halves, folder.resolve("of"), "a", OnnxOptions.BESIDE);
      assertThat(other.how()).isEqualTo(OnnxExport.Weights.WRITTEN);
      assertThat(other.weights().getFileName()).hasToString("backbone.safetensors");
      try (Session session = Session.open(other.graph())) {
        assertThat(difference(model, session, other.adapter(), 1)).isLessThan(TOLERANCE);
      }
    }
  }

  @Test
  void adapters_of_one_graph_lie_beside_one_another_whatever_their_classes() throws Exception {
    try (VisionTransformer vit = Tiny.vit(Precision.FP32);
        AdaptedModel one = attached(vit, new AdapterX(), LINEAR);
        AdaptedModel other =
            AdaptedModel.attach(vit, new AdapterX(), Classification.of(List.of("x", "y")), 9)) {
      OnnxExport.Written first = OnnxExport.write(one, null, folder, "one", OnnxOptions.BESIDE);
      byte[] graph = Files.readAllBytes(first.graph());
      OnnxExport.Written second =
          OnnxExport.write(other, null, folder, "other", OnnxOptions.BESIDE);
      assertThat(second.how()).isEqualTo(OnnxExport.Weights.PRESENT);
      assertThat(Files.readAllBytes(second.graph())).isEqualTo(graph);
      try (Session session = Session.open(first.graph())) {
        assertThat(difference(one, session, first.adapter(), 5)).isLessThan(TOLERANCE);
        assertThat(difference(other, session, second.adapter(), 5)).isLessThan(TOLERANCE);
      }
      assertThat(Files.readString(folder.resolve("labels.json")))
          .contains("\"one\"", "\"elk\"", "\"other\"", "\"y\"");
      assertThat(folder.resolve("preprocessing.json")).content().contains("\"size\" : 32");
      assertThat(folder.resolve("README.md"))
          .content()
          .contains("one.onnx_adapter", "backbone.onnx")
          .doesNotContain("ADAPTER", "GRAPH");
      assertThatThrownBy(() -> OnnxExport.write(other, null, folder, "one", OnnxOptions.BESIDE))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("one.onnx_adapter exists already, is another adapter");
    }
  }

  @Test
  void routing_is_that_of_the_patches_in_all_blocks_that_compute_them() throws Exception {
    try (VisionTransformer vit = Tiny.vit(Precision.FP32);
        AdaptedModel model = attached(vit, new AdapterX(), LINEAR);
        Scope scope = Scope.withoutGradients()) {
      OnnxExport.Written written = OnnxExport.write(model, null, folder, "one", OnnxOptions.BESIDE);
      Tensor input = Tiny.input(vit, 3);
      List<int[]> chosen = new ArrayList<>();
      Pass.RoutingObserver seen =
          (place, probabilities, experts, heads) -> chosen.add(ints(Tensors.longs(experts)));
      model.logits(input, Pass.evaluation(seen));
      int[][][][] found;
      try (Session session = Session.open(written.graph())) {
        assertThat(session.outputs()).containsExactly("logits", "routing");
        found = session.routing(Tensors.floats(input), input.shape(), written.adapter());
      }
      int patches = vit.config().grid() * vit.config().grid();
      assertThat(found).hasNumberOfRows(3);
      assertThat(found[0]).hasNumberOfRows(vit.blocks().size() - 1); // the last computes CLS alone
      for (int block = 0; block < found[0].length; block++) {
        int[] all = chosen.get(block);
        int tokens = all.length / (3 * 4); // of three images, four sub-tokens each
        for (int image = 0; image < 3; image++) {
          for (int patch = 0; patch < patches; patch++) {
            int from = 4 * (image * tokens + tokens - patches + patch);
            assertThat(found[image][block][patch])
                .containsExactly(java.util.Arrays.copyOfRange(all, from, from + 4));
          }
        }
      }
      assertThat(folder.resolve("backbone.json"))
          .content()
          .contains("\"weights\" : \"backbone.safetensors\"", "\"experts\" : 4", "routing");
    }
  }

  private static int[] ints(long[] values) {
    return java.util.Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
  }

  @Test
  void a_graph_and_an_adapter_of_different_backbones_are_refused_by_name() throws Exception {
    try (VisionTransformer vit = Tiny.vit(Precision.FP32);
        Backbone another =
            Tiny.described(Tiny.vit(Precision.FP32), "0123456789abcdef", vit.preprocessing());
        AdaptedModel model = attached(vit, new Lora(), LINEAR);
        AdaptedModel foreign = attached(another, new Lora(), LINEAR);
        AdaptedModel scaled = attached(vit, new Lora(8, 1.0, false, 0, twoTargets()), LINEAR)) {
      OnnxExport.Written here =
          OnnxExport.write(model, null, folder.resolve("a"), "a", OnnxOptions.BESIDE);
      OnnxExport.Written there =
          OnnxExport.write(foreign, null, folder.resolve("b"), "b", OnnxOptions.BESIDE);
      OnnxExport.Written third =
          OnnxExport.write(scaled, null, folder.resolve("c"), "c", OnnxOptions.BESIDE);
      try (Session session = Session.open(here.graph())) {
        assertThatThrownBy(() -> difference(model, session, there.adapter(), 1))
            .isInstanceOf(OrtException.class)
            .hasMessageContaining("for lora")
            .hasMessageContaining("on tiny 01234567");
        // another alpha: the same names and shapes, and yet not this graph's
        assertThatThrownBy(() -> difference(model, session, third.adapter(), 1))
            .isInstanceOf(OrtException.class)
            .hasMessageContaining("for lora");
      }
      assertThatThrownBy(
              () -> OnnxExport.write(foreign, null, folder.resolve("a"), "b", OnnxOptions.BESIDE))
          .isInstanceOf(ConfigException.class)
          .hasMessageContainingAll(
              "backbone.onnx is there already", "on tiny sha-1", "on tiny 01234567");
      assertThat(folder.resolve("a").resolve("b.onnx_adapter")).doesNotExist();
    }
  }

  private static List<Projection> twoTargets() {
    return List.of(Projection.Q, Projection.V);
  }

  @Test
  void a_truncated_graph_is_told() throws IOException {
    Path graph = Files.write(folder.resolve("backbone.onnx"), new byte[] {8, 9, 58, 100, 1});
    try (VisionTransformer vit = Tiny.vit(Precision.FP32);
        AdaptedModel model = attached(vit, new LinearProbe(), LINEAR)) {
      assertThatThrownBy(() -> OnnxExport.write(model, null, folder, "a", OnnxOptions.BESIDE))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(graph + " is no whole ONNX file (5 bytes)");
    }
  }

  @Test
  void clouds_without_a_class_token() throws Exception {
    Backbones.Options bare =
        Backbones.Options.builder()
            .precision(Precision.FP32)
            .points(new Backbones.PointOptions(null, null, null, null, null, false))
            .build();
    try (Backbone backbone = Backbones.initial(Tiny.POINTS, bare, 1)) {
      assertSameScores(backbone, AdapterX.with(o -> o.cls = false), LINEAR);
      assertSameScores(backbone, new Lora(), LINEAR);
      assertSameScores(backbone, Methods.entry("vpt", "test"), LINEAR);
    }
  }

  /**
   * Every method either has a graph that is tested above, or is refused before anything is there.
   */
  @Test
  void methods_without_a_graph_are_refused_with_those_that_have_one() {
    List<String> refused = new ArrayList<>();
    try (VisionTransformer vit = Tiny.vit(Precision.FP32)) {
      for (String name : Methods.fitting(vit)) {
        if (MethodGraphs.names().contains(name)) {
          continue;
        }
        refused.add(name);
        PeftMethod method = Methods.entry(name, "test");
        try (AdaptedModel model = attached(vit, method, LINEAR)) {
          assertThatThrownBy(
                  () ->
                      OnnxExport.write(model, null, folder.resolve("no"), "a", OnnxOptions.BESIDE))
              .isInstanceOf(ConfigException.class)
              .hasMessageStartingWith(method.title() + " has no ONNX graph")
              .hasMessageContaining("adapter-x, ")
              .hasMessageContaining("--merged");
        }
      }
      try (AdaptedModel model = attached(vit, new AdapterX(), LINEAR)) {
        assertThatThrownBy(
                () -> OnnxExport.write(model, null, folder.resolve("no"), "a", OnnxOptions.MERGED))
            .isInstanceOf(ConfigException.class)
            .hasMessageContaining("depends on the data");
      }
    }
    assertThat(refused).contains("full", "vera", "bi-adapter");
    assertThat(folder.resolve("no")).doesNotExist();
  }

  private Path checkpoint(Backbone vit, DType type) {
    Path file = folder.resolve(type + ".safetensors");
    try (Scope scope = Scope.withoutGradients()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      vit.tensors().forEach(tensors::put);
      BackboneFile.write(file, tensors, SidecarWriter.text(vit, List.of()), type);
    }
    return file;
  }

  private void assertSameScores(Backbone vit, PeftMethod method, ClassHead.Kind head)
      throws Exception {
    Path file = checkpoint(vit, DType.F32);
    try (AdaptedModel model = attached(vit, method, head)) {
      Path to = folder.resolve(method.name());
      OnnxExport.Written written = OnnxExport.write(model, file, to, "one", OnnxOptions.BESIDE);
      try (Session session = Session.open(written.graph())) {
        for (int batch : new int[] {1, 5}) {
          assertThat(difference(model, session, written.adapter(), batch))
              .as("%s, batch %s", method, batch)
              .isLessThan(TOLERANCE);
        }
      }
    }
  }

  /** Every value away from where it starts. */
  static AdaptedModel attached(Backbone backbone, PeftMethod method, ClassHead.Kind head) {
    AdaptedModel model =
        AdaptedModel.attach(backbone, method, new Classification(Tiny.LABELS, head), 1);
    Tiny.randomise(model.trainable(), 0.1, 2);
    model
        .buffers()
        .forEach((name, t) -> Tiny.set(t, Init.normal(Rng.of(5, name), 1, 0.1, t.shape())));
    return model;
  }

  static Tensor input(Backbone backbone, Session session, int batch) {
    if (!(backbone.preprocessing() instanceof PointPreprocessing p)) {
      return Tiny.input(backbone, batch);
    }
    Tensor clouds = Init.normal(Rng.of(7, "clouds"), 0, 0.3, batch, p.points(), 3);
    return session.inputs().contains("points")
        ? clouds
        : PointGroups.of(clouds, p.groups(), p.neighbours());
  }

  private static double difference(AdaptedModel model, Session session, Path adapter, int batch)
      throws OrtException {
    try (Scope scope = Scope.withoutGradients()) {
      Tensor input = input(model.backbone(), session, batch);
      float[] expected = Tensors.floats(model.logits(input, Pass.evaluation()));
      float[] found = session.logits(Tensors.floats(input), input.shape(), adapter);
      assertThat(found).hasSameSizeAs(expected);
      double largest = 0;
      for (int i = 0; i < found.length; i++) {
        largest = Math.max(largest, Math.abs(found[i] - expected[i]));
      }
      return largest;
    }
  }
}
