package dev.adapterx.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.loop.DivergedException;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.loop.StoppedException;
import dev.adapterx.train.recipe.PretrainRecipe;
import dev.adapterx.train.recipe.Recipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that is asked to stop saves where it is, within an epoch too, and goes on from there. */
class StopTest {
  /** Whatever draws random numbers or keeps state is on. */
  private static final String[] EVERYTHING = {
    "method={name: adapter-x, experts: 2, heads: 2, bottleneck: 4, dropout: 0.2, balance: 0.01}",
    "data.augment=crop-flip",
    "data.mixup=0.8",
    "data.cutmix=1",
    "data.val=val",
    "train.drop-path=0.2",
    "train.ema=0.9",
    "train.label-smoothing=0.1",
    "train.clip-norm=1",
    "train.test-every=2"
  };

  @TempDir static Path images;
  @TempDir Path folder;

  /** Wants to stop at a question, counted from 1. */
  private static final class Ear implements RunListener {
    private int left;
    private int steps;

    Ear(int question) {
      this.left = question;
    }

    @Override
    public void stepped(int epoch, int epochs, int step, int steps, double loss) {
      this.steps++;
    }

    @Override
    public boolean wantsStop() {
      return --left <= 0;
    }
  }

  @BeforeAll
  static void paint() {
    Tiny.images(images);
  }

  private Path run() {
    return folder.resolve("run");
  }

  private Path straight(Recipe recipe) {
    Path straight = folder.resolve("straight");
    TrainRun.start(recipe, straight, RunListener.NONE);
    return straight;
  }

  private StoppedException stopped(Recipe recipe, RunListener listener) {
    try {
      if (Files.exists(run().resolve("recipe.yaml"))) {
        TrainRun.resume(run(), listener);
      } else {
        TrainRun.start(recipe, run(), listener);
      }
    } catch (StoppedException e) {
      return e;
    }
    return null;
  }

