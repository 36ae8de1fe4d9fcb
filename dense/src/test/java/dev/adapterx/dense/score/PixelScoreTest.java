package dev.adapterx.dense.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.Golden;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PixelScoreTest {
  @Test
  void every_figure_is_the_references() {
    JsonNode cases = Golden.read("pixels.json");
    assertThat(cases.size()).isEqualTo(30);
    for (JsonNode golden : cases) {
      int classes = golden.get("classes").asInt();
      PixelCounts counts = new PixelCounts(classes);
      for (JsonNode picture : golden.get("pictures")) {
        PixelCounts own = new PixelCounts(classes);
        own.add(mask(picture, "truth"), mask(picture, "found"));
        counts.add(own);
      }
      PixelScore score = counts.score();
      requireEqual(golden.get("iou"), score.iou());
      requireEqual(golden.get("accuracy"), score.accuracy());
      requireEqual(golden.get("dice"), score.dice());
      requireEqual(golden.get("precision"), score.precision());
      requireEqual(golden.get("f_score"), score.fScore());
      requireEqual(golden.get("overall"), score.overall());
      requireEqual(golden.get("mean_iou"), score.meanIou());
      requireEqual(golden.get("mean_accuracy"), score.meanAccuracy());
      requireEqual(golden.get("mean_dice"), score.meanDice());
      requireEqual(golden.get("mean_precision"), score.meanPrecision());
      requireEqual(golden.get("mean_f_score"), score.meanFScore());
    }
  }

  @Test
  void a_predicted_class_that_is_absent_has_0_and_one_absent_in_both_has_none() {
    PixelCounts counts = new PixelCounts(3);
    counts.add(new ClassMask(2, 1, new short[] {0, 0}), new ClassMask(2, 1, new short[] {0, 1}));
    assertThat(counts.score().iou()).containsExactly(0.5, 0, Double.NaN);
    assertThat(counts.score().meanIou()).isEqualTo(0.25);
    assertThat(counts.count(0, 1)).isOne();
  }

  @Test
  void labels_outside_are_refused_and_nothing_is_counted() {
    PixelCounts counts = new PixelCounts(2);
    ClassMask good = new ClassMask(2, 1, new short[] {0, 1});
    assertThatThrownBy(() -> counts.add(new ClassMask(2, 1, new short[] {0, 2}), good))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("the truth: pixel (1, 0) has class 2; there are 2 classes");
    assertThatThrownBy(() -> counts.add(good, new ClassMask(2, 1, new short[] {0, -1})))
        .hasMessage("the prediction of pixel (1, 0) is class -1; there are 2 classes");
    assertThatThrownBy(() -> counts.add(good, new ClassMask(1, 2, new short[] {0, 1})))
        .hasMessage("the truth has 2 × 1 pixels, the prediction 1 × 2");
    assertThat(counts.score().overall()).isNaN();
  }

  private static ClassMask mask(JsonNode picture, String which) {
    int[] values = Golden.ints(picture.get(which));
    short[] indices = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      indices[i] = (short) values[i];
    }
    return new ClassMask(picture.get("width").asInt(), picture.get("height").asInt(), indices);
  }

  private static void requireEqual(JsonNode golden, double... values) {
    double[] expected =
        golden.isArray()
            ? Golden.doubles(golden)
            : new double[] {golden.isNull() ? Double.NaN : golden.asDouble()};
    assertThat(values).hasSameSizeAs(expected);
    for (int i = 0; i < values.length; i++) {
      assertThat(Double.isNaN(values[i])).isEqualTo(Double.isNaN(expected[i]));
      assertThat(Double.isNaN(values[i]) || Math.abs(values[i] - expected[i]) <= 1e-12).isTrue();
    }
  }
}
