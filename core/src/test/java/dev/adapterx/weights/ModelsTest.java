package dev.adapterx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.hub.FetchListener;
import dev.adapterx.hub.Hub;
import dev.adapterx.hub.HubFile;
import dev.adapterx.hub.HubSettings;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.testing.FakeHub;
import dev.adapterx.testing.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelsTest {
  private static final String COMMIT = "1234567890abcdef1234567890abcdef12345678";

  @TempDir Path home;

  private final FakeHub server = FakeHub.started();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void a_name_brings_weights_and_what_describes_them() {
    publish("facebook/dinov2-tiny", "hf_dinov2");

    FoundModel model = models(false).find("facebook/dinov2-tiny");

    assertThat(model.files())
        .extracting(HubFile::name)
        .containsExactly("model.safetensors", "config.json", "preprocessor_config.json");
    assertThat(model.weights().getParent().getFileName()).hasToString(COMMIT);
    assertThat(model.origin())
        .startsWith("facebook/dinov2-tiny, commit " + COMMIT + ", model.safetensors sha256 ");
    try (Backbone backbone = Backbones.load(model, Backbones.Options.defaults())) {
      assertThat(backbone.info().name()).isEqualTo("facebook/dinov2-tiny");
      assertThat(backbone.info().origin()).isEqualTo(model.origin());
      assertThat(backbone.info().preprocessingSource()).isEqualTo("config of the weights");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf_dino",
        "hf_dinov2_14",
        "hf_mae",
        "hf_clip",
        "open_clip",
        "timm_vit",
        "timm_avg",
        "timm_clip"
      })
  void every_family_is_the_same_by_name_as_from_its_folder(String folder) {
    publish("org/model", folder);

    try (Backbone named =
            Backbones.load(models(false).find("org/model"), Backbones.Options.defaults());
        Backbone local = Backbones.load(Golden.path(folder), Backbones.Options.defaults())) {
      assertThat(named.info().sha256()).isEqualTo(local.info().sha256());
      assertThat(named.preprocessing()).isEqualTo(local.preprocessing());
    }
  }

  @Test
  void without_a_network_the_same_is_found() {
    publish("org/model", "hf_clip");
    FoundModel first = models(false).find("org/model");
    server.close();

    FoundModel again = models(true).find("org/model");

    assertThat(again.weights()).isEqualTo(first.weights());
    assertThat(again.files()).extracting(HubFile::downloaded).containsOnly(false);
    assertThatThrownBy(() -> models(true).find("org/other"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("org/other", "HF_HUB_OFFLINE", "adapterx fetch org/other");
  }

  @Test
  void shards_come_with_their_index() {
    server
        .repo("org/shards")
        .with("pytorch_model.bin", "worse")
        .with(
            "model.safetensors.index.json",
            "{\"weight_map\": {\"a\": \"x-1.safetensors\", \"b\": \"x-2.safetensors\", \"c\":"
                + " \"x-1.safetensors\"}}")
        .with("x-1.safetensors", "1")
        .with("x-2.safetensors", "2");

    assertThat(models(false).find("org/shards").files())
        .extracting(HubFile::name)
        .containsExactly("model.safetensors.index.json", "x-1.safetensors", "x-2.safetensors");
  }

  @Test
  void an_index_cannot_name_a_file_elsewhere() {
    server
        .repo("org/shards")
        .with("model.safetensors.index.json", "{\"weight_map\": {\"a\": \"../../x.safetensors\"}}");

    assertThatThrownBy(() -> models(false).find("org/shards"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("../../x.safetensors");
  }

  @ParameterizedTest
  @CsvSource({
    "model.safetensors pytorch_model.bin, model.safetensors",
    "open_clip_pytorch_model.bin pytorch_model.bin, pytorch_model.bin",
    "open_clip_pytorch_model.bin open_clip_model.safetensors, open_clip_model.safetensors",
  })
  void the_best_of_several_is_taken(String files, String best) {
    for (String file : files.split(" ")) {
      server.repo("org/model").with(file, file);
    }
    assertThat(models(false).find("org/model").files().get(0).name()).isEqualTo(best);
  }

  @Test
  void a_repository_without_weights_says_how_to_name_another_file() {
    server.repo("org/tf").with("tf_model.h5", "x").with("weights/vit.bin", "y");

    assertThatThrownBy(() -> models(false).find("org/tf"))
        .hasMessageContainingAll(
            "org/tf", "model.safetensors", server.endpoint() + "/org/tf/resolve/main/FILE");

    FoundModel named =
        models(false).find(server.endpoint() + "/org/tf/resolve/main/weights/vit.bin");
    assertThat(named.weights()).hasContent("y");
    assertThat(named.name()).hasToString("Optional[org/tf@" + COMMIT + "]");
  }

  @Test
  void the_hub_s_own_pages_are_names() {
    publish("org/model", "timm_vit");
    server.repo("org/model").revision("v1");

    for (String page : new String[] {"", "/", "/tree/v1", "/blob/main/model.safetensors"}) {
      assertThat(models(false).find(server.endpoint() + "/org/model" + page).files())
          .as(page)
          .hasSize(2);
    }
  }

  @Test
  void an_address_is_one_file() {
    publish("org/model", "hf_vit");

    FoundModel model = models(false).find(server.cdn() + "/org/model/model.safetensors");

    assertThat(model.name()).isEmpty();
    assertThat(model.weights()).hasFileName("model.safetensors");
    assertThat(model.origin()).startsWith(server.cdn()).contains("sha256");
  }

  @Test
  void what_exists_here_wins() throws IOException {
    Path folder = Files.createDirectories(home.resolve("org/model"));
    assertThat(Models.isRemote("org/model", home)).isFalse();
    assertThat(Models.isRemote("org/model2", home)).isTrue();
    assertThat(Models.isRemote("hf://org/model", home)).isTrue();
    assertThat(Models.isRemote("./org", home)).isFalse();
    assertThat(Models.isRemote("org/nothing.safetensors", home)).isFalse();
    assertThat(models(false).find(folder.toString()).weights()).isEqualTo(folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf://org", "hf://", "http://", "https://host", "https://host/"})
  void what_is_neither_is_said(String place) {
    assertThatThrownBy(() -> models(false).find(place)).isInstanceOf(ConfigException.class);
  }

  private Models models(boolean offline) {
    HubSettings settings =
        new HubSettings(URI.create(server.endpoint()), home, home.resolve("hub"), null, offline);
    return new Models(new Hub(settings, FetchListener.NONE));
  }

  private void publish(String repo, String golden) {
    try (var files = Files.list(Golden.path(golden))) {
      for (Path file : files.toList()) {
        if (!file.endsWith("expected.safetensors")) {
          server.repo(repo).with(file.getFileName().toString(), Files.readAllBytes(file));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
