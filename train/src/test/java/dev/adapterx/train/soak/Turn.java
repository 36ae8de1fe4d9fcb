package dev.adapterx.train.soak;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.hub.FetchListener;
import dev.adapterx.hub.Hub;
import dev.adapterx.hub.HubName;
import dev.adapterx.hub.HubSettings;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.testing.FakeHub;
import dev.adapterx.train.loop.DivergedException;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.loop.StoppedException;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.result.TrainedRun;
import dev.adapterx.train.run.TrainRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * One loop of the soak: trains a method, measures, predicts, saves, loads, asks the hub, does some
 * things wrong, and deletes what it left. Which of the ways it goes depends on its number alone.
 */
final class Turn {
  private static final HubName MODEL = HubName.parse("org/model");

  private final int number;
  private final Path folder;
  private final Path run;
  private final String method;
  private final boolean points;
  private final FakeHub server;

  /**
   * @param folder with {@code images} and {@code clouds}
   */
  Turn(int number, Path folder, List<String> methods, FakeHub server) {
    this.number = number;
    this.folder = folder;
    this.run = folder.resolve("run");
    this.points = number % 2 == 1;
    this.method = methods.get(number / 2 % methods.size());
    this.server = server;
  }

  /** Whether a method can be trained on this turn's kind of data. */
  private boolean isPossible() {
    return !method.startsWith(points ? "convpass" : "point-");
  }

  private boolean every(int turns) {
    return number / 2 % turns == 0;
  }

  void go() throws IOException {
    if (!isPossible()) {
      return;
    }
    train();
    use();
    wrong();
    hub();
    delete(run);
  }

  private Recipe recipe(String... more) {
    int colon = method.indexOf(':');
    List<String> overrides = new ArrayList<>();
    overrides.add("seed=" + number);
    overrides.add("backbone.path=" + (points ? "embedded-points" : "embedded"));
    overrides.add("backbone.precision=" + (every(7) ? "bf16" : "fp32"));
    overrides.add(
        colon < 0
            ? "method=" + method
            : "method={name: %s, preset: %s}"
                .formatted(method.substring(0, colon), method.substring(colon + 1)));
    overrides.add("data.path=" + folder.resolve(points ? "clouds" : "images"));
    overrides.add("data.threads=" + (1 + number % 5));
    overrides.add("data.cache-megabytes=" + (every(2) ? 0 : 64));
    if (every(3)) {
      overrides.add("data.augment=" + (points ? "scale-translate" : "crop-flip"));
      overrides.add("train.ema=0.9");
      overrides.add("data.hold-out=0.5");
    }
    overrides.addAll(List.of(more));
    return Recipe.read(
        """
        data: {train: train, test: test}
        train: {epochs: 1, batch: 4, micro-batch: 2, lr: 0.001, warmup-epochs: 0, drop-path: 0.1}
        """,
        overrides,
        "soak");
  }

  /** Stops after the second step of every other training, and goes on. */
  private void train() {
    if (!every(2)) {
      TrainRun.start(recipe(), run, RunListener.NONE);
      return;
    }
    AtomicInteger steps = new AtomicInteger();
    RunListener stopping =
        new RunListener() {
          @Override
          public void stepped(int epoch, int epochs, int step, int all, double loss) {
            steps.incrementAndGet();
          }

          @Override
          public boolean wantsStop() {
            return steps.get() >= 2;
          }
        };
    refused(StoppedException.class, () -> TrainRun.start(recipe(), run, stopping));
    TrainRun.resume(run, RunListener.NONE);
  }

  private void use() throws IOException {
    Path broken = Files.write(folder.resolve(points ? "broken.off" : "broken.png"), new byte[40]);
    try (TrainedRun trained = TrainedRun.open(run, false, null)) {
      trained.measure(null, null, false);
      List<Path> files = new ArrayList<>(trained.modality().below(test()));
      files.add(broken);
      int[] heard = {0};
      int bad = trained.predictor().predict(files, 1, guess -> heard[0]++, b -> {});
      if (bad != 1 || heard[0] != files.size() - 1) {
        throw new AssertionError(bad + " broken, " + heard[0] + " predicted");
      }
      Path copy = folder.resolve("copy");
      AdapterFile.write(trained.model(), copy);
      AdapterFile.read(copy).attach(trained.backbone()).close();
      delete(copy);
      if (every(5)) {
        try {
          trained.measure(0.5, null, null, false);
        } catch (ConfigException e) {
          // This method cannot be merged.
        }
      }
    } finally {
      Files.delete(broken);
    }
  }

  private Path test() {
    return folder.resolve(points ? "clouds/test" : "images/test");
  }

  private void wrong() throws IOException {
    refused(ConfigException.class, () -> recipe("train.lrr=1"));
    Path adapter = run.resolve("adapter/adapter_model.safetensors");
    byte[] whole = Files.readAllBytes(adapter);
    Files.write(adapter, Arrays.copyOf(whole, whole.length / 2));
    refused(CheckpointException.class, () -> TrainedRun.open(run, false, null));
    Path checkpoint = run.resolve("checkpoint/last.safetensors");
    Files.write(checkpoint, Arrays.copyOf(Files.readAllBytes(checkpoint), 100));
    refused(CheckpointException.class, () -> TrainRun.resume(run, RunListener.NONE));
    if (every(4)) {
      delete(run);
      refused(
          DivergedException.class,
          () -> TrainRun.start(recipe("train.lr=1e30"), run, RunListener.NONE));
    }
  }

  /** Fetches afresh and takes what is cached in turn. */
  private void hub() throws IOException {
    if (number % 8 != 0) {
      return;
    }
    Path home = folder.resolve("hub");
    if (number % 16 == 0) {
      delete(home);
    }
    HubSettings settings =
        HubSettings.of(
            Map.of("HF_ENDPOINT", server.endpoint(), "HF_HOME", home.toString()), folder);
    Hub hub = new Hub(settings, FetchListener.NONE);
    Path file = hub.snapshot(MODEL).find("model.safetensors").orElseThrow().path();
    if (Files.size(file) != Soak.MODEL_BYTES) {
      throw new AssertionError(file + " has " + Files.size(file) + " bytes");
    }
    server.forget();
  }

  private void refused(Class<? extends AdapterXException> with, Runnable what) {
    try {
      what.run();
    } catch (AdapterXException e) {
      if (with.isInstance(e)) {
        return;
      }
      throw e;
    }
    throw new AssertionError("turn " + number + ", " + method + ": no " + with.getSimpleName());
  }

  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
