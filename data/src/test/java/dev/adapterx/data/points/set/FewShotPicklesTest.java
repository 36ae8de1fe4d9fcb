package dev.adapterx.data.points.set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.points.PointCloud;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against pickles that numpy wrote, see golden/few_shot_pickles.py. */
class FewShotPicklesTest {
  private static final PointData.Options DEFAULTS = PointData.Options.defaults();

  @TempDir Path root;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void arrays_of_every_protocol_order_and_type_are_read(int number) throws IOException {
    Path file = golden(number, "2way_2shot/" + number + ".pkl");
    PointData train = PointData.open(file, "train", DEFAULTS);
    PointData test = PointData.open(file, "test", DEFAULTS);
    assertThat(train.dataset().size()).isEqualTo(4);
    assertThat(test.dataset().size()).isEqualTo(2);
    assertThat(train.dataset().classes()).containsExactly("0", "1");
    check(train.dataset());
    check(test.dataset());
    assertThat(train.description())
        .contains("few-shot fold 2way_2shot/" + number)
        .contains("scaled into the unit sphere");
  }

  @Test
  void a_fold_is_chosen_by_name_with_or_without_the_underscore() throws IOException {
    golden(0, "2way_2shot/0.pkl");
    golden(1, "2way_2shot/1.pkl");
    PointData data = PointData.open(root, "test", DEFAULTS.withFewShot("2way2shot/1"));
    assertThat(data.dataset().name(1)).isEqualTo("1.pkl[test 1]");
    Path task = root.resolve("2way_2shot");
    assertThat(PointData.open(task, "test", DEFAULTS.withFewShot("0")).dataset().size())
        .isEqualTo(2);
    assertThatThrownBy(() -> PointData.open(root, "test", DEFAULTS))
        .isInstanceOf(DataException.class)
        .hasMessage(
            root
                + " holds 2 few-shot folds: 2way_2shot/0, 2way_2shot/1. Choose one with few-shot=2way_2shot/0");
    assertThatThrownBy(() -> PointData.open(root, "test", DEFAULTS.withFewShot("2way_2shot/7")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no few-shot fold '2way_2shot/7'; there: 2way_2shot/0");
    assertThatThrownBy(() -> PointData.open(root, "val", DEFAULTS.withFewShot("2way_2shot/0")))
        .hasMessageContaining("existing: train, test");
  }

  @Test
  void code_in_a_pickle_is_refused_by_name_and_not_run() throws IOException {
    Path file = root.resolve("0.pkl");
    Files.writeString(file, "cposix\nsystem\n(S'touch x'\ntR.", StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> PointData.open(file, "train", DEFAULTS))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            file + ": the pickle asks for 'posix.system', which arrays of numbers do not need");
  }

  @Test
  void another_content_is_named() throws IOException {
    Path file = root.resolve("0.pkl");
    Files.write(file, new byte[] {(byte) 0x80, 2, ']', '.'});
    assertThatThrownBy(() -> PointData.open(file, "train", DEFAULTS))
        .isInstanceOf(DataException.class)
        .hasMessage(file + ": expected a pickled dict of 'train' and 'test'");
    Files.writeString(file, "}U\4testK\1s.", StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> PointData.open(file, "train", DEFAULTS))
        .hasMessage(file + ": expected a list of clouds under 'train'; its keys are test");
    Files.writeString(file, "}U\5train]K\1as.", StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> PointData.open(file, "train", DEFAULTS))
        .hasMessageStartingWith(file + "[train 0]: expected (points, label");
    golden(0, "x/0.pkl");
    assertThatThrownBy(() -> PointData.open(root.resolve("x"), "t", DEFAULTS.withFewShot("0")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("there are no few-shot folds to choose '0' from");
  }

  @Test
  void a_damaged_pickle_is_an_error_of_the_data_and_nothing_else() throws IOException {
    Random random = new Random(3);
    Path file = root.resolve("0.pkl");
    int refused = 0;
    for (int round = 0; round < 1200; round++) {
      byte[] bytes = bytes(round % 6);
      if (round < 300) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      } else {
        for (int i = 0; i < 3; i++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
      }
      Files.write(file, bytes);
      try {
        PointData.open(file, "train", DEFAULTS);
      } catch (DataException e) {
        refused++;
        assertThat(e).hasMessageContaining(file.toString());
      }
    }
    assertThat(refused).isGreaterThan(400);
  }

  /** Four points: plus and minus the axis of the label, plus and minus the next. */
  private static void check(Dataset<PointCloud> data) {
    for (int i = 0; i < data.size(); i++) {
      int label = i % 2;
      float[] expected = new float[12];
      expected[label] = 1;
      expected[3 + label] = -1;
      expected[6 + label + 1] = 1;
      expected[9 + label + 1] = -1;
      assertThat(data.label(i)).isEqualTo(label);
      assertThat(data.sample(i).xyz()).containsExactly(expected, within(1e-6f));
    }
  }

  private Path golden(int number, String name) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes(number));
  }

  private static byte[] bytes(int number) throws IOException {
    try (InputStream in =
        FewShotPicklesTest.class.getResourceAsStream("/golden/few_shot/" + number + ".pkl")) {
      return in.readAllBytes();
    }
  }
}
