package dev.adapterx.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.log.EventFile;
import dev.adapterx.train.loop.Checkpoint;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.recipe.Recipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A real process, killed as by a power cut again and again, and resumed each time, leaves what a
 * training in one go leaves.
 *
 * <p>Some kills come at a moment by the clock, some after a step, and some while a file is being
 * written: in the place of the file's beginnings there is then a pipe, which blocks the writer as
 * long as nobody reads from it, or once more is written than a pipe holds (64 KiB).
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs mkfifo")
class KillTest {
  private static final int EPOCHS = 16;
  private static final String MODEL = "adapter_model.safetensors";
  private static final String CONFIG = "adapter_config.json";

  @TempDir static Path shared;
  @TempDir Path folder;

  @BeforeAll
  static void train_in_one_go() throws IOException {
    Tiny.images(shared.resolve("images"));
    Recipe recipe =
        Tiny.recipe(
            shared.resolve("images"),
            "method={name: adapter-x, experts: 2, heads: 2, bottleneck: 256, dropout: 0.2,"
                + " balance: 0.01}",
            "data.augment=crop-flip",
            "data.mixup=0.8",
            "data.val=val",
            "train.epochs=" + EPOCHS,
            "train.drop-path=0.2",
            "train.ema=0.9",
            "train.keep=2");
    Files.writeString(shared.resolve("recipe.yaml"), recipe.yaml());
    TrainRun.start(recipe, shared.resolve("straight"), RunListener.NONE);
  }

  /** One kill; false where the process ended before. */
  @FunctionalInterface
  private interface Kill {
    boolean of(TrainingProcess process) throws IOException, InterruptedException;
  }

  @Test
  void six_kills_in_one_run() throws Exception {
    killed(
        List.of(
            atTime(700),
            before("adapter-best/adapter_config.json"),
            afterStep(4, 1),
            within("checkpoint/last.safetensors", 20_000),
            before("metrics.csv"),
            before("adapter/adapter_config.json")));
  }

  @Tag("nightly")
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void eleven_kills_at_random_in_one_run(long seed) throws Exception {
    Rng rng = Rng.of(seed, "kills");
    List<Kill> kills = new ArrayList<>();
    kills.add(atTime(rng.nextInt(1500)));
    kills.add(before("adapter-best/" + (rng.nextInt(2) == 0 ? CONFIG : MODEL)));
    for (int i = 0; i < 6; i++) {
      kills.add(
          switch (rng.nextInt(4)) {
            case 0, 1 -> afterStep(1 + rng.nextInt(5), rng.nextInt(4));
            case 2 -> within("checkpoint/last.safetensors", rng.nextInt(60_000));
            default -> before("metrics.csv");
          });
    }
    kills.add(before("adapter/" + MODEL));
    kills.add(before("adapter/" + CONFIG));
    kills.add(before(rng.nextInt(2) == 0 ? "run.json" : "report.html"));
    killed(kills);
  }

  private void killed(List<Kill> kills) throws Exception {
    Path run = folder.resolve("run");
    for (int i = 0; i < kills.size(); i++) {
      try (TrainingProcess process = TrainingProcess.start(shared.resolve("recipe.yaml"), run)) {
        assertThat(kills.get(i).of(process)).as("kill %d came in time", i + 1).isTrue();
      }
      readersSeeWholeFiles(run);
    }
    try (TrainingProcess process = TrainingProcess.start(shared.resolve("recipe.yaml"), run)) {
      assertThat(process.isReady()).isTrue();
      process.go();
      assertThat(process.end()).isZero();
    }
    assertSameRun(run);
  }

  /** By the clock, wherever the process then is. */
  private static Kill atTime(int milliseconds) {
    return process -> {
      TimeUnit.MILLISECONDS.sleep(milliseconds);
      boolean alive = process.isAlive();
      process.kill();
      return alive;
    };
  }

  private static Kill afterStep(int steps, int milliseconds) {
    return process -> {
      boolean ready = process.isReady();
      process.go();
      boolean done = process.stepped(steps);
      TimeUnit.MILLISECONDS.sleep(milliseconds);
      process.kill();
      return ready && done;
    };
  }

  /** Once so many bytes of a file are written, which has 64 KiB more. */
  private Kill within(String file, int bytes) {
    return process -> {
      Path pipe = pipe(file, process);
      process.go();
      process.atEnd(() -> release(pipe));
      try (InputStream written = Files.newInputStream(pipe)) {
        boolean in = written.readNBytes(bytes).length == bytes && process.isAlive();
        process.kill();
        return in;
      }
    };
  }

  /** When all that is written before a file is written, and its first byte is not. */
  private Kill before(String file) {
    return process -> {
      pipe(file, process);
      process.go();
      boolean waits = process.isSilent();
      process.kill();
      return waits;
    };
  }

  private Path pipe(String file, TrainingProcess process) throws IOException, InterruptedException {
    assertThat(process.isReady()).isTrue();
    Path pipe = process.beside(folder.resolve("run").resolve(file));
    Files.createDirectories(pipe.getParent());
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    return pipe;
  }

  /** A process that waits for a writer finds that there is none. */
  private static void release(Path pipe) {
    try {
      FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void readersSeeWholeFiles(Path run) {
    for (String adapter : List.of("adapter", "adapter-best")) {
      if (Files.exists(run.resolve(adapter).resolve("adapter_config.json"))) {
        assertThat(AdapterFile.read(run.resolve(adapter)).tensors()).isNotEmpty();
      }
    }
    Path checkpoint = run.resolve("checkpoint/last.safetensors");
    if (Files.exists(checkpoint)) {
      assertThat(Checkpoint.whole(checkpoint).tensors()).containsKeys("theta", "m", "v");
    }
  }

  private static void assertSameRun(Path run) throws Exception {
    Path straight = shared.resolve("straight");
    for (String file :
        List.of(
            "adapter/adapter_model.safetensors",
            "adapter/adapter_config.json",
            "adapter-best/adapter_model.safetensors",
            "adapter-best/adapter_config.json",
            "checkpoint/last.safetensors",
            "checkpoint/epoch-0015.safetensors",
            "routing.jsonl",
            "recipe.yaml")) {
      assertThat(run.resolve(file)).hasSameBinaryContentAs(straight.resolve(file));
    }
    assertThat(Tiny.metrics(run)).isEqualTo(Tiny.metrics(straight)).hasSize(EPOCHS);
    assertThat(Tiny.text(run.resolve("metrics.csv")).lines()).hasSize(EPOCHS + 1);
    assertThat(shown(run)).isEqualTo(shown(straight)).hasSize(EPOCHS);
    assertThat(summary(run)).isEqualTo(summary(straight));
    try (Stream<Path> files = Files.walk(run)) {
      assertThat(files.map(Path::toString)).noneMatch(file -> file.contains(".part-"));
    }
    try (Stream<Path> files = Files.list(run.resolve("checkpoint"))) {
      assertThat(files).hasSize(2);
    }
  }

  private static Map<Long, Map<String, Float>> shown(Path run) throws Exception {
    var shown = EventFile.shown(run.resolve("events"));
    shown.values().forEach(values -> values.keySet().removeIf(key -> key.contains("second")));
    return shown;
  }

  /** Without what clocks and other processes tell. */
  private static ObjectNode summary(Path run) throws IOException {
    var json = (ObjectNode) JsonMapper.shared().readTree(run.resolve("run.json"));
    json.remove(List.of("seconds-per-epoch", "peak-resident-bytes", "evaluation-seconds"));
    ((ObjectNode) json.get("provenance")).remove(List.of("started"));
    return json;
  }
}
