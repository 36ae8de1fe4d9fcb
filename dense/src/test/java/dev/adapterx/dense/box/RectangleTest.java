package dev.adapterx.dense.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.data.targets.Box;
import org.junit.jupiter.api.Test;

class RectangleTest {
  @Test
  void of_a_crowd_only_the_own_area_counts() {
    Rectangle own = Rectangle.of(Box.of(0, 0, 4, 4, 0));
    assertThat(own.overlap(new Rectangle(2, 0, 4, 4), false)).isEqualTo(8.0 / 24);
    assertThat(own.overlap(new Rectangle(2, 0, 4, 4), true)).isEqualTo(8.0 / 16);
  }

  @Test
  void what_is_no_box_is_named() {
    assertThatThrownBy(() -> new Rectangle(0, 0, -1, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected left, top, width, height");
  }
}
