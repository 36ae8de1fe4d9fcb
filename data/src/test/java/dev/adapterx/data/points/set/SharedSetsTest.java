package dev.adapterx.data.points.set;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.testing.SharedData;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Compressed HDF5 files made by others. */
@SharedData
class SharedSetsTest {
  private static final PointData.Options DEFAULTS = PointData.Options.defaults();

  @Test
  void the_princeton_benchmark_keeps_the_classes_both_splits_share() {
    PointData.Options common = DEFAULTS.withLabel("label_common");
    Path root = SharedData.Beside.folder().resolve("psb-h5");
    PointData train = PointData.open(root, "train", common);
    PointData test = PointData.open(root, "test", common);
    assertThat(train.dataset().size()).isEqualTo(368);
    assertThat(test.dataset().size()).isEqualTo(369);
    assertThat(train.dataset().classes()).hasSize(21).isEqualTo(test.dataset().classes());
    assertThat(train.dataset().sample(367).size()).isEqualTo(2048);
    assertThat(train.description())
        .startsWith("368 clouds of 21 classes: split train of ")
        .contains("HDF5 (psb_train.h5, psb_test.h5) with labels 'label_common'")
        .endsWith("; 536 clouds of no class (label below 0) left out");
  }

  @Test
  void a_leaf_class_may_lack_clouds() {
    Path root = SharedData.Beside.folder().resolve("psb-h5");
    PointData leaves = PointData.open(root, "test", DEFAULTS.withLabel("label_leaf"));
    assertThat(leaves.dataset().size()).isEqualTo(905);
    assertThat(leaves.dataset().classes()).hasSize(161);
  }

  @Test
  void bimnet_has_labels_of_one_byte_and_no_names() {
    Path root = SharedData.Beside.folder().resolve("bimnet10");
    PointData train = PointData.open(root, "train", DEFAULTS);
    assertThat(train.dataset().size()).isEqualTo(165);
    assertThat(train.dataset().classes()).hasSize(10).first().isEqualTo("0");
    assertThat(PointData.open(root, "test", DEFAULTS).dataset().size()).isEqualTo(51);
  }

  @Test
  void a_single_file_is_the_split_all() {
    Path root = SharedData.Beside.folder().resolve("labeleddb-h5");
    PointData all = PointData.open(root, "all", DEFAULTS);
    assertThat(all.dataset().size()).isEqualTo(380);
    assertThat(all.dataset().classes()).hasSize(19).startsWith("Airplane", "Ant");
    assertThat(all.dataset().label(379)).isEqualTo(18);
    Path file = root.resolve("labeleddb_380.h5");
    assertThat(PointData.open(file, "all", DEFAULTS).dataset().classes())
        .isEqualTo(all.dataset().classes());
  }
}
