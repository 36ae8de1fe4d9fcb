package dev.adapterx.serve;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A training as the studio sees one: {@code ADAPTER DATA --out RUN --quality Q method=M …}. Says
 * epochs, logs their figures and leaves ADAPTER's files; with linear-probe it fails, and with
 * quality good it goes on until it is stopped.
 */
final class FakeTraining {
  private FakeTraining() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    List<String> all = List.of(args);
    if (all.contains("method=linear-probe")) {
      out.println("adapterx: images: expected more of them");
      System.exit(2);
    }
    Path run = Path.of(all.get(all.indexOf("--out") + 1));
    Files.createDirectories(run.resolve("adapter"));
    StringBuilder log = new StringBuilder();
    int epochs = all.contains("good") ? 100_000 : 3;
    for (int epoch = 1; epoch <= epochs; epoch++) {
      log.append(
          "{\"epoch\":%d,\"loss\":%s,\"val-accuracy\":50.0}\n".formatted(epoch, 1.0 / epoch));
      Files.writeString(run.resolve("metrics.jsonl"), log);
      out.println("epoch %d/%d  loss".formatted(epoch, epochs));
      Thread.sleep(20);
    }
    for (String name : List.of("adapter_config.json", "adapter_model.safetensors")) {
      Files.copy(Path.of(all.get(0)).resolve(name), run.resolve("adapter").resolve(name));
    }
    Files.writeString(run.resolve("adapter/keys.txt"), String.join(" ", all));
  }
}