  private void assertSame(Path straight, String... files) {
    for (String file : files) {
      assertThat(run().resolve(file)).hasSameBinaryContentAs(straight.resolve(file));
    }
    assertThat(Tiny.metrics(run())).isEqualTo(Tiny.metrics(straight));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void stopped_anywhere_and_resumed_it_leaves_the_bytes_of_one_go(long seed) {
    Recipe recipe = Tiny.recipe(images, EVERYTHING);
    Path straight = straight(recipe);
    Rng rng = Rng.of(seed, "stops");
    int stops = 0;
    int steps = 0;
    Ear ear = new Ear(1 + rng.nextInt(8));
    while (stopped(recipe, ear) != null && stops < 200) {
      steps += ear.steps;
      stops++;
      ear = new Ear(1 + rng.nextInt(8));
    }
    steps += ear.steps;
    assertThat(stops).as("seed %d", seed).isBetween(4, 199);
    assertThat(steps).as("no step is done twice, seed %d", seed).isEqualTo(12);
    assertSame(
        straight,
        "adapter/adapter_model.safetensors",
        "adapter-best/adapter_model.safetensors",
        "checkpoint/last.safetensors",
        "routing.jsonl");
  }

  /** Features that are kept in memory have batches of their own. */
  @ParameterizedTest
  @ValueSource(strings = {"data.cache-megabytes=16", "data.cache-megabytes=0"})
  void so_does_a_linear_probe(String cache) {
    Recipe recipe = Tiny.recipe(images, "method=linear-probe", "train.drop-last=false", cache);
    Path straight = straight(recipe);
    for (int question : new int[] {7, 6}) {
      assertThat(stopped(recipe, new Ear(question))).isNotNull();
    }
    TrainRun.resume(run(), RunListener.NONE);
    assertSame(straight, "adapter/adapter_model.safetensors", "checkpoint/last.safetensors");
  }

  @Test
  void says_where_it_was_and_where_everything_is() {
    Recipe recipe = Tiny.recipe(images);
    assertThat(stopped(recipe, new Ear(1)))
        .hasMessage("Stopped after epoch 0 of 4; all that was done is saved in " + run());
    assertThat(stopped(recipe, new Ear(3)))
        .hasMessageStartingWith("Stopped in epoch 1 of 4 after step 2 of 3;");
    assertThat(stopped(recipe, new Ear(2)))
        .hasMessageStartingWith("Stopped in epoch 1 of 4 after step 3 of 3;");
    assertThat(stopped(recipe, new Ear(2)))
        .hasMessageStartingWith("Stopped after epoch 1 of 4;")
        .satisfies(e -> assertThat(e.run()).isEqualTo(run()));
    assertThat(Tiny.metrics(run())).hasSize(1);
  }

  @Test
  void an_epoch_that_was_begun_ends_as_it_began() {
    stopped(Tiny.recipe(images), new Ear(3));
    assertThatThrownBy(() -> TrainRun.resume(run(), List.of("train.batch=3"), RunListener.NONE))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("was stopped in epoch 1 after step 2 of 3")
        .hasMessageContaining("an epoch has 7 steps")
        .hasMessageContaining("Finish that epoch as it began");
    TrainRun.resume(run(), List.of("train.lr=0.001"), RunListener.NONE);
    assertThat(Tiny.metrics(run())).hasSize(4);
  }

  @Test
  void what_went_too_far_is_not_saved() {
    Recipe wild = Tiny.recipe(images, "train.lr=1e30", "train.warmup-epochs=0");
    assertThatThrownBy(() -> TrainRun.start(wild, run(), new Ear(2)))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("epoch 1, step 1");
    assertThat(run().resolve("checkpoint")).doesNotExist();
  }

  @Test
  void a_stop_while_the_test_split_is_measured_loses_nothing() {
    Recipe recipe = Tiny.recipe(images);
    Path straight = straight(recipe);
    RunListener late =
        new RunListener() {
          private int done;

          @Override
          public void epochDone(int epoch, int epochs, Map<String, Object> metrics) {
            done = epoch;
          }

          @Override
          public boolean wantsStop() {
            return done == 4;
          }
        };
    assertThat(stopped(recipe, late)).hasMessageStartingWith("Stopped after epoch 4 of 4;");
    assertThat(run().resolve("run.json")).doesNotExist();
    TrainRun.resume(run(), RunListener.NONE);
    assertSame(straight, "adapter/adapter_model.safetensors", "checkpoint/last.safetensors");
  }

  @Test
  void a_pre_training_stops_and_goes_on_likewise() {
    PretrainRecipe recipe =
        PretrainRecipe.read(
            "",
            List.of(
                "seed=3",
                "backbone.preset=point_32x2x2_c8_g8k6_64",
                "pretrain.decoder-depth=1",
                "data.path=shapes:8x5",
                "train.epochs=2",
                "train.batch=8",
                "train.warmup-epochs=1"),
            "test");
    Path straight = folder.resolve("straight");
    PretrainRun.start(recipe, straight, RunListener.NONE);
    assertThatThrownBy(() -> PretrainRun.start(recipe, run(), new Ear(4)))
        .isInstanceOf(StoppedException.class)
        .hasMessageStartingWith("Stopped in epoch 1 of 2 after step 3 of 5;");
    assertThatThrownBy(() -> PretrainRun.resume(run(), new Ear(5)))
        .isInstanceOf(StoppedException.class)
        .hasMessageStartingWith("Stopped in epoch 2 of 2 after step 1 of 5;");
    PretrainRun.resume(run(), RunListener.NONE);
    assertSame(straight, "backbone.safetensors", "checkpoint/last.safetensors");
  }

  @Test
  void time_spent_before_a_stop_counts() {
    Recipe recipe = Tiny.recipe(images, "train.epochs=1", "train.warmup-epochs=0");
    RunListener slow =
        new RunListener() {
          private int steps;

          @Override
          public void stepped(int epoch, int epochs, int step, int all, double loss) {
            steps = step;
            long end = System.nanoTime() + 200_000_000;
            while (System.nanoTime() < end) {
              Thread.onSpinWait();
            }
          }

          @Override
          public boolean wantsStop() {
            return steps == 2;
          }
        };
    stopped(recipe, slow);
    TrainRun.resume(run(), RunListener.NONE);
    assertThat(Stream.of(Tiny.text(run().resolve("metrics.jsonl")).split("\"seconds\":")).skip(1))
        .allSatisfy(
            text -> assertThat(Double.parseDouble(text.split("[,}]")[0])).isGreaterThan(0.4));
  }
}
