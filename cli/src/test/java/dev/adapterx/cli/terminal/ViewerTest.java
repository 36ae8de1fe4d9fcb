package dev.adapterx.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ViewerTest {
  @TempDir Path folder;

  @Test
  void what_is_not_there_is_named() {
    assertThat(new Viewer(List.of("no-such-viewer")).open(folder))
        .contains("there is no no-such-viewer on this machine");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no sh")
  void it_is_given_the_file() throws Exception {
    Path report = Files.writeString(folder.resolve("a report.html"), "x");
    Viewer copies = new Viewer(List.of("sh", "-c", "cp \"$1\" \"$1.seen\"", "sh"));
    assertThat(copies.open(report)).isEmpty();
    assertThat(folder.resolve("a report.html.seen")).hasContent("x");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no sh")
  void one_that_finds_nothing_is_named() {
    assertThat(new Viewer(List.of("sh", "-c", "exit 3")).open(folder))
        .contains("sh found nothing to open it with");
  }

  @Test
  void each_system_has_one() {
    assertThat(Viewer.here().command()).isNotEmpty();
  }
}
