package dev.adapterx.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Of two ranks in two processes one is killed: the other ends by itself and says why, and both,
 * started again, leave what a training in one go leaves.
 */
class RankKillTest {
  private static final int EPOCHS = 10;
  private static final int STEPS = 3 * EPOCHS;

  @TempDir static Path shared;
  @TempDir Path folder;

  @BeforeAll
  static void train_in_one_go() throws Exception {
    Tiny.images(shared.resolve("images"));
    Recipe recipe =
        Tiny.recipe(
            shared.resolve("images"),
            "method={name: adapter-x, experts: 2, heads: 2, bottleneck: 4, dropout: 0.2,"
                + " balance: 0.01}",
            "data.augment=crop-flip",
            "data.val=val",
            "train.micro-batch=2",
            "train.epochs=" + EPOCHS,
            "train.drop-path=0.2",
            "train.ema=0.9");
    Files.writeString(shared.resolve("recipe.yaml"), recipe.yaml());
    straight(shared.resolve("straight"));
  }

  private static void straight(Path run) throws Exception {
    for (RankProcess rank : RankProcess.start(2, shared.resolve("recipe.yaml"), run)) {
      assertThat(rank.end()).isEqualTo("done");
    }
  }

  /**
   * One kill, after some steps and some milliseconds; false where the training was over before.
   *
   * @param victim the rank that is killed
   */
  private boolean killed(Path run, int victim, int steps, int milliseconds) throws Exception {
    List<RankProcess> ranks = RankProcess.start(2, shared.resolve("recipe.yaml"), run);
    RankProcess dies = ranks.get(victim);
    RankProcess survives = ranks.get(1 - victim);
    try (dies;
        survives) {
      boolean stepped = dies.stepped(steps);
      TimeUnit.MILLISECONDS.sleep(milliseconds);
      boolean alive = dies.isAlive();
      dies.kill();
      String last = survives.end();
      if (!stepped || !alive || last.equals("done")) {
        return false;
      }
      assertThat(last)
          .matches("failed: Rank " + victim + " \\(.*\\) is gone: it ended without a word.*");
      return true;
    }
  }

  private void assertSameAfterAll(Path run) throws Exception {
    straight(run);
    for (String file :
        List.of(
            "adapter/adapter_model.safetensors",
            "adapter-best/adapter_model.safetensors",
            "checkpoint/last.safetensors",
            "routing.jsonl",
            "recipe.yaml")) {
      assertThat(run.resolve(file))
          .hasSameBinaryContentAs(shared.resolve("straight").resolve(file));
    }
    assertThat(Tiny.metrics(run)).isEqualTo(Tiny.metrics(shared.resolve("straight")));
    try (Stream<Path> files = Files.walk(run)) {
      assertThat(files.map(Path::toString)).noneMatch(file -> file.contains(".part-"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void either_rank_killed_within_an_epoch() throws Exception {
    Path run = folder.resolve("run");
    assertThat(killed(run, 1, 5, 0)).isTrue();
    assertThat(killed(run, 0, 5, 1)).isTrue();
    assertSameAfterAll(run);
  }

  /** Fifty, at any moment of training, in as many runs as it takes. */
  @Tag("nightly")
  @Test
  void fifty_kills() throws Exception {
    Rng rng = Rng.of(11, "kills");
    int kills = 0;
    for (int turn = 0; kills < 50; turn++) {
      Path run = folder.resolve("run-" + turn);
      while (kills < 50) {
        if (!killed(run, rng.nextInt(2), 1 + rng.nextInt(STEPS / 4), rng.nextInt(40))) {
          break; // the training was over
        }
        kills++;
      }
      assertSameAfterAll(run);
    }
    assertThat(kills).isEqualTo(50);
  }
}
