package dev.adapterx.spark.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutorCheckTest {
  private static final long MIB = 1L << 20;

  @TempDir Path folder;

  private static SparkConf conf(String... keys) {
    SparkConf conf = new SparkConf(false);
    for (int i = 0; i < keys.length; i += 2) {
      conf.set(keys[i], keys[i + 1]);
    }
    return conf;
  }

  /** By the rules of Spark's documentation. */
  @Test
  void memory_beside_the_heap_is_what_spark_grants() {
    assertThat(ExecutorCheck.overhead(conf())).isEqualTo(384 * MIB);
    assertThat(ExecutorCheck.overhead(conf("spark.executor.memory", "20g")))
        .isEqualTo(2048 * MIB);
    assertThat(
            ExecutorCheck.overhead(
                conf(
                    "spark.executor.memory", "4g", "spark.executor.memoryOverheadFactor", "0.5")))
        .isEqualTo(2048 * MIB);
    assertThat(ExecutorCheck.overhead(conf("spark.executor.memoryOverhead", "1500")))
        .isEqualTo(1500 * MIB);
    assertThat(ExecutorCheck.overhead(conf("spark.executor.memoryOverhead", "2g")))
        .isEqualTo(2048 * MIB);
  }

  @Test
  void too_little_of_it_is_refused_with_the_value_to_set() {
    long weights = 350 * MIB;
    assertThat(ExecutorCheck.memory(16_000 * MIB, 2000 * MIB, 384 * MIB, weights))
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .contains("may take 384 MiB beside its heap")
                    .contains("need about 1,400 MiB")
                    .endsWith("set spark.executor.memoryOverhead=1400m"));
    assertThat(ExecutorCheck.memory(16_000 * MIB, 2000 * MIB, 1400 * MIB, weights)).isEmpty();
    assertThat(ExecutorCheck.memory(3000 * MIB, 2000 * MIB, Long.MAX_VALUE, weights))
        .hasValueSatisfying(
            why -> assertThat(why).contains("heap may take 2,000 of 3,000 MiB", "1,400 MiB"));
    assertThat(ExecutorCheck.memory(3400 * MIB, 2000 * MIB, Long.MAX_VALUE, weights)).isEmpty();
  }

  @Test
  void libtorch_needs_a_folder_to_be_unpacked_into() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(ExecutorCheck.cache(List.of(folder.resolve("not/there/yet")))).isEmpty();
    assertThat(ExecutorCheck.cache(List.of(file.resolve("cache"))))
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .contains(file + " is no folder")
                    .contains("-Dorg.bytedeco.javacpp.cachedir=DIR")
                    .contains("600 MiB free"));
    assertThat(ExecutorCheck.cache(List.of(file, folder))).isEmpty();
    assertThat(ExecutorCheck.candidates("/named")).containsExactly(Path.of("/named"));
    assertThat(ExecutorCheck.candidates(null)).hasSize(2);
  }

  @Test
  void another_version_is_refused_by_both_names() {
    LibraryVersion.requireSame(LibraryVersion.here());
    assertThatThrownBy(() -> LibraryVersion.requireSame("0.0.9"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("The driver has Adapter-X 0.0.9, this executor ")
        .hasMessageContaining(LibraryVersion.here());
  }
}
