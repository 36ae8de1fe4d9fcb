package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.peft.Methods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class MethodsCommandTest {
  @ParameterizedTest
  @ValueSource(strings = {"vit_base_patch16_224", "point_mae"})
  void the_document_has_what_is_printed(String preset) throws IOException {
    Invocation printed = Invocation.of("methods", preset, "--markdown");

    assertThat(printed.code()).as(printed.err()).isZero();
    assertThat(Files.readString(Path.of("../docs/methods.md"))).contains(printed.out());
  }

  @Test
  void every_method_and_preset_is_there_with_its_count() {
    JsonNode rows = Invocation.of("methods", "--json").json().path("rows");

    assertThat(rows)
        .extracting(row -> row.path("entry").asString())
        .containsExactlyElementsOf(Methods.entries())
        .containsAll(Methods.names());
    JsonNode lora = null;
    for (JsonNode row : rows) {
      lora = row.path("entry").asString().equals("lora") ? row : lora;
    }
    assertThat(lora).isNotNull();
    assertThat(lora.path("parameters").asLong()).isEqualTo(294_912);
    assertThat(lora.path("merges").asBoolean()).isTrue();
  }

  @Test
  void an_unknown_backbone_is_answered_with_the_nearest() {
    Invocation refused = Invocation.of("methods", "vit_bas_patch16_224");

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("vit_base_patch16_224");
  }
}
