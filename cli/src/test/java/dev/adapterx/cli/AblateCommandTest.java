package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AblateCommandTest {
  @TempDir Path folder;

  private Path recipe(String method) {
    TinyRun.data(folder.resolve("images"));
    return TinyRun.recipe(folder, method);
  }

  @Test
  void a_mixture_is_taken_apart_and_the_study_goes_on_where_it_stopped() {
    Path recipe = recipe("{name: adapter-x, experts: 2, heads: 2, bottleneck: 4}");
    Object[] ablate = {
      "ablate", recipe, "--parts", "prompts,cls", "--seeds", "2", "--out", folder.resolve("study")
    };

    Invocation first = Invocation.of(ablate);
    Invocation again = Invocation.of(ablate);

    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out()).contains("as the recipe has it", "no prompts", "CLS stays frozen");
    assertThat(first.err()).contains("[6/6]");
    assertThat(again.out()).isEqualTo(first.out());
    assertThat(folder.resolve("study/ablation.md")).hasContent(first.out());
    assertThat(folder.resolve("study/ablation.csv")).exists();
    assertThat(folder.resolve("study/comparison.csv")).exists();
    assertThat(folder.resolve("study/runs/images/prompts-off/seed-1/report.html")).exists();
  }

  @Test
  void what_cannot_be_taken_apart_is_refused() {
    Path recipe = recipe("linear-probe");
    Path out = folder.resolve("study");

    assertThat(Invocation.of("ablate", recipe, "--out", out).err())
        .contains("linear-probe has no mixture of experts");
    assertThat(Invocation.of("ablate", recipe, "seed=3", "--out", out).err())
        .contains("--seeds 3, (with the comma this seed alone)");
    assertThat(
            Invocation.of("ablate", recipe, "method=adapter-x", "--parts", "x", "--out", out).err())
        .contains("there is no part 'x'");
    assertThat(out).doesNotExist();
  }
}
