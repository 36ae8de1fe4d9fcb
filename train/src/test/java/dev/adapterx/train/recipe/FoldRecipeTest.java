package dev.adapterx.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.set.FewShot;
import dev.adapterx.scenes.FormulaDataset;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FoldRecipeTest {
  @Test
  void reads_way_shot_queries_and_fold() {
    assertThat(FoldRecipe.of("5x10/3")).contains(new FoldRecipe(5, 10, 20, 3));
    assertThat(FoldRecipe.of("5x10x7/0")).contains(new FoldRecipe(5, 10, 7, 0));
  }

  @Test
  void names_of_published_folds_are_not_its_own() {
    assertThat(FoldRecipe.of("5way_10shot/3")).isEmpty();
    assertThat(FoldRecipe.of(null)).isEmpty();
  }

  @Test
  void a_fold_has_its_own_classes_and_no_cloud_twice() {
    FormulaDataset<PointCloud> shapes = FormulaDataset.clouds("shapes:9x12", "train", 16);
    FewShot.Fold fold = FoldRecipe.of("4x5x3/1").orElseThrow().draw(shapes);
    assertThat(fold.train().size()).isEqualTo(20);
    assertThat(fold.test().size()).isEqualTo(12);
    assertThat(fold.train().classes()).hasSize(4).isEqualTo(fold.test().classes());
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      names.add(fold.train().name(i));
    }
    for (int i = 0; i < 12; i++) {
      names.add(fold.test().name(i));
    }
    assertThat(names).hasSize(32);
  }

  @Test
  void too_few_classes_or_clouds_are_refused() {
    assertThatThrownBy(() -> FoldRecipe.of("1x5/0"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("at least 2 classes and 1 cloud of each, found 1 and 5");
  }
}
