package dev.adapterx.train.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.scenes.shapes.QuickstartShapes;
import dev.adapterx.task.ConfusionMatrix;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.run.RunResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartTest {
  @TempDir Path folder;

  private Quickstart tiny() {
    return new Quickstart(
        folder,
        1,
        new QuickTask(
            "clouds",
            to -> new QuickstartShapes(1).writeTo(to, 2, 1),
            "few",
            1,
            """
            backbone: {preset: point_32x1x2_c8_g4k8_64, precision: fp32}
            train: {batch: 10, warmup-epochs: 0}
            """,
            "none",
            "unit-sphere",
            List.of(
                new QuickTask.Entry(new LinearProbe(), 5e-3),
                new QuickTask.Entry(AdapterX.with(o -> o.bottleneck = 4), 5e-3)),
            QuickTask.UNSEARCHED,
            ClassQuickTasks.own("scans", "scan.ply")));
  }

  @Test
  void compares_methods_on_clouds_it_writes_and_only_once() {
    Quickstart quickstart = tiny();

    assertThat(quickstart.writeData()).isEqualTo(30);
    List<RunResult> results = quickstart.run(RunListener.NONE);

    assertThat(results).extracting(RunResult::method).containsExactly("Linear probe", "Adapter-X");
    assertThat(results).allMatch(r -> r.last() != null && r.last().predictions().size() == 10);
    assertThat(folder.resolve("runs/adapter-x/adapter/adapter_model.safetensors")).exists();
    assertThat(Tiny.text(quickstart.report()))
        .contains("Linear probe", "Adapter-X", "normalisation unit-sphere", "clouds");
    assertReported(results, Tiny.text(quickstart.report()));
    byte[] adapter = Tiny.bytes(folder.resolve("runs/adapter-x/adapter/adapter_model.safetensors"));
    assertThat(tiny().writeData()).isZero();
    assertThat(tiny().run(RunListener.NONE)).hasSize(2);
    assertThat(Tiny.bytes(folder.resolve("runs/adapter-x/adapter/adapter_model.safetensors")))
        .isEqualTo(adapter);
  }

  /** What the page says of each method is what was measured, and how sure that is. */
  private static void assertReported(List<RunResult> results, String page) {
    for (RunResult r : results) {
      ConfusionMatrix m = r.last().confusion();
      double p = m.right() / 10.0;
      String error = String.format(Locale.ROOT, "± %.1f", 100 * Math.sqrt(p * (1 - p) / 10));
      assertThat(page)
          .contains(String.format(Locale.ROOT, "%s %.1f %s %%", r.method(), 100 * p, error))
          .contains(">" + m.right() + " of 10<");
    }
    assertThat(page)
        .contains("<a href=\"runs/linear-probe/report.html\">Linear probe</a>")
        .contains("<a href=\"runs/adapter-x/report.html\">")
        .contains("<figcaption>Loss in training</figcaption>")
        .contains("adapterx train my-scans");
    assertThat(page.split("<canvas ", -1)).as("all ten clouds of the test").hasSize(11);
    assertThat(page.split("class=\"answer ", -1)).as("two answers each").hasSize(21);
  }

  @Test
  void does_not_mix_with_the_quickstart_of_the_other_kind() {
    tiny().writeData();
    folder.resolve("runs").toFile().mkdirs();

    assertThatThrownBy(() -> Quickstart.images(folder, 1).writeData())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("without images; name another folder");
  }
}
