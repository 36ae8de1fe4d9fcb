package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The commands that need no run: params, data check, doctor, predict with a bare backbone. */
class ToolCommandsTest {
  private static final String BASE = "vit_base_patch16_224";

  @Test
  void adapter_x_on_vit_b_counts_as_published() {
    Invocation counted = Invocation.of("params", BASE, "--method", "adapter-x");

    assertThat(counted.code()).as(counted.err()).isZero();
    assertThat(counted.out()).contains("140,096", "0.163 %", "85,798,656", "not counted");
  }

  @Test
  void with_the_mean_head_of_vtab() {
    Invocation counted =
        Invocation.of("params", BASE, "--method", "adapter-x", "--head", "vtab-1k");

    assertThat(counted.out()).contains("38,045", "178,141", "0.208 %", "940/19");
  }

  @Test
  void the_budget_preset_stays_at_a_fifth_of_a_percent() {
    Invocation counted = Invocation.of("params", BASE, "method.preset=budget", "--head", "vtab-1k");

    assertThat(counted.out()).contains("171,981", "0.2004 %");
  }

  @Test
  void the_tensors_listed_are_those_counted() {
    JsonNode counted =
        Invocation.of("params", "vit_64x2x2_patch8_32", "--head", "7", "--json").json();

    long sum = counted.path("tensors").valueStream().mapToLong(t -> t.path("count").asLong()).sum();
    assertThat(sum).isEqualTo(counted.path("peft").asLong());
    assertThat(counted.path("head").asLong()).isEqualTo(7 * 65);
    assertThat(counted.path("trainable").asLong()).isEqualTo(sum + 7 * 65);
    assertThat(Invocation.of("params", "vit_64x2x2_patch8_32", "--tensors").out())
        .containsPattern("cls_token +\\(1, 1, 64\\) +64");
  }

  @Test
  void a_recipe_counts_the_classes_of_its_data(@TempDir Path folder) {
    TinyRun.data(folder.resolve("images"));
    Path recipe = TinyRun.recipe(folder, "linear-probe");

    Invocation counted = Invocation.of("params", recipe);

    assertThat(counted.out()).contains("2 classes").containsPattern("head +66 ");
    assertThat(Invocation.of("params", recipe, "--method", "full").out())
        .contains("Full fine-tuning", "100.0000 %");
  }

  @Test
  void what_is_neither_recipe_nor_preset_is_answered_with_a_near_preset() {
    Invocation wrong = Invocation.of("params", "vit_bse_patch16_224");

    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("Unknown preset", "did you mean 'vit_base_patch16_224'?");
    assertThat(Invocation.of("params", "none.yaml").err()).contains("no readable recipe");
    assertThat(Invocation.of("params", BASE, "--head", "many").err())
        .contains("--head", "vtab-1k", "'many'");
    assertThat(Invocation.of("params", BASE, "--method", "lore").err())
        .contains("unknown method 'lore'");
  }

  @Test
  void a_sound_data_set_passes(@TempDir Path folder) {
    Invocation checked = Invocation.of("data", "check", TinyRun.data(folder));

    assertThat(checked.code()).as(checked.err()).isZero();
    assertThat(checked.out()).contains("train", "test", "blue", "red");
  }

  @Test
  void a_broken_image_makes_a_data_set_unsound(@TempDir Path folder) {
    TinyRun.data(folder);
    TinyRun.write(folder.resolve("train/red/9.png"), "no picture");

    Invocation checked = Invocation.of("data", "check", folder, "--json");

    assertThat(checked.code()).isEqualTo(2);
    assertThat(checked.json().path("sound").asBoolean()).isFalse();
    assertThat(checked.out()).contains("9.png");
  }

  @Test
  void a_missing_data_set_is_named(@TempDir Path folder) {
    Invocation wrong = Invocation.of("data", "check", folder.resolve("nowhere"));

    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("No such folder", "nowhere");
  }

  @Test
  void the_doctor_looks_everywhere() {
    Invocation looked = Invocation.of("doctor");

    assertThat(looked.code()).isZero();
    assertThat(looked.out())
        .contains("processor", "cores", "libtorch uses", "OMP_WAIT_POLICY", "memory", "Java heap")
        .contains("pytorch 2.", "javacpp 1.", "openblas 0.", "engine cache", "precision auto")
        .contains("right in fp32 and bf16", "free in");
    JsonNode json = Invocation.of("doctor", "--json").json();
    assertThat(json.path("problems")).isEmpty();
    assertThat(json.path("facts").has("instructions")).isTrue();
  }

  @Test
  void a_backbone_without_a_classifier_predicts_nothing(@TempDir Path folder) {
    Path full = TinyRun.trained(folder, "full");
    Path bare = folder.resolve("bare/model.safetensors");
    Invocation.of("merge", full, "--out", bare, "--no-head", "--dtype", "bf16");

    Invocation wrong = Invocation.of("predict", "--backbone", bare, "x.png");

    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("no classifier of its own", "head.weight");
  }

  @Test
  @SharedData
  void a_published_backbone_names_real_photos() throws IOException {
    Path home = SharedData.Beside.folder().resolve("vit-tiny-in1k");
    Path labels = home.resolve("imagenet17/Labels.txt");
    Invocation predicted =
        Invocation.of(
            "predict",
            "--backbone",
            home.resolve("vit_tiny_patch16_224.safetensors"),
            "--labels",
            labels,
            "--precision",
            "fp32",
            "--json",
            home.resolve("imagenet17"));

    assertThat(predicted.code()).as(predicted.err()).isZero();
    List<String> names = Files.readAllLines(labels);
    List<JsonNode> lines = predicted.jsonLines();
    assertThat(lines).hasSize(17);
    long right =
        lines.stream()
            .filter(line -> line.path("label").asString().equals(names.get(truth(line))))
            .count();
    assertThat(right).isGreaterThanOrEqualTo(13);
  }

  /** Class index of a photo by the WordNet id its name begins with. */
  private static int truth(JsonNode line) {
    String id = Path.of(line.path("file").asString()).getFileName().toString().split("_")[0];
    return SYNSETS.get(id);
  }

  private static final Map<String, Integer> SYNSETS =
      Map.ofEntries(
          Map.entry("n01514668", 7),
          Map.entry("n01687978", 42),
          Map.entry("n01735189", 57),
          Map.entry("n01847000", 97),
          Map.entry("n01855032", 98),
          Map.entry("n02018795", 138),
          Map.entry("n02025239", 139),
          Map.entry("n02113978", 268),
          Map.entry("n02125311", 286),
          Map.entry("n02127052", 287),
          Map.entry("n02231487", 313),
          Map.entry("n02412080", 348),
          Map.entry("n02493509", 380),
          Map.entry("n03032252", 498),
          Map.entry("n03062245", 503),
          Map.entry("n03240683", 540),
          Map.entry("n03764736", 653));
}
