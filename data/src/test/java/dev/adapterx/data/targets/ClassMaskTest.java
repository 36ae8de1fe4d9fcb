package dev.adapterx.data.targets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import org.junit.jupiter.api.Test;

class ClassMaskTest {
  @Test
  void pixels_are_read_row_by_row() {
    ClassMask mask = new ClassMask(3, 2, new short[] {0, 1, 2, 3, 4, ClassMask.IGNORED});
    assertThat(mask.at(2, 0)).isEqualTo(2);
    assertThat(mask.at(0, 1)).isEqualTo(3);
    assertThat(mask.at(2, 1)).isEqualTo(ClassMask.IGNORED);
    assertThat(mask.labelled()).isEqualTo(5);
    assertThat(mask).isEqualTo(new ClassMask(3, 2, new short[] {0, 1, 2, 3, 4, -1}));
    assertThat(mask).isNotEqualTo(new ClassMask(2, 3, new short[] {0, 1, 2, 3, 4, -1}));
    assertThat(ClassMask.unknown(2, 1)).isEqualTo(new ClassMask(2, 1, new short[] {-1, -1}));
    assertThatThrownBy(() -> mask.at(3, 0)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void a_class_out_of_range_is_named_with_its_pixel() {
    ClassMask mask = new ClassMask(3, 2, new short[] {0, 1, -1, 0, 5, 1});
    assertThat(mask.requireClasses(6, "a.png")).isSameAs(mask);
    assertThatThrownBy(() -> mask.requireClasses(5, "a.png"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("a.png: pixel (1, 1) has class 5; there are 5 classes, 0 … 4.");
    assertThatThrownBy(() -> new ClassMask(1, 1, new short[] {-2}).requireClasses(5, "b.png"))
        .hasMessageStartingWith("b.png: pixel (0, 0) has class -2");
  }

  @Test
  void sizes_agree() {
    assertThatThrownBy(() -> new ClassMask(3, 2, new short[5]))
        .hasMessage("A mask of 3 x 2 pixels needs 6 classes, found 5");
    assertThatThrownBy(() -> new ClassMask(0, 2, new short[0]))
        .hasMessage("A mask of 0 x 2 pixels needs 0 classes, found 0");
  }
}
