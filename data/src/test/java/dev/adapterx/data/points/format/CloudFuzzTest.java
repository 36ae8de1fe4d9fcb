package dev.adapterx.data.points.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.DataException;
import dev.adapterx.testing.Fuzz;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Thousands of damaged files: each is read or refused, never anything else. */
class CloudFuzzTest {
  static Stream<String> files() {
    return content().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void every_mutant_is_read_or_refused(String name) {
    Fuzz.Tally tally =
        new Fuzz(name, content().get(name), 250)
            .reading(
                DataException.class,
                mutant -> {
                  try {
                    for (float x : CloudFile.read(mutant, name, Clouds.SAMPLING).xyz()) {
                      assertThat(Float.isFinite(x)).isTrue();
                    }
                  } catch (DataException e) {
                    assertThat(e.getMessage())
                        .startsWith("Could not read point cloud " + name)
                        .hasSizeLessThan(600);
                    throw e;
                  }
                });
    assertThat(tally.read()).as("mutants that were read").isPositive();
    assertThat(tally.refused()).as("mutants that were refused").isPositive();
  }

  private static Map<String, byte[]> content() {
    Map<String, byte[]> all = new LinkedHashMap<>(SampleFiles.clouds());
    all.putAll(SampleFiles.meshes());
    all.putAll(SampleFiles.triangles());
    all.put("four.off", Clouds.bytes("4OFF\n2 0 0\n2 4 6 2\n1 1 1 0.5\n"));
    return all;
  }
}
