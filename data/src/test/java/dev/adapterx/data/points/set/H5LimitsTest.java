package dev.adapterx.data.points.set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.DatasetCreationOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sizes that a file declares are believed as far as it can hold them. */
class H5LimitsTest {
  private static final PointData.Options DEFAULTS = PointData.Options.defaults();

  @TempDir Path folder;

  @Test
  void what_packs_well_is_read() throws IOException {
    Path file = folder.resolve("zeros.h5");
    DatasetCreationOptions packed =
        DatasetCreationOptions.builder().chunkDimensions(200, 1000, 3).deflate().build();
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      hdf.putDataset("data", new float[200][1000][3], packed);
      hdf.putDataset("label", new byte[200]);
    }
    assertThat(Files.size(file)).isLessThan(200L * 1000 * 12 / 300);
    assertThat(PointData.open(file, "all", DEFAULTS).dataset().size()).isEqualTo(200);
  }

  @Test
  void more_than_the_file_can_hold_is_refused_before_it_is_read() throws IOException {
    assertThatThrownBy(() -> withClouds("old_contiguous", 400))
        .isInstanceOf(DataException.class)
        .hasMessage(
            folder.resolve("a.h5")
                + ": dataset 'data': a file of 2368 bytes can hold 2368 bytes of it at most; found"
                + " 28800 bytes, shape (400, 6, 3); it is damaged");
    assertThatThrownBy(() -> withClouds("old_chunked", 1 << 20))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a file of 6856 bytes can hold 7075392 bytes of it at most");
  }

  /** A file of four clouds that says it had so many. */
  private void withClouds(String name, long clouds) throws IOException {
    ByteBuffer bytes;
    try (InputStream in = H5LimitsTest.class.getResourceAsStream("/golden/hdf5/" + name + ".h5")) {
      bytes = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
    }
    int changed = 0;
    for (int at = 0; at + 24 <= bytes.limit(); at += 8) {
      if (bytes.getLong(at) == 4 && bytes.getLong(at + 8) == 6 && bytes.getLong(at + 16) == 3) {
        bytes.putLong(at, clouds);
        changed++;
      }
    }
    assertThat(changed).isPositive();
    Path file = Files.write(folder.resolve("a.h5"), bytes.array());
    PointData.open(file, "all", DEFAULTS);
  }
}
