package dev.adapterx.data.points.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Thousands of damaged files: each is read or refused, never anything else. */
class CloudFuzzTest {
  private static final int MUTANTS = 3000;

  static Stream<String> files() {
    return content().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  @Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void every_mutant_is_read_or_refused(String name) {
    byte[] original = content().get(name);
    int read = 0;
    int refused = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutate(original, Rng.of(21, name).at(i));
      try {
        for (float x : CloudFile.read(mutant, name, Clouds.SAMPLING).xyz()) {
          assertThat(Float.isFinite(x)).isTrue();
        }
        read++;
      } catch (DataException e) {
        assertThat(e.getMessage())
            .startsWith("Could not read point cloud " + name)
            .hasSizeLessThan(600);
        assertThat(e.getMessage()).doesNotContain("memory");
        refused++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("mutant " + i + " of " + name, e);
      }
    }
    assertThat(read).as("mutants that were read").isPositive();
    assertThat(refused).as("mutants that were refused").isPositive();
  }

  private static Map<String, byte[]> content() {
    Map<String, byte[]> all = new LinkedHashMap<>(SampleFiles.clouds());
    all.putAll(SampleFiles.meshes());
    return all;
  }

  private static byte[] mutate(byte[] original, Rng rng) {
    byte[] bytes = original.clone();
    int changes = 1 + rng.nextInt(3);
    for (int c = 0; c < changes; c++) {
      int at = rng.nextInt(bytes.length);
      switch (rng.nextInt(7)) {
        case 0 -> bytes[at] ^= (byte) (1 << rng.nextInt(8));
        case 1 -> bytes[at] = (byte) rng.nextInt(256);
        case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) 0xFF);
        case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 8), (byte) 0);
        case 4 -> bytes[at] = (byte) "0123456789-+.eE \n#,;/".charAt(rng.nextInt(21));
        case 5 -> {
          int from = rng.nextInt(bytes.length);
          int length = Math.min(1 + rng.nextInt(16), bytes.length - Math.max(at, from));
          System.arraycopy(original, Math.min(from, original.length - length), bytes, at, length);
        }
        default -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
      }
    }
    return bytes;
  }
}
