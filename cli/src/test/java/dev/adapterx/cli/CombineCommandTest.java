package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CombineCommandTest {
  @TempDir Path folder;
  private Path one;
  private Path two;
  private Path out;
  private Path photo;

  @BeforeEach
  void train() {
    one = TinyRun.trained(folder, "{name: lora, rank: 2}");
    two = folder.resolve("two");
    Invocation other =
        Invocation.of("train", folder.resolve("recipe.yaml"), "train.lr=0.1", "--out", two);
    assertThat(other.code()).as(other.err()).isZero();
    out = folder.resolve("mix");
    photo = folder.resolve("images/test/red/3.png");
  }

  @Test
  void all_of_one_and_nothing_of_the_other_is_the_one() {
    Invocation made = Invocation.of("combine", one, two, "--weights", "1,0", "--out", out);

    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out()).contains("LoRA of rank 4 made of 2, as a run: " + out);
    assertThat(Invocation.of("predict", out, photo).out())
        .isEqualTo(Invocation.of("predict", one, photo).out())
        .isNotEqualTo(Invocation.of("predict", two, photo).out());
    Invocation merged =
        Invocation.of("merge", out, "--out", folder.resolve("merged/model.safetensors"));
    assertThat(merged.code()).as(merged.err()).isZero();
  }

  @Test
  void what_they_agree_on_is_a_run_too() {
    Invocation made =
        Invocation.of(
            "combine", one, two, "--ties", "--density", "0.5", "--rank", "3", "--out", out);

    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out()).contains("LoRA of rank 3");
    assertThat(Invocation.of("evaluate", out).code()).isZero();
  }

  @Test
  void what_cannot_be_combined_is_told() {
    Path full = folder.resolve("full");
    Invocation.of("train", folder.resolve("recipe.yaml"), "method=full", "--out", full);

    assertThat(refused(one, full)).contains("Adapter 2 cannot be mixed", "expected LoRA");
    assertThat(refused(one, one)).contains("is named twice");
    assertThat(refused(one, two, "--weights", "1")).contains("as many weights as adapters");
    assertThat(refused(one, two, "--density", "0.5")).contains("expected --ties with them");
    assertThat(refused(one, two, "--ties", "--density", "2")).contains("(0, 1], found 2.0");
    assertThat(refused(one)).contains("RUN");
    assertThat(Files.exists(out)).isFalse();
  }

  /** What the recipes alone decide needs no weights: those of these runs are gone. */
  @Test
  void what_is_no_lora_is_refused_before_anything_is_loaded() throws IOException {
    Path full = folder.resolve("full");
    Invocation.of("train", folder.resolve("recipe.yaml"), "method=full", "--out", full);
    for (Path run : List.of(one, full)) {
      Files.delete(run.resolve("adapter/adapter_model.safetensors"));
    }
    assertThat(refused(one, full))
        .contains("Adapter 2 cannot be mixed: it is Full fine-tuning, expected LoRA");
    assertThat(refused(full, one)).contains("Adapter 1 cannot be mixed");
  }

  private String refused(Object... arguments) {
    Object[] all = new Object[arguments.length + 3];
    all[0] = "combine";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[arguments.length + 1] = "--out";
    all[arguments.length + 2] = out;
    Invocation refused = Invocation.of(all);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).doesNotContain("\tat ");
    return refused.err();
  }
}
