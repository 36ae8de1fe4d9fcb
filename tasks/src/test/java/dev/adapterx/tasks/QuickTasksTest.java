package dev.adapterx.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.train.input.TaskOfData;
import dev.adapterx.train.input.TrainableTask;
import dev.adapterx.train.quickstart.QuickTask;
import dev.adapterx.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What quickstarts of dense tasks write is data of that task, the same each time. */
class QuickTasksTest {
  @TempDir Path folder;

  private static TreeMap<String, Long> sums(Path root) throws IOException {
    TreeMap<String, Long> sums = new TreeMap<>();
    try (var files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        java.util.zip.CRC32 sum = new java.util.zip.CRC32();
        sum.update(Files.readAllBytes(file));
        sums.put(root.relativize(file).toString(), sum.getValue());
      }
    }
    return sums;
  }

  @Test
  void each_dense_task_has_one() {
    assertThat(QuickTask.Kind.all().names())
        .containsExactlyInAnyOrder("segmentation", "detection", "parts");
  }

  @ParameterizedTest
  @ValueSource(strings = {"segmentation", "detection", "parts"})
  void its_data_are_known_for_its_task_and_written_once(String name) throws IOException {
    QuickTask task = QuickTask.Kind.all().get(name, "--task").of(3);
    Path data = folder.resolve("data");
    int written = task.writer().writeTo(data);
    assertThat(written).isGreaterThanOrEqualTo(100);
    assertThat(task.writer().writeTo(data)).isZero();
    Recipe recipe = Recipe.read(task.recipe(), List.of("data.path=" + data), "test");
    assertThat(recipe.task().name()).isEqualTo(name);
    assertThat(TaskOfData.at(data.toString())).map(TrainableTask::name).hasValue(name);

    TreeMap<String, Long> first = sums(data);
    Path again = folder.resolve("again");
    assertThat(QuickTask.Kind.all().get(name, "--task").of(3).writer().writeTo(again))
        .isEqualTo(written);
    assertThat(sums(again)).isEqualTo(first);
    Path other = folder.resolve("other");
    QuickTask.Kind.all().get(name, "--task").of(4).writer().writeTo(other);
    assertThat(sums(other).keySet()).isEqualTo(first.keySet());
    assertThat(sums(other)).isNotEqualTo(first);
  }
}
