package dev.adapterx.dense.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import org.junit.jupiter.api.Test;

class MaskTest {
  @Test
  void pixels_are_read_row_by_row() {
    Mask mask = new Mask(3, 2, new short[] {0, 1, 2, 3, 4, Mask.IGNORE});
    assertThat(mask.at(2, 0)).isEqualTo(2);
    assertThat(mask.at(0, 1)).isEqualTo(3);
    assertThat(mask.at(2, 1)).isEqualTo(Mask.IGNORE);
    assertThat(mask).isEqualTo(new Mask(3, 2, new short[] {0, 1, 2, 3, 4, -1}));
    assertThat(mask).isNotEqualTo(new Mask(2, 3, new short[] {0, 1, 2, 3, 4, -1}));
  }

  @Test
  void a_class_out_of_range_is_named_with_its_pixel() {
    Mask mask = new Mask(3, 2, new short[] {0, 1, -1, 0, 5, 1});
    assertThat(mask.requireClasses(6, "a.png")).isSameAs(mask);
    assertThatThrownBy(() -> mask.requireClasses(5, "a.png"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("a.png: pixel (1, 1) has class 5; there are 5 classes, 0 … 4.");
    assertThatThrownBy(() -> new Mask(1, 1, new short[] {-2}).requireClasses(5, "b.png"))
        .hasMessageStartingWith("b.png: pixel (0, 0) has class -2");
  }

  @Test
  void sizes_agree() {
    assertThatThrownBy(() -> new Mask(3, 2, new short[5]))
        .hasMessage("A mask of 3 × 2 pixels needs 6 indices, found 5");
    assertThatThrownBy(() -> new Mask(0, 2, new short[0])).hasMessage("A mask has 0 × 2 pixels");
  }
}
