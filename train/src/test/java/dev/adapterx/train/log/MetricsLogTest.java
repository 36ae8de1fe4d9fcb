package dev.adapterx.train.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {
  @TempDir Path folder;
  private Path jsonl;
  private Path csv;

  @BeforeEach
  void names() {
    jsonl = folder.resolve("metrics.jsonl");
    csv = folder.resolve("metrics.csv");
  }

  private static Map<String, Object> values(Object... namesAndValues) {
    var values = new LinkedHashMap<String, Object>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return values;
  }

  private static void train(MetricsLog log, int from, int to) {
    for (int epoch = from; epoch <= to; epoch++) {
      log.append(epoch, values("train/loss", 1.0 / epoch, "lr", 1e-3, "note", "e" + epoch));
    }
  }

  @Test
  void writes_an_object_per_epoch_with_keys_in_order() {
    var log = MetricsLog.create(folder);
    log.append(1, values("train/loss", 1.5, "samples", 1000, "chosen", "yes"));
    log.append(2, values("train/loss", Double.NaN, "lr", 1e-5));

    assertThat(jsonl)
        .hasContent(
            """
            {"epoch":1,"train/loss":1.5,"samples":1000,"chosen":"yes"}
            {"epoch":2,"train/loss":"NaN","lr":1.0E-5}
            """);
  }

  @Test
  void a_late_column_widens_the_table_and_commas_are_quoted() {
    var log = MetricsLog.create(folder);
    log.append(1, values("loss", 1.5));
    log.append(2, values("warning", "expert 3, \"dead\"", "loss", 1.0));

    assertThat(csv)
        .hasContent(
            """
            epoch,loss,warning
            1,1.5,
            2,1.0,"expert 3, ""dead""\"
            """);
  }

  @Test
  void a_resumed_run_leaves_the_same_bytes_as_a_straight_one() throws IOException {
    train(MetricsLog.create(folder), 1, 6);
    var straight = Files.readString(jsonl);
    var straightCsv = Files.readString(csv);

    train(MetricsLog.resume(folder, 3), 4, 6);

    assertThat(Files.readString(jsonl)).isEqualTo(straight);
    assertThat(Files.readString(csv)).isEqualTo(straightCsv);
  }

  @Test
  void a_line_cut_off_by_a_kill_is_dropped() throws IOException {
    train(MetricsLog.create(folder), 1, 2);
    var whole = Files.readString(jsonl);
    Files.writeString(jsonl, "{\"epoch\":3,\"train/l", StandardOpenOption.APPEND);

    var log = MetricsLog.resume(folder, 10);

    assertThat(log.records()).hasSize(2);
    assertThat(log.records().get(1)).containsEntry("epoch", 2).containsEntry("train/loss", 0.5);
    assertThat(Files.readString(jsonl)).isEqualTo(whole);
  }

  @Test
  void a_missing_log_resumes_as_an_empty_one() {
    train(MetricsLog.resume(folder, 5), 6, 6);

    assertThat(csv).hasContent("epoch,train/loss,lr,note\n6,0.16666666666666666,0.001,e6\n");
  }

  @Test
  void a_damaged_line_is_named() throws IOException {
    Files.writeString(jsonl, "{\"epoch\":1}\n{\"epoch\":\"two\"}\n");

    assertThatThrownBy(() -> MetricsLog.resume(folder, 5))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("metrics.jsonl:2")
        .hasMessageContaining("\"two\"")
        .hasMessageContaining("restore the line or remove it");

    Files.writeString(jsonl, "nonsense\n");
    assertThatThrownBy(() -> MetricsLog.resume(folder, 5))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("metrics.jsonl:1");
  }

  @Test
  void a_new_run_does_not_overwrite_an_old_one() {
    train(MetricsLog.create(folder), 1, 1);

    assertThatThrownBy(() -> MetricsLog.create(folder))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("already exists")
        .hasMessageContaining("resume");
  }

  @Test
  void epochs_only_go_forward() {
    var log = MetricsLog.create(folder);
    train(log, 1, 2);

    assertThatThrownBy(() -> log.append(2, Map.of())).hasMessageContaining("not later than 2");
    assertThatThrownBy(() -> log.append(3, Map.of("x", new int[0]))).hasMessageContaining("x");
    assertThat(log.records()).hasSize(2);
  }
}
