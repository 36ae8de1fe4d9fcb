package dev.adapterx.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.points.PointCloud;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormulaCloudsTest {
  @Test
  void has_every_class_equally_often_and_shares_no_cloud_between_splits() {
    FormulaDataset<PointCloud> train = FormulaDataset.clouds("shapes:8x20", "train", 32);
    FormulaDataset<PointCloud> test = FormulaDataset.clouds("shapes:8x20", "test", 32);
    int[] counts = new int[8];
    for (int i = 0; i < train.size(); i++) {
      counts[train.label(i)]++;
    }
    assertThat(counts).containsOnly(20);
    assertThat(test.size()).isEqualTo(16);
    assertThat(test.classes()).isEqualTo(train.classes()).startsWith("table-0", "plane-1");
    for (int i = 0; i < train.size(); i++) {
      assertThat(train.name(i)).isNotEqualTo(test.name(i % 16));
      assertThat(train.sample(i).xyz()).isNotEqualTo(test.sample(i % 8).xyz());
    }
    assertThat(train.sample(3).xyz()).hasSize(96).isEqualTo(train.sample(3).xyz());
    assertThat(train.file(0)).isEmpty();
    assertThat(train.description())
        .isEqualTo("160 clouds of 8 classes, computed from formulas at 32 points");
  }

  @Test
  void a_test_split_has_at_least_one_cloud_of_each_class() {
    assertThat(FormulaDataset.clouds("shapes:4x3", "test", 8).size()).isEqualTo(4);
  }

  @Test
  void is_told_from_a_folder_by_its_name() {
    assertThat(FormulaDataset.namesClouds("shapes:4x3")).isTrue();
    assertThat(FormulaDataset.namesClouds("formula:4x3")).isFalse();
    assertThat(FormulaDataset.namesClouds("data/shapes")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"shapes:", "shapes:10", "shapes:axb", "shapes:10x20x30", "shapes:-1x2"})
  void says_what_the_name_should_look_like(String name) {
    assertThatThrownBy(() -> FormulaDataset.clouds(name, "train", 32))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("shapes:256x100")
        .hasMessageContaining("'" + name + "'");
  }

  @Test
  void says_which_splits_there_are() {
    assertThatThrownBy(() -> FormulaDataset.clouds("shapes:4x4", "val", 32))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("train and test")
        .hasMessageContaining("'val'");
  }

  @Test
  void refuses_more_clouds_or_points_than_can_be_counted() {
    assertThatThrownBy(() -> FormulaDataset.clouds("shapes:99999x99999", "train", 32))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("more than 2147483647 clouds");
    assertThatThrownBy(() -> FormulaDataset.clouds("shapes:999999x1", "train", 32))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("1 to 100000 classes, found 999999");
    assertThatThrownBy(() -> FormulaDataset.clouds("shapes:4x4", "train", 0))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("points, found 0");
  }
}
