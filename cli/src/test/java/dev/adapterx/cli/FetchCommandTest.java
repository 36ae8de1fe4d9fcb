package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.BackboneFile;
import dev.adapterx.model.Backbones;
import dev.adapterx.tensor.Precision;
import dev.adapterx.testing.FakeHub;
import dev.adapterx.weights.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Models by name, from the command line; the hub is on this machine. */
class FetchCommandTest {
  private static final String COMMIT = "1234567890abcdef1234567890abcdef12345678";
  private static final List<String> PROPERTIES =
      List.of("HF_HOME", "HF_HUB_CACHE", "HF_ENDPOINT", "HF_TOKEN", "HF_HUB_OFFLINE");

  @TempDir Path home;

  private final FakeHub server = FakeHub.started();

  @BeforeEach
  void set() {
    PROPERTIES.forEach(name -> System.setProperty(name, ""));
    System.setProperty("HF_HOME", home.resolve("hf").toString());
    System.setProperty("HF_ENDPOINT", server.endpoint());
  }

  @AfterEach
  void stop() {
    PROPERTIES.forEach(System::clearProperty);
    server.close();
  }

  @Test
  void fetch_says_what_is_where() {
    byte[] weights = new byte[2 << 20];
    server.repo("org/model").with("config.json", "{}").with("model.safetensors", weights);

    Invocation first = Invocation.of("fetch", "org/model");
    assertThat(first.code()).isZero();
    assertThat(first.out())
        .contains(
            "org/model, commit " + COMMIT,
            "model.safetensors",
            "2.0 MiB",
            FakeHub.sha256(weights),
            "fetched",
            home.resolve("hf/hub/models--org--model/snapshots").toString());
    assertThat(first.err()).contains("fetching org/model model.safetensors, 2.0 MiB");

    JsonNode json = Invocation.of("fetch", "org/model", "--revision", COMMIT, "--json").json();
    assertThat(json.path("repo").asString()).isEqualTo("org/model");
    assertThat(json.path("commit").asString()).isEqualTo(COMMIT);
    assertThat(json.path("files").get(0).path("sha256").asString())
        .isEqualTo(FakeHub.sha256(weights));
    assertThat(json.path("files").get(0).path("downloaded").asBoolean()).isFalse();
    assertThat(Path.of(json.path("path").asString())).hasBinaryContent(weights);
  }

  @Test
  void fetch_takes_an_address() {
    server.repo("org/model").with("vit.bin", "weights");

    JsonNode json = Invocation.of("fetch", server.cdn() + "/org/model/vit.bin", "--json").json();

    assertThat(json.path("repo").isNull()).isTrue();
    assertThat(Path.of(json.path("path").asString())).hasContent("weights");
  }

  @Test
  void what_cannot_be_had_is_said_in_a_line() {
    server.repo("org/gated").gated().with("model.safetensors", "x");
    server.repo("org/lying").with("model.safetensors", "x");

    refused("fetch", "org/gated").contains("gated", server.endpoint() + "/org/gated", "HF_TOKEN");
    refused("fetch", "org/nothing").contains("no model 'org/nothing'");
    refused("fetch", "org/lying@v3").contains("no revision 'v3'");
    refused("fetch", "org/lying@v3", "--revision", "v4").contains("--revision");
    refused("fetch", "lonely").contains("org/name");
    server.lying();
    refused("fetch", "org/lying").contains("SHA-256", "Nothing was kept");
    System.setProperty("HF_HUB_OFFLINE", "1");
    refused("fetch", "org/lying").contains("HF_HUB_OFFLINE", home.toString());
  }

  private static org.assertj.core.api.AbstractStringAssert<?> refused(Object... arguments) {
    Invocation refused = Invocation.of(arguments);
    assertThat(refused.code()).as(refused.err()).isEqualTo(2);
    assertThat(refused.err()).doesNotContain("\tat ");
    return assertThat(refused.err());
  }

  @Test
  void params_and_train_and_evaluate_take_a_name() throws IOException {
    publish("org/tiny");
    Invocation params = Invocation.of("params", "org/tiny", "--method", "lora");
    assertThat(params.err()).isEmpty();
    assertThat(params.out()).contains("org/tiny");

    TinyRun.data(home.resolve("images"));
    Path recipe = home.resolve("recipe.yaml");
    Files.writeString(
        recipe,
        """
        backbone: {path: org/tiny, precision: fp32}
        method: linear-probe
        data: {path: images, val: test}
        train: {epochs: 1, batch: 4, warmup-epochs: 0}
        """);
    Path run = home.resolve("run");
    Invocation trained = Invocation.of("train", recipe, "--out", run);
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.out()).contains("org/tiny@1234567");
    assertThat(run.resolve("report.html"))
        .content()
        .contains("org/tiny, commit " + COMMIT, "model.safetensors sha256");
    assertThat(run.resolve("recipe.yaml")).content().contains("hf://org/tiny@" + COMMIT);
    assertThat(run.resolve("run.json")).content().contains("org/tiny@1234567", COMMIT);

    server.repo("org/tiny").with("model.safetensors", "a later push").commit("f".repeat(40));
    server.forget();
    Invocation evaluated = Invocation.of("evaluate", run);
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    assertThat(server.seen()).as("a run knows its commit").isEmpty();
  }

  @Test
  void a_study_finds_its_runs_again() throws IOException {
    publish("org/tiny");
    TinyRun.data(home.resolve("images"));
    Path recipe = home.resolve("recipe.yaml");
    Files.writeString(
        recipe,
        """
        backbone: {path: org/tiny, precision: fp32}
        data: {path: images, val: test}
        train: {epochs: 1, batch: 4, warmup-epochs: 0}
        """);
    Object[] study = {
      "compare", recipe, "--methods", "linear-probe", "--seeds", "1", "--out", home.resolve("study")
    };
    Invocation first = Invocation.of(study);
    assertThat(first.code()).as(first.err()).isZero();

    Invocation again = Invocation.of(study);

    assertThat(again.code()).as(again.err()).isZero();
  }

  @Test
  void a_missing_file_is_not_asked_of_the_hub() {
    Invocation params = Invocation.of("params", "nowhere/recipe.yaml");
    assertThat(params.code()).isEqualTo(2);
    assertThat(Invocation.of("predict", "--backbone", "nowhere/vit.pth", "x.jpg").code())
        .isEqualTo(2);
    assertThat(server.seen()).isEmpty();
  }

  /** A tiny model with random weights. */
  private void publish(String repo) throws IOException {
    Path file = home.resolve("made.safetensors");
    Backbones.Options options = Backbones.Options.defaults().with(Precision.FP32);
    try (Backbone made = Backbones.initial("vit_32x2x2_patch8_32", options, 0)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      made.tensors().forEach(tensors::put);
      BackboneFile.write(file, tensors, "{}", DType.F32);
    }
    server
        .repo(repo)
        .with("model.safetensors", Files.readAllBytes(file))
        .with("config.json", "{\"num_attention_heads\": 2}");
  }
}
