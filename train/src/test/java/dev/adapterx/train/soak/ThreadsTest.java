package dev.adapterx.train.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.train.Tiny;
import dev.adapterx.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** One thread and 64 compute the same bytes, and end when their work does. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "others do not tell how many threads there are")
class ThreadsTest {
  @TempDir Path folder;

  @Test
  void sixty_four_threads_give_what_one_gives_and_none_is_left_over() throws Exception {
    Path images = Tiny.images(folder.resolve("images"));
    Recipe recipe =
        Tiny.recipe(
            images,
            "method=adapter-x",
            "data.augment=crop-flip",
            "train.epochs=2",
            "train.batch=21",
            "train.micro-batch=1",
            "train.drop-path=0.2");
    Files.writeString(folder.resolve("recipe.yaml"), recipe.yaml());
    Said one = run(1, images);
    Said many = run(64, images);
    for (int i = 0; i < 2; i++) {
      for (String file :
          List.of("adapter/adapter_model.safetensors", "checkpoint/last.safetensors")) {
        assertThat(many.runs.resolve("run-" + i).resolve(file))
            .hasSameBinaryContentAs(one.runs.resolve("run-0").resolve(file));
      }
    }
    for (Said said : List.of(one, many)) {
      assertThat(said.threads("trained")).as(said.text).hasSize(2);
      assertThat(said.threads("predicted")).as(said.text).hasSize(2);
      assertStays(said, "trained");
      assertStays(said, "predicted");
      assertThat(said.threads("started").get(0))
          .as("four pieces of a batch, its assembler, decoders and a few of Java's")
          .isLessThan(4 + 1 + Runtime.getRuntime().availableProcessors() + 4);
    }
  }

  /** No fewer than a pool would leave: Java starts and ends threads of its own. */
  private static void assertStays(Said said, String what) {
    List<Integer> threads = said.threads(what);
    assertThat(threads.get(1) - threads.get(0)).as(said.text).isLessThan(8);
  }

  private record Said(Path runs, String text) {
    List<Integer> threads(String what) {
      return text.lines()
          .filter(line -> line.startsWith(what + " "))
          .map(line -> Integer.valueOf(line.substring(what.length() + 1)))
          .toList();
    }
  }

  private Said run(int threads, Path images) throws IOException, InterruptedException {
    Path runs = Files.createDirectories(folder.resolve("runs-" + threads));
    Path said = folder.resolve("said-" + threads + ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                ManyThreads.class.getName(),
                folder.resolve("recipe.yaml").toString(),
                runs.toString(),
                images.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
    builder.environment().put("OMP_WAIT_POLICY", "passive");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(240, TimeUnit.SECONDS)).as("ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(said);
    assertThat(process.exitValue()).as(text).isZero();
    return new Said(runs, text);
  }
}
