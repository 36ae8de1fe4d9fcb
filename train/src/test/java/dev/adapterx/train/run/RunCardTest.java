package dev.adapterx.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.task.ConfusionMatrix;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.recipe.RecipeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class RunCardTest {
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

  private static ObjectNode header(String card) {
    return RecipeText.tree(card.split("---\n")[1], "card");
  }

  @Test
  void the_card_has_the_counts_and_the_figures_of_the_run() {
    RunResult result = train("data.val=val");
    String card = Tiny.text(run().resolve("adapter/README.md"));

    ConfusionMatrix m = result.last().confusion();
    int right = m.counts()[0][0] + m.counts()[1][1] + m.counts()[2][2];
    double p = right / 9.0;
    assertThat(card)
        .startsWith("---\nlibrary_name: adapterx\n")
        .contains("# " + result.method() + " on " + images.getFileName())
        .contains("(`adapter-x`)", "vit_32x2x2_patch8_32")
        .contains(String.format(Locale.ROOT, "%,d parameters", result.parameters().trainable()))
        .contains(
            String.format(
                Locale.ROOT,
                "**%d of 9** images right, %.1f ± %.1f %%",
                right,
                100 * p,
                100 * Math.sqrt(p * (1 - p) / 9)))
        .contains("| apple | " + m.counts()[0][0] + " of 3 |")
        .contains("after the last of 4 epochs, seed 3", "train: 21 images")
        .contains("bottleneck: 4")
        .doesNotContain(images.getParent().toString());
    JsonNode header = header(card);
    assertThat(header.get("pipeline_tag").asString()).isEqualTo("image-classification");
    assertThat(header.get("tags").valueStream().map(JsonNode::asString))
        .containsExactly("adapterx", "adapter-x", "image-classification");
    assertThat(header.has("base_model")).isFalse();
    JsonNode measured = header.get("model-index").get(0).get("results").get(0);
    assertThat(measured.get("metrics").get(0).get("value").asDouble())
        .isEqualTo(Math.round(1e4 * p) / 1e4);
    assertThat(measured.get("dataset").get("split").asString()).isEqualTo("test");
    assertThat(Tiny.text(run().resolve("adapter-best/README.md")))
        .contains("after epoch " + result.bestEpoch() + " of 4, which was chosen on val, seed 3");
  }

  @Test
  void a_card_is_written_anew_unless_it_was_changed_by_hand() throws IOException {
    train("method=linear-probe");
    Path card = run().resolve("adapter/README.md");
    String written = Tiny.text(card);

    List<String> warnings = new ArrayList<>();
    TrainRun.resume(run(), warned(warnings));
    assertThat(Tiny.text(card)).isEqualTo(written);
    assertThat(warnings).isEmpty();

    String edited = written.replace("## Use", "I trained this.\n\n## Use");
    Files.writeString(card, edited);
    TrainRun.resume(run(), warned(warnings));
    assertThat(Tiny.text(card)).isEqualTo(edited);
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0)).contains("README.md was changed by hand and is kept as it is");

    Files.delete(card);
    TrainRun.resume(run(), RunListener.NONE);
    assertThat(Tiny.text(card)).isEqualTo(written);
  }

  private static RunListener warned(List<String> warnings) {
    return new RunListener() {
      @Override
      public void warned(String text) {
        warnings.add(text);
      }
    };
  }

  @Test
  void without_a_test_split_the_card_says_that_nothing_was_measured() {
    train("data.test=null");
    String card = Tiny.text(run().resolve("adapter/README.md"));

    assertThat(card).contains("Not measured: there was no test split, and no part held out.");
    assertThat(header(card).has("model-index")).isFalse();
  }

  @Test
  void a_best_epoch_chosen_on_the_part_measured_is_said_to_be_optimistic() {
    train("method=linear-probe", "data.test=null", "data.hold-out=0.3");

    assertThat(Tiny.text(run().resolve("adapter/README.md")))
        .contains("(a held-out part of train): **", " of 6** images right");
    assertThat(Tiny.text(run().resolve("adapter-best/README.md")))
        .contains("which was chosen on this same part, so optimistic, seed 3");
  }

  @Test
  void settings_that_an_adapter_does_not_keep_need_the_run() {
    train("method=linear-probe", "backbone={path: embedded, pooling: avg, input-size: 32}");

    assertThat(Tiny.text(run().resolve("adapter/README.md")))
        .contains("`backbone.pooling=avg`", "adapterx predict path/to/the/run photo.jpg")
        .doesNotContain("--backbone");
  }

  /** What a card says is Java compiles against this library. */
  @ParameterizedTest
  @ValueSource(strings = {"data.exif-orientation=false", "data.exif-orientation=true"})
  void the_java_of_a_card_compiles(String setting) throws IOException {
    train("method=linear-probe", "backbone={path: embedded}", setting);
    String card = Tiny.text(run().resolve("adapter/README.md"));
    boolean left = setting.endsWith("false");

    assertThat(card)
        .contains(
            "adapterx predict --backbone embedded "
                + (left ? "--no-exif-orientation " : "")
                + "path/to/this/folder photo.jpg");
    Matcher java = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(card);
    assertThat(java.find()).isTrue();
    Path source =
        Files.writeString(
            folder.resolve("Card.java"),
            """
            import dev.adapterx.model.*;
            import dev.adapterx.peft.*;
            import dev.adapterx.infer.*;
            import java.nio.file.Path;
            import java.util.List;
            class Card { static void main() { %s } }
            """
                .formatted(java.group(1)));
    int errors =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-proc:none", "-d", folder.toString(), source.toString());
    assertThat(errors).isZero();
  }
}
