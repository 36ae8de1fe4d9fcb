package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.exchange.PeftFile;
import dev.adapterx.peft.exchange.PeftLayout;
import dev.adapterx.peft.kit.Projection;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.Ia3;
import dev.adapterx.peft.weight.Dora;
import dev.adapterx.peft.weight.Lora;
import dev.adapterx.task.ClassHead;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.AdapterXReference;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import dev.adapterx.weights.DType;
import dev.adapterx.weights.SafetensorsWriter;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapters to and from Python's peft: golden/peft_files.py, golden/check_exchange.py. */
class PeftExchangeTest {
  /** Where golden/check_exchange.py finds what is written here. */
  private static final Path WRITTEN = Path.of("target", "peft-exchange");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "hf_lora, 'Lora[rank=4, alpha=2.0, rankStabilised=false, dropout=0.0, targets=[Q, V]]'",
    "hf_lora_4, 'Lora[rank=4, alpha=2.0, rankStabilised=false, dropout=0.0, targets=[Q, V]]'",
    "hf_lora_patterns, ''",
    "hf_dora, 'Dora[rank=3, alpha=6.0, rankStabilised=false, dropout=0.0, targets=[Q, K, V, PROJ,"
        + " FC1, FC2]]'",
    "hf_ia3, 'Ia3[targets=[K, V, FC2], feedforward=[FC2]]'",
    "hf_lora_bin, 'Lora[rank=4, alpha=2.0, rankStabilised=false, dropout=0.0, targets=[Q, V]]'",
    "hf_lora_first, 'Lora[rank=4, alpha=2.0, rankStabilised=false, dropout=0.0, targets=[Q, V]]'",
    "hf_lora_last, 'Lora[rank=4, alpha=2.0, rankStabilised=false, dropout=0.0, targets=[Q, V]]'",
    "hf_dora_regex, ''",
    "hf_ia3_regex, ''",
    "hf_lora_expressions, ''",
    "timm_lora_last, 'Lora[rank=4, alpha=2.0, rankStabilised=false, dropout=0.0, targets=[QKV]]'",
    "timm_lora, 'Lora[rank=4, alpha=2.0, rankStabilised=false, dropout=0.0, targets=[QKV, FC1]]'",
    "timm_dora, 'Dora[rank=4, alpha=8.0, rankStabilised=false, dropout=0.0, targets=[QKV, PROJ]]'",
    "timm_ia3, 'Ia3[targets=[QKV, FC2], feedforward=[FC2]]'",
  })
  void an_adapter_of_peft_gives_the_scores_it_gives_there(String name, String method) {
    PeftFile file = golden(name);
    if (!method.isEmpty()) {
      assertThat(file.method()).hasToString(method);
    }
    assertThat(file.classes()).hasValue(5);
    try (Backbone backbone = AdapterXReference.backbone();
        AdaptedModel model = file.attach(backbone, Tiny.LABELS)) {
      float[] expected = Golden.read("peft/" + name + "/expected.safetensors").floats("logits");
      assertThat(Golden.relativeError(logits(model), expected)).isLessThan(1e-5);
    }
  }

  /** What peft reads again: the same tensors under the same names. */
  @ParameterizedTest
  @CsvSource({
    "hf_lora, HF",
    "hf_dora, HF",
    "hf_ia3, HF",
    "timm_lora, TIMM",
    "timm_dora, TIMM",
    "timm_ia3, TIMM",
  })
  void written_again_it_has_the_tensors_of_peft(String name, PeftLayout layout) {
    try (Backbone backbone = AdapterXReference.backbone();
        AdaptedModel model = golden(name).attach(backbone, Tiny.LABELS)) {
      PeftFile.write(model, layout, folder);
    }
    Map<String, StoredTensor> theirs =
        WeightFile.read(Golden.path("peft/" + name + "/adapter_model.safetensors")).tensors();
    Map<String, StoredTensor> ours =
        WeightFile.read(folder.resolve("adapter_model.safetensors")).tensors();
    assertThat(ours).containsOnlyKeys(theirs.keySet());
    ours.forEach(
        (tensor, stored) -> {
          StoredTensor their = theirs.get(tensor);
          assertThat(stored.shape()).as(tensor).isEqualTo(their.shape());
          assertThat(stored.floats()).as(tensor).isEqualTo(their.floats());
        });
  }

  static Stream<Arguments> written() {
    List<Projection> thirds = List.of(Projection.Q, Projection.V);
    List<Projection> mixed = List.of(Projection.K, Projection.PROJ, Projection.FC1, Projection.FC2);
    List<Projection> fused = List.of(Projection.QKV, Projection.FC2);
    Map<String, PeftMethod> methods =
        new java.util.TreeMap<>(
            Map.of(
                "lora", new Lora(4, 2.0, false, 0.1, thirds),
                "lora_mixed", new Lora(3, 5.0, true, 0, mixed),
                "lora_fused", new Lora(4, null, false, 0, fused),
                "dora", new Dora(4, 2.0, false, 0, thirds),
                "dora_mixed", new Dora(3, null, false, 0, mixed),
                "dora_fused", new Dora(3, null, false, 0, fused),
                "ia3", new Ia3(),
                "ia3_fused", new Ia3(fused, fused),
                "ia3_mixed", new Ia3(mixed, List.of(Projection.FC1))));
    return methods.entrySet().stream()
        .flatMap(
            e ->
                Stream.of(PeftLayout.values())
                    .map(layout -> Arguments.of(e.getKey(), e.getValue(), layout)));
  }

  /** Whatever the targets, in both layouts; Python has its say in golden/check_exchange.py. */
  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("written")
  void what_is_written_reads_back_to_the_same_scores(
      String name, PeftMethod method, PeftLayout layout) {
    Path out = WRITTEN.resolve(layout.name().toLowerCase(java.util.Locale.ROOT) + "_" + name);
    try (Backbone backbone = AdapterXReference.backbone();
        AdaptedModel model =
            AdaptedModel.attach(backbone, method, Classification.of(Tiny.LABELS), 1)) {
      Tiny.randomise(model.trainable(), 0.3, 5);
      float[] expected = logits(model);
      PeftFile.write(model, layout, out);
      StoredTensor scores = StoredTensor.of("logits", expected, 2, 5);
      SafetensorsWriter.write(out.resolve("expected.safetensors"), List.of(scores), Map.of());
      try (AdaptedModel again = PeftFile.read(out).attach(backbone, Tiny.LABELS)) {
        assertThat(Golden.relativeError(logits(again), expected)).isLessThan(1e-5);
      }
    }
  }

  @Test
  void an_adapter_without_classifier_takes_the_backbones() {
    PeftFile whole = golden("hf_lora");
    Map<String, StoredTensor> tensors = new java.util.HashMap<>(whole.tensors());
    tensors.keySet().removeIf(name -> name.startsWith("head."));
    PeftFile file = new PeftFile(whole.method(), tensors);
    assertThat(file.classes()).isEmpty();
    try (Backbone backbone = AdapterXReference.backbone()) {
      assertThatThrownBy(() -> file.attach(backbone, Tiny.LABELS))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("There is no classifier: neither in the adapter")
          .hasMessageEndingWith("train a head on it: method=linear-probe");
    }
  }

  @Test
  void the_backbones_classifier_wants_its_own_names(@TempDir Path folder) {
    Path weights = folder.resolve("model.safetensors");
    PeftFile whole = golden("hf_lora");
    Map<String, StoredTensor> tensors = new java.util.HashMap<>(whole.tensors());
    tensors.keySet().removeIf(name -> name.startsWith("head."));
    try (Backbone backbone = AdapterXReference.backbone();
        AdaptedModel model = whole.attach(backbone, Tiny.LABELS)) {
      Merging.write(model, weights, DType.F32, true);
    }
    try (Backbone backbone = Backbones.load(weights, Backbones.Options.defaults())) {
      PeftFile file = new PeftFile(whole.method(), tensors);
      file.attach(backbone, Tiny.LABELS).close();
      assertThatThrownBy(() -> file.attach(backbone, List.of("a", "b")))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith(
              "The backbone's classifier has 5 classes, found 2 class names: a, b")
          .hasMessageContaining("The adapter has no classifier of its own");
    }
  }

  @Test
  void as_many_labels_as_the_classifier_has_are_wanted() {
    try (Backbone backbone = AdapterXReference.backbone()) {
      assertThatThrownBy(() -> golden("hf_lora").attach(backbone, List.of("a", "b")))
          .isInstanceOf(ConfigException.class)
          .hasMessage("The adapter's classifier has 5 classes, found 2 class names: a, b");
    }
  }

  @Test
  void what_peft_does_not_know_is_not_written() {
    try (Backbone vit = Tiny.vit(Precision.FP32);
        Backbone points = Tiny.points(Precision.FP32, BatchStatistics.FROZEN);
        Backbone clip = Backbones.load(Golden.path("hf_clip"), Backbones.Options.defaults())) {
      refused(
          clip,
          new Lora(),
          ClassHead.Kind.LINEAR,
          "peft-hf writes the names of a ViTModel, and a CLIP's are others; choose peft-timm, whose"
              + " names timm's CLIP towers have");
      refused(
          vit,
          new AdapterX(),
          ClassHead.Kind.LINEAR,
          "peft has no adapters of Adapter-X that fit; written are those of LoRA, DoRA and IA³"
              + " (lora, dora, ia3)");
      refused(
          points,
          new Lora(),
          ClassHead.Kind.LINEAR,
          "peft is for models of Hugging Face and timm, which have no point transformer as this"
              + " one");
      try (Backbone swin = Tiny.swin(Precision.FP32)) {
        refused(
            swin,
            new Lora(),
            ClassHead.Kind.LINEAR,
            "peft-hf and peft-timm write the names of vision transformers of one width, and a Swin"
                + " transformer's are others; merge the adapter into the weights instead");
      }
      refused(
          vit,
          new Lora(),
          ClassHead.Kind.MLP,
          "The models peft wraps score with one linear layer, this head has hidden layers; train"
              + " with a linear head to write for them");
    }
  }

  @Test
  void what_one_layer_for_queries_and_values_cannot_do_is_not_written() {
    List<Projection> values = List.of(Projection.V);
    Classification task = Classification.of(Tiny.LABELS);
    try (Backbone vit = Tiny.vit(Precision.FP32);
        AdaptedModel model = AdaptedModel.attach(vit, new Ia3(values, values), task, 1)) {
      assertThatThrownBy(() -> PeftFile.write(model, PeftLayout.TIMM, folder))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "Where queries, keys and values are one layer, what goes into v cannot be stretched"
                  + " alone (ia3.feedforward); write it for Hugging Face's layout");
    }
  }

  private void refused(Backbone backbone, PeftMethod method, ClassHead.Kind head, String message) {
    Classification task = Classification.of(Tiny.LABELS).with(head);
    try (AdaptedModel model = AdaptedModel.attach(backbone, method, task, 1)) {
      assertThatThrownBy(() -> PeftFile.write(model, PeftLayout.HF, folder))
          .isInstanceOf(ConfigException.class)
          .hasMessage(message);
      assertThat(folder).isEmptyDirectory();
    }
  }

  private static PeftFile golden(String name) {
    return PeftFile.read(Golden.path("peft/" + name + "/adapter_config.json").getParent());
  }

  private static float[] logits(AdaptedModel model) {
    try (Scope scope = Scope.withoutGradients()) {
      var input = Golden.read("adapterx_backbone.safetensors").tensor("input");
      return Tensors.floats(model.logits(input, Pass.evaluation()));
    }
  }
}
