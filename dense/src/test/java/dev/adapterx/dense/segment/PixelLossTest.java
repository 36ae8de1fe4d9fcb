package dev.adapterx.dense.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against PyTorch, see golden/segmentation.py. */
class PixelLossTest {
  private static final Golden GOLDEN = Golden.read("segmentation.safetensors");
  private static final int HEIGHT = 6;
  private static final int WIDTH = 7;

  private static List<ClassMask> masks() {
    long[] labels = GOLDEN.longs("loss.labels");
    List<ClassMask> masks = new ArrayList<>();
    for (int from = 0; from < labels.length; from += HEIGHT * WIDTH) {
      short[] classes = new short[HEIGHT * WIDTH];
      for (int i = 0; i < classes.length; i++) {
        classes[i] = (short) labels[from + i];
      }
      masks.add(new ClassMask(WIDTH, HEIGHT, classes));
    }
    return masks;
  }

  private static List<Double> weights() {
    List<Double> weights = new ArrayList<>();
    for (float w : GOLDEN.floats("loss.weights")) {
      weights.add((double) w);
    }
    return weights;
  }

  private static PixelLoss loss(String name) {
    return new PixelLoss(name.equals("weighted") ? weights() : List.of(), dice(name));
  }

  private static double dice(String name) {
    return name.equals("dice") ? 0.7 : 0;
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "weighted", "dice"})
  void loss_and_gradient_are_the_references(String name) {
    try (Scope scope = Scope.open()) {
      Tensor logits = GOLDEN.tensor("loss.logits").requires_grad_(true);
      List<ClassMask> masks = masks();
      Tensor value = loss(name).of(logits, PixelLoss.labels(masks), masks, 0);
      assertThat(value.item_double()).isCloseTo(GOLDEN.floats("loss." + name)[0], within(1e-6));
      value.backward();
      Golden.assertClose(logits.grad(), GOLDEN.floats("loss." + name + ".gradient"), 1e-5, name);
    }
  }

  /** However a batch is cut: means by weight of the parts are the mean of the whole. */
  @ParameterizedTest
  @ValueSource(strings = {"plain", "weighted", "dice"})
  void the_mean_by_weights_of_parts_is_that_of_the_whole(String name) {
    PixelLoss loss = loss(name);
    List<ClassMask> masks = masks();
    try (Scope scope = Scope.open()) {
      Tensor logits = GOLDEN.tensor("loss.logits");
      double sum = 0;
      for (int i = 0; i < 2; i++) {
        List<ClassMask> one = masks.subList(i, i + 1);
        Tensor part = loss.of(logits.narrow(0, i, 1), PixelLoss.labels(one), one, 0);
        sum += loss.weight(one) * part.item_double();
      }
      double whole = loss.of(logits, PixelLoss.labels(masks), masks, 0).item_double();
      assertThat(sum / loss.weight(masks)).isCloseTo(whole, within(1e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "weighted", "dice"})
  void without_a_labelled_pixel_there_is_neither_loss_nor_gradient(String name) {
    try (Scope scope = Scope.open()) {
      Tensor logits = GOLDEN.tensor("loss.logits").requires_grad_(true);
      List<ClassMask> masks =
          List.of(ClassMask.unknown(WIDTH, HEIGHT), ClassMask.unknown(WIDTH, HEIGHT));
      Tensor value = loss(name).of(logits, PixelLoss.labels(masks), masks, 0.1);
      assertThat(value.item_double()).isZero();
      value.backward();
      assertThat(Tensors.floats(logits.grad())).containsOnly(0);
    }
  }

  @Test
  void settings_are_checked() {
    assertThatThrownBy(() -> new PixelLoss(List.of(1.0, 0.0), 0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("class weights: expected positive numbers, found [1.0, 0.0]");
    assertThatThrownBy(() -> new PixelLoss(List.of(), -1))
        .hasMessage("dice: expected a number from 0, found -1.0");
  }
}
