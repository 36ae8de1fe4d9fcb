package dev.adapterx.dense.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.task.Hits;
import dev.adapterx.task.Judged;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  /** Picture by picture, against libtorch's own gradient of the whole, also where maps shrink. */
  @ParameterizedTest
  @CsvSource({
    "plain, 3, 2, 0",
    "plain, 3, 2, 0.1",
    "weighted, 3, 5, 0",
    "dice, 4, 4, 0.2",
    "plain, 6, 7, 0",
    "dice, 1, 3, 0",
    "weighted, 9, 11, 0"
  })
  void picture_by_picture_it_is_the_loss_of_the_whole(String name, int h, int w, double smoothing) {
    PixelLoss loss = loss(name);
    List<ClassMask> masks = new ArrayList<>(masks());
    masks.add(1, ClassMask.unknown(WIDTH, HEIGHT));
    int classes = weights().size();
    try (Scope scope = Scope.open()) {
      Tensor maps = Init.normal(Rng.of(2, name), 0, 2, masks.size(), h, w, classes);
      Tensor one = maps.detach().permute(0, 3, 1, 2).requires_grad_(true);
      Tensor other = maps.detach().clone().permute(0, 3, 1, 2).requires_grad_(true);
      Tensor value = loss.ofMaps(one, masks, smoothing);
      value.backward();
      Tensor logits = Enlarging.enlarged(other, masks.get(0));
      Tensor whole = loss.of(logits, PixelLoss.labels(masks), masks, smoothing);
      whole.backward();
      assertThat(value.item_double()).isCloseTo(whole.item_double(), within(1e-6));
      Golden.assertClose(one.grad(), Tensors.floats(other.grad()), 1e-6, name);
      Tensor measured = loss.ofMaps(one.detach(), masks, smoothing);
      assertThat(measured.item_double()).isCloseTo(whole.item_double(), within(1e-6));
    }
  }

  /** Counted pixel by pixel; the first map has equal scores, of two classes or of all. */
  @ParameterizedTest
  @CsvSource({"plain, 0", "weighted, 0", "dice, 0", "plain, 0.1"})
  void pixels_are_right_whose_label_has_the_largest_score(String name, double smoothing) {
    List<ClassMask> masks = new ArrayList<>(masks());
    masks.add(ClassMask.unknown(WIDTH, HEIGHT));
    int classes = weights().size();
    try (Scope scope = Scope.open()) {
      float[] maps = Tensors.floats(Init.normal(Rng.of(3, name), 0, 2, masks.size(), classes, 4));
      for (int i = 0; i < 4 * classes; i++) {
        maps[i] = i % 4 == 0 || i < 8 ? 3 : -1; // all equal at the first corner, two at the others
      }
      Tensor scores = Tensors.of(maps, masks.size(), classes, 2, 2).requires_grad_(true);
      Judged judged = loss(name).judged(scores, masks, smoothing);
      float[] logits = Tensors.floats(Enlarging.enlarged(scores.detach(), masks.get(0)));
      long right = 0;
      long of = 0;
      for (int p = 0; p < masks.size() * WIDTH * HEIGHT; p++) {
        int picture = p / (WIDTH * HEIGHT);
        int pixel = p % (WIDTH * HEIGHT);
        int label = masks.get(picture).classes()[pixel];
        if (label == ClassMask.IGNORED) {
          continue;
        }
        float most = Float.NEGATIVE_INFINITY;
        float least = Float.POSITIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
          float score = logits[(picture * classes + c) * WIDTH * HEIGHT + pixel];
          most = Math.max(most, score);
          least = Math.min(least, score);
        }
        float own = logits[(picture * classes + label) * WIDTH * HEIGHT + pixel];
        right += own == most && least < most ? 1 : 0;
        of++;
      }
      assertThat(judged.hits().get()).isEqualTo(new Hits(right, of));
      assertThat(right).isPositive();
      assertThat(judged.weight()).isEqualTo(loss(name).weight(masks));
      assertThat(judged.loss().item_double())
          .isCloseTo(
              loss(name).ofMaps(scores.detach(), masks, smoothing).item_double(), within(1e-6));
    }
  }

  @Test
  void of_pictures_without_any_label_loss_and_gradient_are_zero() {
    try (Scope scope = Scope.open()) {
      Tensor maps = Init.normal(Rng.of(2, "x"), 0, 2, 2, 3, 4, 4).requires_grad_(true);
      List<ClassMask> masks = List.of(ClassMask.unknown(9, 8), ClassMask.unknown(9, 8));
      Tensor value = new PixelLoss(List.of(), 0).ofMaps(maps, masks, 0);
      value.backward();
      assertThat(value.item_double()).isZero();
      assertThat(Tensors.floats(maps.grad())).containsOnly(0);
    }
  }
}
