package dev.adapterx.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubSettingsTest {
  @TempDir Path user;

  @Test
  void without_variables_all_is_as_python_has_it() {
    HubSettings settings = HubSettings.of(Map.of(), user);

    assertThat(settings.endpoint()).hasToString("https://huggingface.co");
    assertThat(settings.cache()).isEqualTo(user.resolve(".cache/huggingface/hub"));
    assertThat(settings.token()).isNull();
    assertThat(settings.offline()).isFalse();
  }

  @Test
  void folders_follow_their_variables() {
    assertThat(HubSettings.of(Map.of("XDG_CACHE_HOME", "/x"), user).cache())
        .isEqualTo(Path.of("/x/huggingface/hub"));
    assertThat(HubSettings.of(Map.of("XDG_CACHE_HOME", "/x", "HF_HOME", "/h"), user).cache())
        .isEqualTo(Path.of("/h/hub"));
    assertThat(HubSettings.of(Map.of("HF_HOME", "/h", "HF_HUB_CACHE", "~/c"), user).cache())
        .isEqualTo(user.resolve("c"));
    assertThat(HubSettings.of(Map.of("HUGGINGFACE_HUB_CACHE", "/old"), user).cache())
        .isEqualTo(Path.of("/old"));
    assertThat(HubSettings.of(Map.of("HF_HOME", ""), user).home())
        .isEqualTo(user.resolve(".cache/huggingface"));
  }

  @Test
  void the_token_is_the_variable_or_the_file() throws IOException {
    Path file = user.resolve(".cache/huggingface/token");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "hf_file\n");

    assertThat(HubSettings.of(Map.of(), user).token()).isEqualTo("hf_file");
    assertThat(HubSettings.of(Map.of("HF_TOKEN", " hf_env "), user).token()).isEqualTo("hf_env");
    assertThat(HubSettings.of(Map.of("HF_TOKEN_PATH", file.toString(), "HF_HOME", "/h"), user))
        .extracting(HubSettings::token)
        .isEqualTo("hf_file");
  }

  @Test
  void the_token_is_never_shown() {
    assertThat(HubSettings.of(Map.of("HF_TOKEN", "hf_secret"), user).toString())
        .contains("with a token")
        .doesNotContain("hf_secret");
    assertThatThrownBy(() -> HubSettings.of(Map.of("HF_TOKEN", "hf_sec ret"), user))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("HF_TOKEN")
        .hasMessageNotContaining("ret");
  }

  @ParameterizedTest
  @CsvSource({"1, true", "true, true", "YES, true", "on, true", "0, false", "'', false"})
  void offline_is_said_as_python_says_it(String value, boolean offline) {
    assertThat(HubSettings.of(Map.of("HF_HUB_OFFLINE", value), user).offline()).isEqualTo(offline);
    assertThat(HubSettings.of(Map.of("TRANSFORMERS_OFFLINE", value), user).offline())
        .isEqualTo(offline);
  }

  @Test
  void another_hub() {
    assertThat(HubSettings.of(Map.of("HF_ENDPOINT", "https://mirror.example/hf/"), user).endpoint())
        .hasToString("https://mirror.example/hf");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mirror", "ftp://x", "http://", "://"})
  void an_endpoint_that_is_none_is_named(String endpoint) {
    assertThatThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", endpoint), user))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("HF_ENDPOINT", endpoint);
  }
}
