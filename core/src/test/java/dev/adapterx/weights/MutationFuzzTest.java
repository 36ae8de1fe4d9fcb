package dev.adapterx.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Rng;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Thousands of damaged files: each is read or refused, never anything else. */
class MutationFuzzTest {
  @ParameterizedTest
  @CsvSource({
    "plain.safetensors, 3000",
    "plain.pt, 800",
    "plain_protocol4.pt, 800",
    "nested.pt, 800",
    "views.pt, 800",
    "views_legacy.pt, 1500",
    "nested_legacy.pt, 1500",
    "arrays.npz, 1500",
    "arrays_compressed.npz, 1500",
    "single.npy, 3000"
  })
  @Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void every_mutant_is_read_or_refused(String name, int mutants) {
    byte[] original = Fixtures.bytes(name);
    int read = 0;
    int refused = 0;
    for (int i = 0; i < mutants; i++) {
      byte[] mutant = mutate(original, Rng.of(20, name).at(i));
      try {
        Fixtures.read(mutant).tensors().values().forEach(MutationFuzzTest::touch);
        read++;
      } catch (CheckpointException e) {
        assertThat(e.getMessage()).isNotBlank();
        refused++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("mutant " + i + " of " + name, e);
      }
    }
    assertThat(read).as("mutants that were read").isPositive();
    assertThat(refused).as("mutants that were refused").isPositive();
  }

  /** Reads the last byte, so that a view outside its file would show. */
  private static void touch(StoredTensor tensor) {
    if (tensor.data().hasRemaining()) {
      tensor.data().get(tensor.data().limit() - 1);
    }
  }

  private static byte[] mutate(byte[] original, Rng rng) {
    byte[] bytes = original.clone();
    int changes = 1 + rng.nextInt(3);
    for (int c = 0; c < changes; c++) {
      int at = rng.nextInt(bytes.length);
      switch (rng.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << rng.nextInt(8));
        case 1 -> bytes[at] = (byte) rng.nextInt(256);
        case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) 0xFF);
        case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 8), (byte) 0);
        case 4 -> {
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
