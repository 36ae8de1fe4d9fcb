package dev.adapterx.dense.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.data.targets.Box;
import dev.adapterx.data.targets.Boxes;
import dev.adapterx.dense.score.Found;
import dev.adapterx.task.Score;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoxScoresTest {
  private static Found<Box> found(Box box, double score) {
    return new Found<>(box.label(), box, score);
  }

  /** Class 0: two objects, one found exactly, one at an IoU of 0.6, and one wrong between them. */
  @Test
  void pictures_are_measured_together_and_one_by_one() {
    BoxMeter meter = new BoxMeter(2);
    Box a = Box.of(0, 0, 10, 10, 0);
    Box b = Box.of(20, 20, 30, 30, 0);
    meter.add(7, new Boxes(50, 50, List.of(a)), new Detected(List.of(found(a, 0.9)), 6, 3));
    meter.add(
        8,
        new Boxes(50, 50, List.of(b)),
        new Detected(
            List.of(found(Box.of(40, 40, 50, 50, 0), 0.8), found(Box.of(20, 20, 26, 30, 0), 0.7)),
            4,
            2));
    meter.add(9, Boxes.unknown(50, 50), new Detected(List.of(), 0, 0));
    BoxScores scores = meter.result(1.5);
    // At 0.5, 0.55 and 0.6: precision 1 up to recall 0.5, 2/3 above; at others 1 up to 0.5, then 0.
    double low = (51 + 50 * 2.0 / 3) / 101;
    double high = 51.0 / 101;
    assertThat(scores.primary().name()).isEqualTo("AP");
    assertThat(scores.primary().value()).isCloseTo(100 * (3 * low + 7 * high) / 10, within(1e-9));
    assertThat(scores.averagePrecision(0, 0.5)).isCloseTo(100 * low, within(1e-9));
    assertThat(scores.averagePrecision(1)).isNaN();
    assertThat(scores.all().stream().map(Score::name))
        .containsExactly(
            "AP", "AP50", "AP75", "APsmall", "AR1", "AR10", "AR100", "ARsmall", "VOC-AP50");
    assertThat(scores.loss()).isEqualTo(2);
    assertThat(scores.objects()).containsExactly(2, 0);
    assertThat(scores.bySize()[0]).isEqualTo(scores.primary().value());
    assertThat(scores.bySize()[2]).isNaN();
    assertThat(scores.worstFirst().stream().map(BoxScores.Picture::index)).containsExactly(8, 7);
    // one pair of 0.6, one wrong: 0.6 / 1.5
    assertThat(scores.worstFirst().get(0).quality()).isCloseTo(40, within(1e-9));
    assertThat(scores.worstFirst().get(1).quality()).isEqualTo(100);
  }

  @Test
  void what_need_not_be_found_is_neither_missed_nor_wrong() {
    Box crowd = new Box(0, 0, 30, 30, 0, true, false);
    Box hard = new Box(40, 40, 50, 50, 1, false, true);
    List<Box> truths = List.of(crowd, hard);
    List<Found<Box>> inside =
        List.of(found(Box.of(2, 2, 8, 8, 0), 0.9), found(Box.of(40, 40, 50, 49, 1), 0.8));
    Pairing pairing = Pairing.of(truths, inside);
    assertThat(pairing.right()).isEmpty();
    assertThat(pairing.wrong()).isEmpty();
    assertThat(pairing.missed()).isEmpty();
    assertThat(pairing.quality()).isNaN();
    assertThat(Pairing.of(truths, List.of(found(Box.of(2, 2, 8, 8, 1), 0.9))).wrong()).hasSize(1);
    BoxMeter meter = new BoxMeter(2);
    meter.add(0, new Boxes(50, 50, truths), new Detected(inside, 0, 0));
    assertThat(meter.result(0).objects()).containsExactly(0, 0);
    assertThat(meter.result(0).averagePrecision(0)).isNaN();
  }

  /** The surer one takes the true box; the other one is wrong although it fits better. */
  @Test
  void each_true_box_is_taken_once_by_the_surest() {
    Box truth = Box.of(0, 0, 10, 10, 0);
    Found<Box> sure = found(Box.of(0, 0, 10, 8, 0), 0.9);
    Found<Box> exact = found(truth, 0.8);
    Pairing pairing = Pairing.of(List.of(truth), List.of(exact, sure));
    assertThat(pairing.right()).containsExactly(sure);
    assertThat(pairing.wrong()).containsExactly(exact);
    assertThat(pairing.overlap()).isCloseTo(0.8, within(1e-12));
    Pairing none = Pairing.of(List.of(truth), List.of());
    assertThat(none.missed()).containsExactly(truth);
    assertThat(none.quality()).isZero();
  }
}
