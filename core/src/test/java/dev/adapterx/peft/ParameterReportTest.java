package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.FullFineTuning;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import dev.adapterx.testing.Tiny;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers the paper's tables are about, each derived from its formula by hand. */
class ParameterReportTest {
  /** Parameters of the mean head over VTAB-1k's nineteen tasks on a width of 768. */
  private static final int MEAN_HEAD = 38_045;

  @ParameterizedTest
  @CsvSource({
    "vit_tiny_patch16_224, 16640, 5524416, .301",
    "vit_small_patch16_224, 45504, 21665664, .210",
    "vit_base_patch16_224, 140096, 85798656, .163",
    "vit_large_patch16_224, 235840, 303301632, .078",
    "vit_huge_patch14_224, 376704, 630764800, .060",
  })
  void adapter_x_costs_what_its_table_says(
      String preset, long peft, long backbone, double percent) {
    for (AdapterX.Form form : AdapterX.Form.values()) {
      ParameterReport report = report(preset, AdapterX.with(o -> o.form = form));
      assertThat(report.peft()).isEqualTo(peft);
      assertThat(report.backbone()).isEqualTo(backbone);
      assertThat(report.peftPercent()).isCloseTo(percent, within(0.0005));
    }
  }

  @Test
  void with_the_mean_head_of_vtab_it_is_a_fifth_of_a_percent() {
    ParameterReport r = report("vit_base_patch16_224", new AdapterX());
    ParameterReport vtab = new ParameterReport(r.peft(), MEAN_HEAD, r.stored(), r.backbone());
    assertThat(vtab.trainable()).isEqualTo(178_141);
    assertThat(vtab.trainablePercent()).isCloseTo(0.2076, within(0.00005));
  }

  @Test
  void the_budget_preset_keeps_to_the_fifth() {
    var budget =
        Methods.read(
            Settings.json().readTree("{\"name\": \"adapter-x\", \"preset\": \"budget\"}"),
            "method");
    ParameterReport r = report("vit_base_patch16_224", budget);
    assertThat(r.peft()).isEqualTo(133_936);
    ParameterReport vtab = new ParameterReport(r.peft(), MEAN_HEAD, r.stored(), r.backbone());
    assertThat(vtab.trainablePercent()).isLessThanOrEqualTo(0.20045);
  }

  @Test
  void a_head_has_a_row_and_a_bias_for_every_class() {
    ParameterReport r = report("vit_base_patch16_224", new AdapterX());
    assertThat(r.head()).isEqualTo(769L * Tiny.LABELS.size());
    assertThat(r.trainable()).isEqualTo(140_096 + 769L * 5);
    assertThat(r.stored()).isEqualTo(r.trainable());
  }

  @ParameterizedTest
  @CsvSource({
    // N(2dr + r + d) + kd + Nk with d = D/h, and 2DL norms, 2DL prompts, D class token
    "'{\"experts\": 8, \"heads\": 6}', 172416",
    "'{\"experts\": 4, \"heads\": 6, \"bottleneck\": 128}', 171840",
    "'{\"experts\": 8, \"bottleneck\": 30}', 134768",
    "'{\"experts\": 12, \"heads\": 1, \"bottleneck\": 4}', 133104",
    "'{\"router\": \"cosine\"}', 140097",
    "'{\"router\": \"linear\"}', 137728",
    "'{\"routing\": \"random\"}', 136960",
    "'{\"prompts\": false}', 121664",
    "'{\"skip-last-prompt\": true}', 138560",
    "'{\"norm2\": \"frozen\"}', 121664",
    "'{\"norm2\": \"shared\"}', 123200",
    "'{\"cls\": false}', 139328",
    "'{\"share\": \"none\"}', 1267200",
    "'{\"share\": \"groups\", \"groups\": 3}', 345024",
  })
  void every_switch_costs_what_its_formula_says(String settings, long peft) {
    AdapterX method = Settings.read(Settings.json().readTree(settings), new AdapterX(), "method");
    assertThat(report("vit_base_patch16_224", method).peft()).isEqualTo(peft);
  }

  @Test
  void a_probe_costs_nothing_and_full_fine_tuning_everything() {
    assertThat(report("vit_tiny_patch16_224", new LinearProbe()).peft()).isZero();
    ParameterReport full = report("vit_tiny_patch16_224", new FullFineTuning());
    assertThat(full.peft()).isEqualTo(full.backbone()).isEqualTo(5_524_416);
    assertThat(full.peftPercent()).isEqualTo(100);
  }

  @Test
  void percentages_are_of_what_they_say() {
    ParameterReport r = new ParameterReport(10, 5, 17, 85);
    assertThat(r.peftPercent()).isCloseTo(100.0 * 10 / 85, within(1e-9));
    assertThat(r.trainablePercent()).isCloseTo(100.0 * 15 / 85, within(1e-9));
    assertThat(r.percentOfAll()).isCloseTo(15, within(1e-9));
    assertThat(new ParameterReport(140_096, 3_845, 143_941, 85_798_656).text())
        .isEqualTo(
            "peft 140,096 (0.163 %) + head 3,845 = trainable 143,941 (0.168 %);"
                + " stored 143,941 in 575,764 bytes; backbone without head 85,798,656");
  }

  private static ParameterReport report(String preset, PeftMethod method) {
    try (VisionTransformer blank =
            (VisionTransformer)
                Backbones.blank(preset, Backbones.Options.defaults().with(Precision.FP32));
        AdaptedModel model =
            AdaptedModel.attach(blank, method, Classification.of(Tiny.LABELS), 0)) {
      return model.parameters();
    }
  }
}
