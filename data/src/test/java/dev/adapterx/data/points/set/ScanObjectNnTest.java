package dev.adapterx.data.points.set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanObjectNnTest {
  private static final PointData.Options DEFAULTS = PointData.Options.defaults();
  private static final String HARDEST = "_objectdataset_augmentedrot_scale75.h5";
  private static final String PLAIN = "_objectdataset.h5";

  @TempDir Path root;

  @Test
  void the_only_variant_is_read_and_named() {
    scan("main_split/training" + HARDEST, 14, 3);
    scan("main_split/test" + HARDEST, 0);
    PointData train = PointData.open(root, "train", DEFAULTS);
    assertThat(train.dataset().classes()).hasSize(15).startsWith("bag").endsWith("toilet");
    assertThat(train.dataset().label(0)).isEqualTo(14);
    assertThat(train.unitSphere()).isFalse();
    assertThat(train.layout().splits()).containsExactly("train", "test");
    assertThat(train.description())
        .isEqualTo(
            "2 clouds of 15 classes: split train of %s, ScanObjectNN, variant pb-t50-rs", root);
  }

  @Test
  void among_several_variants_one_must_be_chosen() {
    scan("main_split/training" + HARDEST, 1);
    scan("main_split/training" + PLAIN, 2);
    scan("main_split_nobg/training" + PLAIN, 3);
    assertThatThrownBy(() -> PointData.open(root, "train", DEFAULTS))
        .isInstanceOf(DataException.class)
        .hasMessage(
            root
                + " holds 3 variants of ScanObjectNN: obj-bg, obj-only, pb-t50-rs. Choose one with variant=pb-t50-rs; results on different ones are not comparable");
    assertThat(label("pb-t50-rs")).isEqualTo(1);
    assertThat(label("obj-bg")).isEqualTo(2);
    assertThat(label("OBJ-ONLY")).isEqualTo(3);
    assertThatThrownBy(() -> label("obj-bgg"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no variant 'obj-bgg' of ScanObjectNN")
        .hasMessageEndingWith("did you mean 'obj-bg'?");
  }

  @Test
  void the_folder_of_the_files_will_do_and_tells_the_variant() {
    scan("main_split/test" + PLAIN, 5);
    scan("main_split_nobg/test" + PLAIN, 6);
    assertThat(PointData.open(root.resolve("main_split"), "test", DEFAULTS).description())
        .contains("variant obj-bg");
    assertThat(PointData.open(root.resolve("main_split_nobg"), "test", DEFAULTS).description())
        .contains("variant obj-only");
    assertThatThrownBy(() -> PointData.open(root.resolve("main_split"), "train", DEFAULTS))
        .hasMessageContaining("has no split 'train'")
        .hasMessageContaining("existing: test");
  }

  @Test
  void a_label_beyond_the_classes_is_found() {
    Path file = scan("main_split/test" + PLAIN, 5, 15);
    assertThatThrownBy(() -> PointData.open(root, "test", DEFAULTS))
        .isInstanceOf(DataException.class)
        .hasMessage(file + ": dataset 'label', index 1: expected a label 0 … 14, found 15");
  }

  @Test
  void clouds_are_counted_as_they_are_read() {
    scan("main_split/training" + PLAIN, 14, -1, 3);
    Path file = scan("main_split/test" + PLAIN, 5, 15);
    PointLayout layout = PointLayout.of(root, DEFAULTS);
    assertThat(layout.count("train")).isEqualTo(2).isEqualTo(layout.open("train").dataset().size());
    assertThatThrownBy(() -> layout.count("test"))
        .isInstanceOf(DataException.class)
        .hasMessage(file + ": dataset 'label', index 1: expected a label 0 … 14, found 15");
  }

  @Test
  void the_files_of_a_variant_are_where_its_authors_have_them() {
    assertThat(ScanObjectNn.Variant.PB_T50_RS.files())
        .containsExactly("main_split/training" + HARDEST, "main_split/test" + HARDEST);
  }

  private int label(String variant) {
    return PointData.open(root, "train", DEFAULTS.withVariant(variant)).dataset().label(0);
  }

  private Path scan(String name, int... labels) {
    return H5.write(
        root.resolve(name),
        Map.of(
            "data",
            H5.clouds(labels.length, 4),
            "label",
            labels,
            "mask",
            new int[labels.length][4]));
  }
}
