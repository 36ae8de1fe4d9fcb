package dev.adapterx.data.points.set;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes HDF5 files for tests. */
final class H5 {
  private H5() {}

  static Path write(Path file, Map<String, Object> datasets) {
    try {
      Files.createDirectories(file.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      datasets.forEach(hdf::putDataset);
    }
    return file;
  }

  static Path labelled(Path file, Object labels) {
    return write(
        file,
        Map.of("data", clouds(java.lang.reflect.Array.getLength(labels), 4), "label", labels));
  }

  /** Cloud i, point p is (i, p, -p / 8). */
  static float[][][] clouds(int count, int points) {
    float[][][] clouds = new float[count][points][3];
    for (int i = 0; i < count; i++) {
      for (int p = 0; p < points; p++) {
        clouds[i][p] = new float[] {i, p, -p / 8f};
      }
    }
    return clouds;
  }
}
