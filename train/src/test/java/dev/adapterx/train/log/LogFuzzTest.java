package dev.adapterx.train.log;

import dev.adapterx.base.DataException;
import dev.adapterx.testing.Fuzz;
import dev.adapterx.train.routing.ExpertUse;
import dev.adapterx.train.routing.RoutingLog;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged logs of a run that goes on: each is read or its line named, and grows afterwards. */
class LogFuzzTest {
  private static final String METRICS =
      """
      {"epoch":1,"loss":1.5,"val-accuracy":50.0,"text":"a, \\"b\\""}
      {"epoch":2,"loss":1.25,"val-accuracy":"NaN","text":""}
      {"epoch":3,"loss":1.125}
      """;

  @TempDir Path folder;

  @Test
  void metrics() {
    new Fuzz("resumed metrics.jsonl", METRICS.getBytes(StandardCharsets.UTF_8), 150)
        .reading(
            DataException.class,
            mutant -> {
              Files.write(folder.resolve("metrics.jsonl"), mutant);
              MetricsLog.resume(folder, 2).append(3, Map.of("loss", 1.0));
            });
  }

  @Test
  void routing() throws java.io.IOException {
    RoutingLog log = RoutingLog.resume(folder, 0);
    ExpertUse use =
        new ExpertUse(
            "blocks.0", "blocks.0", 640, List.of(0.5, 0.25, 0.25), List.of(0.4, 0.3, 0.3), 0.9);
    log.append(1, List.of(use));
    log.append(2, List.of(use, use));
    Path file;
    try (var files = Files.list(folder)) {
      file = files.filter(f -> f.toString().endsWith(".jsonl")).findFirst().orElseThrow();
    }
    new Fuzz("routing.jsonl", Files.readAllBytes(file), 150)
        .reading(
            DataException.class,
            mutant -> {
              Files.write(file, mutant);
              RoutingLog.resume(folder, 2).append(3, List.of(use));
            });
  }
}
