package dev.adapterx.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormulaDatasetTest {
  @Test
  void has_every_class_equally_often_and_shares_no_image_between_splits() {
    FormulaDataset<RgbImage> train = FormulaDataset.images("formula:8x10", "train", 32);
    FormulaDataset<RgbImage> test = FormulaDataset.images("formula:8x10", "test", 32);
    int[] counts = new int[8];
    for (int i = 0; i < train.size(); i++) {
      counts[train.label(i)]++;
    }
    assertThat(counts).containsOnly(10);
    assertThat(test.size()).isEqualTo(8);
    assertThat(test.classes()).isEqualTo(train.classes());
    for (int i = 0; i < train.size(); i++) {
      assertThat(train.name(i)).isNotIn(test.name(0), test.name(1));
    }
    assertThat(train.sample(3).pixels()).isEqualTo(train.sample(3).pixels());
    assertThat(train.sample(3).width()).isEqualTo(32);
  }

  @ParameterizedTest
  @ValueSource(strings = {"formula:", "formula:10", "formula:axb", "formula:10x20x30"})
  void says_what_the_name_should_look_like(String name) {
    assertThatThrownBy(() -> FormulaDataset.images(name, "train", 32))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("formula:256x100")
        .hasMessageContaining(name);
  }

  @Test
  void says_which_splits_there_are() {
    assertThatThrownBy(() -> FormulaDataset.images("formula:4x4", "val", 32))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("train and test")
        .hasMessageContaining("'val'");
  }
}
