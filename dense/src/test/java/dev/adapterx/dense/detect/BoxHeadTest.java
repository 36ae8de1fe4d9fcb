package dev.adapterx.dense.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.Features;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against detectron2's pyramid and torchvision's head, see golden/detection.py. */
class BoxHeadTest {
  private static final Golden GOLDEN = Golden.read("detection.safetensors");
  private static final Grid.Cells CELLS = new Grid.Cells(4, 4);
  private static final double TOLERANCE = 1e-5;

  private static BoxHead head(int levels) {
    Map<String, Tensor> trainable = new LinkedHashMap<>();
    GOLDEN
        .tensors("head")
        .forEach((name, t) -> trainable.put("head." + name, t.requires_grad_(true)));
    return BoxHead.from(NamedTensors.of(trainable), new BoxForm(32, 2, levels));
  }

  @Test
  void pyramid_is_the_references() {
    try (Scope scope = Scope.open()) {
      List<Tensor> maps = head(4).pyramid(GOLDEN.tensor("patches"), CELLS);
      assertThat(maps).hasSize(4);
      for (int i = 0; i < 4; i++) {
        Golden.assertClose(maps.get(i), GOLDEN.floats("pyramid" + i), TOLERANCE, "level " + i);
      }
    }
  }

  @Test
  void outputs_and_gradients_are_the_references() {
    try (Scope scope = Scope.open()) {
      BoxHead head = head(3);
      Outputs outputs = head.of(GOLDEN.tensor("patches"), CELLS);
      Tensor sum = Tensors.of(new float[1], 1);
      for (String name : List.of(Outputs.SCORES, BoxHead.DISTANCES, BoxHead.CENTRE)) {
        Golden.assertClose(outputs.get(name), GOLDEN.floats(name), TOLERANCE, name);
        sum = sum.add(outputs.get(name).mul(GOLDEN.tensor("direction." + name)).sum());
      }
      assertThat(outputs.scores().shape()).containsExactly(2, 64 + 16 + 4, 3);
      assertThat(outputs.get(BoxHead.CENTRE).shape()).containsExactly(2, 84);
      sum.backward();
      Map<String, float[]> gradients = new LinkedHashMap<>();
      GOLDEN
          .tensors("gradient")
          .forEach((name, t) -> gradients.put("head." + name, Tensors.floats(t)));
      assertThat(gradients.keySet()).containsExactlyInAnyOrderElementsOf(head.trainable().names());
      Golden.assertGradientsClose(Tiny.grads(head.trainable()), gradients, TOLERANCE);
    }
  }

  /** Of the specification's table: C = 20. */
  @ParameterizedTest
  @CsvSource({"192, 64, 378553", "384, 128, 1482073", "768, 256, 5864089", "1024, 352, 10892409"})
  void parameters_are_counted_right(int d, int width, long expected) {
    BoxForm form = BoxForm.defaults();
    assertThat(form.width(d)).isEqualTo(width);
    assertThat(form.parameters(d, 20)).isEqualTo(expected);
    try (Scope scope = Scope.open()) {
      Parameters parameters = new Parameters(Rng.of(1, "init"), Device.CPU);
      BoxHead made = BoxHead.initial(new Features.Shape(List.of(d), d), 20, form, parameters);
      assertThat(made.trainable().elements()).isEqualTo(expected);
      assertThat(made.buffers().elements()).isZero();
    }
  }

  @Test
  void every_class_starts_unlikely_and_the_pyramid_as_pytorchs_layers() {
    try (Scope scope = Scope.open()) {
      Parameters parameters = new Parameters(Rng.of(1, "init"), Device.CPU);
      BoxHead made =
          BoxHead.initial(new Features.Shape(List.of(192), 192), 3, BoxForm.defaults(), parameters);
      for (float b : Tensors.floats(made.classes().bias())) {
        assertThat(1 / (1 + Math.exp(-b))).isCloseTo(0.01, within(1e-6));
      }
      assertThat(Tensors.floats(made.distances().bias())).containsOnly(0);
      assertThat(deviation(made.classTower().get(0).conv().weight())).isCloseTo(0.01, within(5e-4));
      // U(±b) has the deviation b / √3
      Tensor up = made.trainable().get("head.pyramid.0.up.weight");
      assertThat(up.shape()).containsExactly(192, 96, 2, 2);
      assertThat(deviation(up)).isCloseTo(1 / Math.sqrt(4 * 96 * 3), within(1e-3));
      assertThat(deviation(made.levels().get(1).lateral()))
          .isCloseTo(1 / Math.sqrt(192 * 3), within(1e-3));
      assertThat(deviation(made.levels().get(1).smooth()))
          .isCloseTo(1 / Math.sqrt(9 * 64 * 3), within(1e-3));
    }
  }

  private static double deviation(Tensor tensor) {
    double squares = 0;
    float[] values = Tensors.floats(tensor);
    for (float v : values) {
      squares += (double) v * v;
    }
    return Math.sqrt(squares / values.length);
  }

  @Test
  void forms_that_cannot_be_are_named() {
    assertThatThrownBy(() -> new BoxForm(48, 2, 3))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "head.width: expected a multiple of 32, or 0 for a third of the backbone's width,"
                + " found 48");
    assertThatThrownBy(() -> new BoxForm(0, -1, 3))
        .hasMessage("head.convs: expected 0 to 8 convolutions, found -1");
    assertThatThrownBy(() -> new BoxForm(0, 2, 5))
        .hasMessage("head.levels: expected 3 or 4, found 5");
  }
}
