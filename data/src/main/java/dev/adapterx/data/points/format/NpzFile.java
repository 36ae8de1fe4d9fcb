package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * NumPy arrays in a zip archive ({@code np.savez}): the only one, or the one whose name denotes
 * points.
 */
final class NpzFile {
  private static final List<String> NAMES =
      List.of("points", "xyz", "pos", "pc", "point_cloud", "pointcloud", "coords", "data");

  private static final int MOST_BYTES = 1 << 30;
  private static final int MOST_ARRAYS = 10_000;

  private NpzFile() {}

  static Mesh read(Source source, LabelColumn label) throws IOException {
    List<String> names = new ArrayList<>();
    byte[] only = new byte[0];
    int best = NAMES.size();
    try (ZipInputStream zip = new ZipInputStream(source.stream(), StandardCharsets.ISO_8859_1)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String name = entry.getName().replaceAll("\\.npy$", "");
        int rank = NAMES.indexOf(name.toLowerCase(Locale.ROOT));
        if (names.isEmpty() || (rank >= 0 && rank < best)) {
          only = zip.readNBytes(MOST_BYTES + 1);
        }
        best = rank >= 0 ? Math.min(best, rank) : best;
        names.add(name);
        if (names.size() > MOST_ARRAYS || only.length > MOST_BYTES) {
          throw new DataException("it unpacks to more than is read; save the points as .npy");
        }
      }
    } catch (ZipException | IllegalArgumentException e) { // the latter for a garbled name
      throw new DataException(
          "its archive is damaged (%s); save it again".formatted(e.getMessage()), e);
    }
    if (names.isEmpty()) {
      throw new DataException("it is no archive of np.savez, or has no array");
    }
    if (names.size() > 1 && best == NAMES.size()) {
      throw new DataException(
          "it has the arrays %s; expected a single one, or one called %s"
              .formatted(Names.some(names), String.join(", ", NAMES)));
    }
    return NpyFile.read(Source.of(only), label);
  }
}
