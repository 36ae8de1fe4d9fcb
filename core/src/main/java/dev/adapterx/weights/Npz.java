package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Names;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads numpy arrays: npz, a zip of npy files, and a single npy.
 *
 * <p>Source: <a
 * href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">numpy.lib.format</a>,
 * versions 1 to 3. Fortran order and big-endian elements are re-ordered; pickled objects, records
 * and strings are refused.
 */
final class Npz {
  private static final String SUFFIX = ".npy";

  private Npz() {}

  static WeightFile read(ZipArchive zip) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (ZipArchive.Entry entry : zip.entries().values()) {
      if (entry.name().endsWith(SUFFIX)) {
        String name = entry.name().substring(0, entry.name().length() - SUFFIX.length());
        tensors.put(name, array(name, zip.contents(entry), zip.file(), zip.budget()));
      }
    }
    if (tensors.isEmpty()) {
      throw new CheckpointException(
          "%s is a zip file of neither torch (no data.pkl) nor numpy (no *.npy); it holds %s"
              .formatted(zip.file(), Names.some(zip.entries().keySet().stream().toList())));
    }
    return new WeightFile(zip.file().path(), "npz", tensors, Map.of());
  }

  /** Reads a single array, named after its file. */
  static WeightFile readSingle(FileBytes file) {
    String fileName = String.valueOf(file.path().getFileName());
    String name =
        fileName.endsWith(SUFFIX)
            ? fileName.substring(0, fileName.length() - SUFFIX.length())
            : fileName;
    ByteBuffer bytes = file.slice(0, file.size(), "array '" + name + "'");
    var budget = new MemoryBudget(file.toString(), file.size());
    return new WeightFile(
        file.path(), "npy", Map.of(name, array(name, bytes, file, budget)), Map.of());
  }

  private static StoredTensor array(
      String name, ByteBuffer bytes, FileBytes file, MemoryBudget budget) {
    String what = "array '" + name + "'";
    NpyHeader header = NpyHeader.parse(file + ": " + what, bytes);
    long size = StoredTensor.byteSize(file + ": " + what, header.dtype(), header.shape());
    ByteBuffer data = bytes.slice(header.dataOffset(), bytes.limit() - header.dataOffset());
    if (data.limit() != size) {
      throw new CheckpointException(
          "%s: %s: its header promises %d bytes of data, found %d; the file is truncated or damaged: fetch it again"
              .formatted(file, what, size, data.limit()));
    }
    boolean inOrder =
        header.order().equals(ByteOrder.LITTLE_ENDIAN)
            && (!header.fortran() || header.shape().length < 2);
    if (!inOrder) {
      long[] strides =
          header.fortran() ? Strided.fortran(header.shape()) : Strided.contiguous(header.shape());
      ByteBuffer reordered = budget.allocate(size, what);
      Strided.copy(
          data.order(header.order()), header.dtype().bytes(), header.shape(), strides, reordered);
      data = reordered;
    }
    return new StoredTensor(name, header.dtype(), header.shape(), data);
  }
}
