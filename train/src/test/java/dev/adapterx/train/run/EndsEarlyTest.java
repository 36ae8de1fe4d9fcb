package dev.adapterx.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.loop.RunListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings that end before their last epoch, measured, and go on to the same bytes. */
class EndsEarlyTest {
  private static final String NEVER = "train.time-limit=0";

  @TempDir static Path images;
  @TempDir Path folder;

  @BeforeAll
  static void paint() {
    Tiny.images(images);
  }

  private static final class Warnings implements RunListener {
    final List<String> heard = new ArrayList<>();

    @Override
    public void warned(String message) {
      heard.add(message);
    }
  }

  private RunResult train(String run, RunListener listener, String... overrides) {
    return TrainRun.start(Tiny.recipe(images, overrides), folder.resolve(run), listener);
  }

  @Test
  void patience_ends_a_training_that_gets_no_better() {
    Warnings listener = new Warnings();
    String[] flat = {
      "data.val=val", "train.epochs=9", "train.lr=1e-12", "train.min-lr=0", "train.warmup-lr=0"
    };
    List<String> keys = new ArrayList<>(List.of(flat));
    keys.add("train.patience=2");
    RunResult result = train("run", listener, keys.toArray(String[]::new));
    assertThat(result.bestEpoch()).isEqualTo(1);
    assertThat(Tiny.metrics(folder.resolve("run"))).hasSize(3);
    assertThat(result.line().text()).contains("at the last epoch (3)");
    assertThat(listener.heard)
        .anyMatch(w -> w.contains("ended by train.patience=2 after epoch 3 of 9"));

    RunResult again = TrainRun.resume(folder.resolve("run"), RunListener.NONE);
    assertThat(again.last().predictions()).isEqualTo(result.last().predictions());
    TrainRun.resume(folder.resolve("run"), List.of("train.patience=0"), RunListener.NONE);
    train("whole", RunListener.NONE, flat);
    assertThat(Tiny.metrics(folder.resolve("run")))
        .isEqualTo(Tiny.metrics(folder.resolve("whole")));
  }

  @Test
  void patience_needs_something_to_choose_on() {
    assertThatThrownBy(() -> Tiny.recipe(images, "train.patience=2"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data.hold-out=0.2");
  }

  @Test
  void a_time_limit_ends_it_measured_and_it_goes_on_to_the_same_bytes() {
    Warnings listener = new Warnings();
    RunResult result = train("run", listener, "train.time-limit=0.000001");
    assertThat(result.last()).isNotNull();
    assertThat(result.line().text()).contains("at the last epoch (0)");
    assertThat(folder.resolve("run/report.html")).exists();
    assertThat(listener.heard)
        .anyMatch(w -> w.contains("ended by train.time-limit") && w.contains("--resume"));

    TrainRun.resume(folder.resolve("run"), List.of(NEVER), RunListener.NONE);
    train("whole", RunListener.NONE);
    for (String file :
        List.of("adapter/adapter_model.safetensors", "checkpoint/last.safetensors")) {
      assertThat(Tiny.bytes(folder.resolve("run").resolve(file)))
          .isEqualTo(Tiny.bytes(folder.resolve("whole").resolve(file)));
    }
  }

  @Test
  void a_time_limit_within_an_epoch_loses_no_step() {
    RunListener slow =
        new RunListener() {
          @Override
          public void stepped(int epoch, int epochs, int step, int steps, double loss) {
            try {
              Thread.sleep(epoch == 1 && step == 2 ? 3000 : 0);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        };
    train("run", slow, "train.time-limit=0.05");
    train("whole", RunListener.NONE);
    assertThat(Tiny.metrics(folder.resolve("run")).size()).isLessThan(4);
    TrainRun.resume(folder.resolve("run"), List.of(NEVER), RunListener.NONE);
    assertThat(Tiny.metrics(folder.resolve("run")))
        .isEqualTo(Tiny.metrics(folder.resolve("whole")));
    String adapter = "adapter/adapter_model.safetensors";
    assertThat(Tiny.bytes(folder.resolve("run").resolve(adapter)))
        .isEqualTo(Tiny.bytes(folder.resolve("whole").resolve(adapter)));
  }
}
