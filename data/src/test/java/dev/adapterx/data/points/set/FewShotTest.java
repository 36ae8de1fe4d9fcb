package dev.adapterx.data.points.set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.points.PointCloud;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FewShotTest {
  /** Twelve of each of six classes; the cloud's x is its class, its y its index. */
  private static final Dataset<PointCloud> DATA = data(12, 6);

  @Test
  void a_fold_has_its_shots_and_queries_of_each_class_and_shares_none() {
    FewShot.Fold fold = FewShot.of(DATA, 4, 3, 5, 2, 1);
    assertThat(fold.name()).isEqualTo("4way-3shot-fold2-seed1");
    assertThat(fold.train().size()).isEqualTo(12);
    assertThat(fold.test().size()).isEqualTo(20);
    Set<String> names = new HashSet<>(names(fold.train()));
    assertThat(names).hasSize(12).doesNotContainAnyElementsOf(names(fold.test()));
    assertThat(new HashSet<>(names(fold.test()))).hasSize(20);
    for (int c = 0; c < 4; c++) {
      int label = c;
      assertThat(labels(fold.train()).stream().filter(l -> l == label)).hasSize(3);
      assertThat(labels(fold.test()).stream().filter(l -> l == label)).hasSize(5);
    }
  }

  @Test
  void labels_are_positions_among_the_drawn_classes() {
    FewShot.Fold fold = FewShot.of(DATA, 3, 2, 2, 0, 7);
    assertThat(fold.train().classes()).hasSize(3).isEqualTo(fold.test().classes());
    for (int i = 0; i < fold.test().size(); i++) {
      int label = (int) fold.test().sample(i).xyz()[0];
      assertThat(fold.test().classes().get(fold.test().label(i))).isEqualTo("class " + label);
      assertThat(fold.test().where(i)).startsWith("file[");
    }
  }

  @Test
  void the_same_names_draw_the_same_and_others_another() {
    List<String> once = names(FewShot.of(DATA, 4, 3, 5, 2, 1).train());
    assertThat(names(FewShot.of(DATA, 4, 3, 5, 2, 1).train())).isEqualTo(once);
    assertThat(names(FewShot.of(DATA, 4, 3, 5, 3, 1).train())).isNotEqualTo(once);
    assertThat(names(FewShot.of(DATA, 4, 3, 5, 2, 2).train())).isNotEqualTo(once);
    Set<List<String>> classes = new HashSet<>();
    for (int fold = 0; fold < 10; fold++) {
      classes.add(FewShot.of(DATA, 2, 1, 1, fold, 0).train().classes());
    }
    assertThat(classes).hasSizeGreaterThan(3);
  }

  @Test
  void a_cloud_listed_twice_counts_once_and_one_without_label_not_at_all() {
    List<CloudList.Sample> samples = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      samples.add(sample(i % 2, i / 2 == 2 ? i - 2 : i));
      samples.add(sample(Dataset.UNLABELLED, 100 + i));
    }
    Dataset<PointCloud> data = new CloudList(samples, List.of("a", "b"));
    assertThat(names(FewShot.of(data, 2, 1, 1, 0, 0).test())).hasSize(2);
    assertThatThrownBy(() -> FewShot.of(data, 2, 2, 1, 0, 0))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "2-way 2-shot with 1 queries needs 2 classes of at least 3 clouds; 0 of the 2 classes have as many");
  }

  @Test
  void impossible_numbers_are_refused() {
    assertThatThrownBy(() -> FewShot.of(DATA, 1, 1, 1, 0, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("way must be at least 2, found 1");
    assertThatThrownBy(() -> FewShot.of(DATA, 2, 0, 1, 0, 0)).hasMessageContaining("shot");
    assertThatThrownBy(() -> FewShot.of(DATA, 2, 1, 0, 0, 0)).hasMessageContaining("query");
    assertThatThrownBy(() -> FewShot.of(DATA, 2, 1, 1, -1, 0)).hasMessageContaining("fold");
    assertThatThrownBy(() -> FewShot.of(DATA, 2, Integer.MAX_VALUE, Integer.MAX_VALUE, 0, 0))
        .isInstanceOf(DataException.class);
    assertThatThrownBy(() -> FewShot.of(DATA, 7, 1, 1, 0, 0))
        .hasMessageContaining("6 of the 6 classes have as many");
  }

  private static Dataset<PointCloud> data(int each, int classes) {
    List<CloudList.Sample> samples = new ArrayList<>();
    for (int i = 0; i < each * classes; i++) {
      samples.add(sample(i % classes, i));
    }
    return new CloudList(samples, IntStream.range(0, classes).mapToObj(c -> "class " + c).toList());
  }

  private static CloudList.Sample sample(int label, int index) {
    return new CloudList.Sample(
        new PointCloud(new float[] {label, index, 0}), label, Path.of("file"), "" + index);
  }

  private static List<String> names(Dataset<PointCloud> data) {
    return IntStream.range(0, data.size()).mapToObj(data::name).toList();
  }

  private static List<Integer> labels(Dataset<PointCloud> data) {
    return IntStream.range(0, data.size()).mapToObj(data::label).toList();
  }
}
