package dev.adapterx.data.targets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoxTest {
  @Test
  void overlap_is_intersection_over_union() {
    Box box = Box.of(0, 0, 4, 4, 0);
    assertThat(box.overlap(Box.of(2, 0, 6, 4, 0))).isEqualTo(8.0 / 24);
    assertThat(box.overlap(Box.of(4, 0, 6, 4, 0))).isZero();
    assertThat(Box.of(1, 1, 1, 5, 0).overlap(box)).isZero();
    assertThat(Box.of(1, 1, 1, 5, 0).isEmpty()).isTrue();
  }

  @Test
  void what_is_no_box_is_named() {
    assertThatThrownBy(() -> Box.of(0, Double.NaN, 1, 1, 0))
        .isInstanceOf(DataException.class)
        .hasMessage("a box has the edges 0.0, NaN, 1.0, 1.0; expected finite numbers");
    assertThatThrownBy(() -> Box.of(9, 0, 4, 1, 0))
        .hasMessage(
            "a box has the edges 9.0, 0.0, 4.0, 1.0: right lies left of left; expected left, top,"
                + " right, bottom");
    assertThatThrownBy(() -> Box.of(0, 5, 4, 1, 0)).hasMessageContaining("bottom lies above top");
    assertThatThrownBy(() -> Box.of(0, 0, 4, 1, -1))
        .hasMessage("a box has the label -1; labels count from 0");
    assertThatThrownBy(
            () ->
                new Boxes(10, 10, List.of(Box.of(0, 0, 1, 1, 1), Box.of(0, 0, 1, 1, 3)))
                    .requireClasses(3, "a.jpg"))
        .hasMessage("a.jpg: box 1 has the label 3; there are 3 classes, 0 … 2");
    assertThatThrownBy(() -> new Boxes(0, 10, List.of()))
        .hasMessage("a picture with boxes has 0 × 10 pixels");
    assertThatThrownBy(() -> new Box(0, 0, 1, 1, 0, false, false, -1))
        .hasMessage("the object of a box has the area -1.0");
  }
}
