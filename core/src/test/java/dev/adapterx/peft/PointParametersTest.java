package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.task.ClassHead;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trainable parameters on Point-MAE with its own head, each derived from its formula by hand. */
class PointParametersTest {
  @ParameterizedTest
  @CsvSource({
    // adapters 609,036, transforms 110,592 + 1,536, CLS and its position 768, head 365,839
    "dapt, '{}', 15, 1087771",
    "dapt, '{\"preset\": \"modelnet\"}', 15, 1063291",
    "dapt, '{\"preset\": \"modelnet\"}', 40, 1069716",
    // mixture 26,688, norms 9,216, prompts 9,216, CLS 768, transforms 102,912, head 267,535
    "dapt-x, '{}', 15, 416335",
    "dapt-x, '{}', 40, 422760",
    "dapt-x, '{\"experts\": 8, \"heads\": 8}', 15, 415759",
    "dapt-x, '{\"tfts\": false}', 15, 313423",
    "dapt-x, '{\"tfts\": false, \"bottleneck\": 36, \"features\": [\"cls\", \"prompts\", \"patches\"]}', 15, 414815",
    "dapt-x, '{\"tfts\": false, \"features\": [\"cls\", \"prompts\", \"patches\"]}', 15, 411727",
    "dapt-x, '{\"tfts\": false, \"experts\": 10, \"heads\": 2}', 15, 415087",
    // module 1,330,176, CLS 768, head 365,839
    "idpt, '{}', 15, 1696783",
    "idpt, '{}', 40, 1703208",
    "idpt, '{\"train-position\": true}', 15, 1697167",
    // twelve adapters of 29,544, CLS and its position 768, head 267,535
    "point-gst, '{}', 15, 622831",
    "point-gst, '{\"rank\": 72}', 15, 1003855",
    // adapters 304,512, batch norms 9,216, biases 36,864, six times prompts and prior 10,376,
    // attention 28,800, places 30, norm and CLS 1,536, head 267,535
    "point-peft, '{}', 15, 710749",
    "point-peft, '{\"memory\": 0}', 15, 671533",
    "point-peft, '{\"prompted\": 0}', 15, 648463",
    "point-peft, '{\"prompted\": 12}', 15, 773005",
    "adapter-x, '{}', 15, 313423",
    "linear-probe, '{}', 15, 267535",
  })
  void are_what_the_formulas_say(String name, String settings, int classes, long trainable) {
    assertThat(report(name, settings, classes).trainable()).isEqualTo(trainable);
  }

  /** The papers divide by all that full fine-tuning trains: 22.1 million with the head. */
  @Test
  void dapt_x_is_the_share_the_paper_prints() {
    double full = report("full", "{}", 15).trainable();
    assertThat(full).isCloseTo(22.1e6, within(5e4));
    assertThat(100 * report("dapt-x", "{}", 15).trainable() / full).isCloseTo(1.88, within(.005));
    assertThat(100 * report("dapt", "{}", 15).trainable() / full).isCloseTo(4.92, within(.005));
  }

  /** This paper divides by all there is, adapters included. */
  @Test
  void point_gst_is_the_share_the_paper_prints() {
    ParameterReport report = report("point-gst", "{}", 15);
    double all = report.backbone() + report.trainable() - 768;
    assertThat(100 * report.trainable() / all).isCloseTo(2.77, within(.005));
  }

  private static ParameterReport report(String name, String settings, int classes) {
    var tree = Settings.json().readTree(settings).asObject().put("name", name);
    PeftMethod method = Methods.read(tree, "method");
    List<String> labels = IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
    Classification task = Classification.of(labels).with(ClassHead.Kind.MLP);
    try (Backbone blank =
            Backbones.blank("point_mae_scan", Backbones.Options.defaults().with(Precision.FP32));
        AdaptedModel model = AdaptedModel.attach(blank, method, task, 0)) {
      return model.parameters();
    }
  }
}
