package dev.adapterx.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Settings;
import dev.adapterx.nn.Pass;
import dev.adapterx.task.ConfusionMatrix;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.input.ImageModality;
import dev.adapterx.train.input.Shown;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.result.TrainedRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunReportTest {
  @TempDir static Path images;
  @TempDir Path folder;

  @BeforeAll
  static void paint() {
    Tiny.images(images);
  }

  private Path run() {
    return folder.resolve("run");
  }

  private RunResult train(String... overrides) {
    return TrainRun.start(Tiny.recipe(images, overrides), run(), RunListener.NONE);
  }

  private String page() {
    return Tiny.text(run().resolve("report.html"));
  }

  @Test
  void the_page_counts_what_it_shows_and_says_how_to_go_on() {
    ConfusionMatrix m = train("method=linear-probe", "data.val=val").last().confusion();
    int wrong = 9 - m.right();

    assertThat(page())
        .contains(
            "Shown: %d of the %d wrong, %d of the %d right."
                .formatted(wrong, wrong, m.right(), m.right()))
        .contains("val-accuracy", "val-loss")
        .contains("<code>adapterx predict " + run() + " photo.jpg</code>")
        .contains("<code>adapterx train " + run() + "/recipe.yaml</code>")
        .doesNotContain("<canvas");
  }

  /** Each patch has the expert that most of its sub-tokens chose, block by block. */
  @Test
  void patches_over_a_picture_have_the_experts_that_the_model_chose() {
    RunResult result = train("train.epochs=2");
    List<byte[]> shown =
        Pattern.compile("width=\"4\" height=\"4\" data-experts=\"([^\"]*)\"")
            .matcher(page())
            .results()
            .map((MatchResult r) -> Base64.getDecoder().decode(r.group(1)))
            .toList();
    assertThat(shown).hasSize(9).allMatch(experts -> experts.length == 2 * 16);

    int first = Shown.chosen(result.last(), Tiny.CLASSES, 24).samples().get(0).index();
    String file = Tiny.CLASSES.get(first / 3) + "/" + first % 3 + ".png";
    assertThat(shown.get(0)).containsExactly(chosen(images.resolve("test").resolve(file)));
  }

  private byte[] chosen(Path file) {
    List<long[]> blocks = new ArrayList<>();
    try (TrainedRun trained = TrainedRun.open(run());
        Scope scope = Scope.withoutGradients()) {
      ImageModality modality = (ImageModality) trained.modality();
      var picture = modality.input().unlabelled(List.of(file), Tiny.CLASSES).sample(0);
      float[] values = new float[3 * 32 * 32];
      modality.evaluation().write(picture, values, 0);
      trained
          .model()
          .features(
              Tensors.of(values, 1, 3, 32, 32),
              Pass.evaluation((place, p, taken, heads) -> blocks.add(Tensors.longs(taken))));
    }
    byte[] experts = new byte[32];
    for (int block = 0; block < 2; block++) {
      long[] all = blocks.get(block);
      for (int patch = 0; patch < 16; patch++) { // the last 16 tokens, two sub-tokens each
        int at = all.length - 2 * (16 - patch);
        experts[16 * block + patch] = (byte) (all[at] == all[at + 1] ? all[at] : 0);
      }
    }
    return experts;
  }

  @Test
  void provenance_names_no_file_that_is_gone() {
    train("method=linear-probe", "backbone={path: embedded}", "train.epochs=2");

    var facts = Settings.json().readTree(Tiny.text(run().resolve("run.json"))).get("provenance");
    assertThat(facts.get("backbone from").asString())
        .isEqualTo("embedded, which ships with the library");
    assertThat(facts.get("backbone").asString()).startsWith("vit_128x6x4_patch8_64");
    assertThat(page()).doesNotContain("patch8_64.safetensors");
  }
}
