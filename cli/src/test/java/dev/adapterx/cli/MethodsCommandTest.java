package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Settings;
import dev.adapterx.cli.arguments.RecordedMethods;
import dev.adapterx.peft.Methods;
import dev.adapterx.train.recipe.MethodTable;
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

  /** What is printed comes from a file; this counts anew and leaves what belongs there. */
  @ParameterizedTest
  @ValueSource(strings = {"vit_base_patch16_224", "point_mae"})
  void what_is_recorded_is_what_is_counted(String preset) throws IOException {
    MethodTable counted = MethodTable.of(preset);
    Path target = Path.of("target", RecordedMethods.file(preset));
    Files.createDirectories(target.getParent());
    Files.writeString(target, Settings.text(counted));
    assertThat(RecordedMethods.of(preset))
        .as("copy cli/%s to cli/src/main/resources/dev/adapterx/cli/arguments", target)
        .isEqualTo(counted);
    assertThat(RecordedMethods.class.getResource(RecordedMethods.file(preset))).isNotNull();
  }

  @Test
  void a_backbone_that_is_not_recorded_is_counted() {
    JsonNode rows = Invocation.of("methods", "vit_32x2x2_patch8_32", "--json").json().path("rows");
    assertThat(rows.get(0).path("entry").asString()).isEqualTo("linear-probe");
    assertThat(rows).hasSize(Methods.entries().size());
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
    assertThat(refused.err()).contains("'; did you mean 'vit_base_patch16_224'? Expected vit_SIZE");
    assertThat(Invocation.of("methods", "x").err()).contains("Unknown preset 'x'. Expected vit_");
  }
}
