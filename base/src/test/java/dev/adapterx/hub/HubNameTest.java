package dev.adapterx.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubNameTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "timm/vit_base_patch16_224.augreg_in21k",
        "google/vit-base-patch16-224-in21k",
        "facebook/dinov2-small@main",
        "openai/clip-vit-base-patch16@refs/pr/3",
        "hf://facebook/dino-vits16",
        "hf://facebook/dino-vits16@0123456789abcdef0123456789abcdef01234567",
        "a/b",
      })
  void names(String text) {
    assertThat(HubName.isName(text)).isTrue();
    assertThat(HubName.parse(text).repo()).matches("[^/@:]+/[^/@:]+");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "embedded",
        "model.safetensors",
        "./org/name",
        "../name",
        "/org/name",
        "~/name",
        ".hidden/name",
        "org/name/more",
        "org\\name",
        "weights/model.safetensors",
        "weights/vit.PTH",
        "recipes/first.yaml",
        "org/",
        "/name",
        "org/-name",
        "org/a--b",
        "org/a..b",
        "org/name@",
        "C:/models",
        "",
      })
  void no_names(String text) {
    assertThat(HubName.isName(text)).isFalse();
    assertThatThrownBy(() -> HubName.parse(text))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("org/name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/../b", "/a", "a//b", ".x", "a/.b", "x.lock", "a b", "a/"})
  void a_revision_cannot_leave_its_folder(String revision) {
    assertThatThrownBy(() -> HubName.parse("org/name@" + revision))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("branch");
  }

  @Test
  void main_is_not_written() {
    assertThat(HubName.parse("a/b")).hasToString("a/b").isEqualTo(HubName.parse("hf://a/b@main"));
    assertThat(HubName.parse("a/b@v1")).hasToString("a/b@v1");
    assertThat(HubName.parse("a/b@v1").address()).isEqualTo("hf://a/b@v1");
    assertThat(HubName.parse("a/b").isCommit()).isFalse();
    assertThat(HubName.parse("a/b").at("0".repeat(40)).isCommit()).isTrue();
  }
}
