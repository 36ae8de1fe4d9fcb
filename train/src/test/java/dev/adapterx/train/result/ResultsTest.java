package dev.adapterx.train.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
  @TempDir Path folder;

  private void run(String name, String method, int trainable, double accuracy) throws IOException {
    Path run = Files.createDirectories(folder.resolve(name));
    Files.writeString(
        run.resolve("run.json"),
        """
        {"backbone": "b", "data": "d", "method": "%s", "test-accuracy-last": %s,
         "parameters": {"trainable": %d, "trainable-percent": 1.5}}
        """
            .formatted(method, accuracy, trainable));
  }

  @Test
  void runs_of_one_method_are_one_row() throws IOException {
    run("a-0", "A", 10, 80);
    run("a-1", "A", 10, 82);
    run("a-2", "A", 10, 87);
    run("b-0", "B", 10, 70);
    run("c-0", "A", 11, 90);
    List<Results.Row> rows = Results.of(List.of(folder));
    assertThat(rows).extracting(row -> row.accuracies().size()).containsExactly(3, 1, 1);
    assertThat(rows.get(0).mean()).isCloseTo(83, within(1e-12));
    assertThat(rows.get(0).std()).isCloseTo(Math.sqrt(13), within(1e-12));
    assertThat(rows.get(1).std()).isNaN();
    assertThat(rows.get(0).group().percent()).isEqualTo(1.5);
  }

  @Test
  void folders_without_finished_runs_are_named() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertThatThrownBy(() -> Results.of(List.of(empty)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("holds no finished run");
    Files.writeString(empty.resolve("run.json"), "{\"method\": \"A\"}");
    assertThatThrownBy(() -> Results.of(List.of(empty)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has no test-accuracy-last");
    for (String nan : new String[] {"\"NaN\"", "null"}) {
      Files.writeString(
          empty.resolve("run.json"), "{\"method\": \"A\", \"test-accuracy-last\": " + nan + "}");
      assertThatThrownBy(() -> Results.of(List.of(empty)))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("the measured value test-accuracy-last is not a number")
          .hasMessageNotContaining("no test split");
    }
    Files.writeString(empty.resolve("run.json"), "{");
    assertThatThrownBy(() -> Results.of(List.of(empty)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is not readable JSON");
  }
}
