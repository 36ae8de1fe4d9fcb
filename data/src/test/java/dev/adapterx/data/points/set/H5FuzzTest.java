package dev.adapterx.data.points.set;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.DataException;
import dev.adapterx.testing.Fuzz;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged copies of files that h5py wrote, see golden/hdf5_files.py. */
class H5FuzzTest {
  private static final PointData.Options DEFAULTS = PointData.Options.defaults();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "old_contiguous",
        "old_chunked",
        "old_lzf",
        "new_contiguous",
        "new_chunked",
        "new_growing",
        "2_single",
        "2_fixed",
        "2_growing",
        "2_btree",
        "2_compact"
      })
  void whole_files_of_h5py_are_read(String name) throws IOException {
    Path file = Files.write(folder.resolve("a.h5"), bytes(name));
    PointData data = PointData.open(file, "all", DEFAULTS);
    assertThat(data.dataset().size()).isEqualTo(4);
    assertThat(data.dataset().label(2)).isEqualTo(2);
    for (int i = 0; i < 4; i++) {
      for (int k = 0; k < 18; k++) {
        assertThat(data.dataset().sample(i).xyz()[k]).isEqualTo((18 * i + k) / 2f);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "old_contiguous",
        "old_chunked",
        "old_lzf",
        "new_contiguous",
        "new_chunked",
        "new_growing",
        "2_single",
        "2_fixed",
        "2_growing",
        "2_btree",
        "2_compact"
      })
  void every_mutant_is_read_or_refused(String name) throws IOException {
    Path file = folder.resolve("a.h5");
    Fuzz.Tally tally =
        new Fuzz(name + ".h5", bytes(name), 350)
            .reading(
                DataException.class,
                mutant -> {
                  Files.write(file, mutant);
                  try {
                    PointData.open(file, "all", DEFAULTS);
                  } catch (DataException e) {
                    throw contained(e);
                  }
                });
    assertThat(tally.read()).as("mutants that were read").isPositive();
    assertThat(tally.refused()).as("mutants that were refused").isPositive();
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  /**
   * Sizes inside of its indices the library believes; what becomes of it is contained. An error of
   * memory may come without a trace; ours allocate after all is bounded.
   */
  private static DataException contained(DataException e) {
    boolean library =
        e.getCause() instanceof VirtualMachineError error
            && Stream.of(error.getStackTrace())
                .map(StackTraceElement::getClassName)
                .filter(name -> name.startsWith("io.jhdf.") || name.startsWith("dev.adapterx."))
                .findFirst()
                .map(name -> name.startsWith("io.jhdf."))
                .orElse(true);
    return library ? new DataException(e.getMessage()) : e;
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = H5FuzzTest.class.getResourceAsStream("/golden/hdf5/" + name + ".h5")) {
      return in.readAllBytes();
    }
  }
}
