package dev.adapterx.data.points.set;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.points.PointCloud;
import dev.adapterx.data.points.format.Points;
import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.exceptions.HdfException;
import io.jhdf.exceptions.HdfFilterException;
import io.jhdf.exceptions.UnsupportedHdfException;
import io.jhdf.object.datatype.FloatingPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** An HDF5 file whose datasets are clouds and labels. Errors name the file and the dataset. */
final class H5File implements AutoCloseable {
  /** More than any published set of clouds needs; a guard against forged sizes. */
  private static final long MOST_BYTES = 4L << 30;

  private static final long SLAB_BYTES = 8L << 20;
  private static final int MOST_CLOUDS = 50_000_000;

  /** Deflate's largest expansion of a byte; a dataset that unpacks to more is forged. */
  private static final long BEST_PACKING = 1032;

  private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);

  private final Path file;
  private final HdfFile hdf;

  private H5File(Path file) {
    this.file = file;
    if (!Files.isRegularFile(file)) {
      throw new DataException("No such file: " + file);
    }
    this.hdf = trying(file, "no HDF5 file that can be read", () -> opened(file));
    try {
      trying(file, "no HDF5 file that can be read", this::requireWhole);
    } catch (DataException e) {
      hdf.close();
      throw e;
    }
  }

  /**
   * Over a buffer, where a read beyond the end fails; from a path the library first allocates for
   * any sizes the file states. A file of HDF5 2.0 is read from a changed copy in memory.
   */
  private static HdfFile opened(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > Integer.MAX_VALUE) {
        return new HdfFile(file);
      }
      HdfFile hdf = HdfFile.fromByteBuffer(channel.map(FileChannel.MapMode.READ_ONLY, 0, size));
      try {
        hdf.getChildren();
        return hdf;
      } catch (HdfException e) {
        ByteBuffer copy = ByteBuffer.wrap(Files.readAllBytes(file));
        if (H5Headers.toVersion4(copy, hdf.getUserBlockSize()) == 0) {
          return hdf; // later reads will fail and report why
        }
        hdf.close();
        return HdfFile.fromByteBuffer(copy.order(ByteOrder.BIG_ENDIAN));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The superblock states where the file ends; datasets beyond would read as damage, or not at all.
   */
  private long requireWhole() {
    long end = hdf.getHdfBackingStorage().getSuperblock().getEndOfFileAddress();
    if (hdf.size() < end) {
      throw new DataException(
          "%s: it is cut off after %d of %d bytes. Fetch or write it again"
              .formatted(file, hdf.size(), end));
    }
    return end;
  }

  /**
   * Opens a file.
   *
   * @throws DataException when it is missing, truncated or not HDF5
   */
  static H5File open(Path file) {
    return new H5File(file);
  }

  /**
   * The first three columns of a dataset (N, P, at least 3) of float32 or float64, as N clouds of
   * (P, 3) in the file's order. Points need not be finite.
   */
  PointCloud[] clouds(String name) {
    Dataset data = dataset(name);
    return trying(
        file,
        "dataset '" + name + "' cannot be read",
        () -> {
          long[] shape = shape(name, data);
          requireMemory(name, shape);
          return read(data, shape);
        });
  }

  /**
   * A dataset (N) or (N, 1) of whole numbers; a class is a number from 0 on; below 0 means no
   * class.
   */
  int[] labels(String name) {
    Dataset data = dataset(name);
    return trying(
        file,
        "dataset '" + name + "' cannot be read",
        () -> {
          long[] shape = data.getDimensionsAsLong();
          boolean column = shape.length == 2 && shape[1] == 1;
          if ((shape.length != 1 && !column) || shape[0] < 1 || shape[0] > MOST_CLOUDS) {
            throw wrong(name, "expected one label per cloud, (N) or (N, 1)", text(shape));
          }
          return wholeNumbers(name, data.getDataFlat());
        });
  }

  /** Whether there is a dataset of that name. */
  boolean has(String name) {
    return trying(
        file,
        "its contents cannot be listed",
        () -> hdf.getChildren().get(name) instanceof Dataset);
  }

  /** Whether there is a dataset (N, P) of that name, as labels of points are. */
  boolean hasPointLabels(String name) {
    return trying(
        file,
        "its contents cannot be listed",
        () ->
            hdf.getChildren().get(name) instanceof Dataset data
                && data.getDimensionsAsLong().length == 2
                && data.getDimensionsAsLong()[1] > 1);
  }

  /** A dataset (N, P) of whole numbers, a label for each point of each of N clouds. */
  int[][] pointLabels(String name) {
    Dataset data = dataset(name);
    return trying(
        file,
        "dataset '" + name + "' cannot be read",
        () -> {
          long[] shape = data.getDimensionsAsLong();
          if (shape.length != 2 || shape[0] < 1 || shape[1] < 2 || shape[0] > MOST_CLOUDS) {
            throw wrong(name, "expected a label for each point, (N, P)", text(shape));
          }
          int points = Math.toIntExact(shape[1]);
          int[] flat = wholeNumbers(name, data.getDataFlat());
          int[][] labels = new int[Math.toIntExact(shape[0])][];
          for (int i = 0; i < labels.length; i++) {
            labels[i] = Arrays.copyOfRange(flat, i * points, (i + 1) * points);
          }
          return labels;
        });
  }

  @Override
  public void close() {
    hdf.close();
  }

  /** A source of coordinates. */
  private interface Coordinates {
    double at(int row, int point, int axis);
  }

  private PointCloud[] read(Dataset data, long[] shape) {
    double bytes = (double) shape[0] * shape[1] * shape[2] * data.getDataType().getSize();
    boolean mapped = bytes <= Integer.MAX_VALUE && data instanceof ContiguousDataset;
    if (mapped
        && data.getDataType() instanceof FloatingPoint type
        && (type.getSize() == Float.BYTES || type.getSize() == Double.BYTES)) {
      return mapped(((ContiguousDataset) data).getBuffer(), type, shape);
    }
    return slabs(data, (int) shape[0], (int) shape[1]);
  }

  /** Without slices, with which the reader of contiguous data takes thirty times as long. */
  private PointCloud[] mapped(ByteBuffer buffer, FloatingPoint type, long[] shape) {
    ByteBuffer values = buffer.order(type.getByteOrder());
    int points = (int) shape[1];
    int columns = (int) shape[2];
    Coordinates coordinates =
        type.getSize() == Float.BYTES
            ? (i, p, axis) -> values.getFloat(Float.BYTES * ((i * points + p) * columns + axis))
            : (i, p, axis) -> values.getDouble(Double.BYTES * ((i * points + p) * columns + axis));
    PointCloud[] clouds = new PointCloud[(int) shape[0]];
    for (int i = 0; i < clouds.length; i++) {
      clouds[i] = cloud(coordinates, i, points, type.getSize() == Double.BYTES);
    }
    return clouds;
  }

  /** A few megabytes at a time, whole chunks, so that each is unpacked once. */
  private PointCloud[] slabs(Dataset data, int count, int points) {
    int step = (int) Math.max(1, Math.min(count, SLAB_BYTES / (12L * points)));
    boolean whole = !(data instanceof ChunkedDataset) && !(data instanceof ContiguousDataset);
    if (whole) { // compact: within the header, and without slices
      step = count;
    }
    if (data instanceof ChunkedDataset chunked) {
      int rows = Math.max(1, Math.min(count, chunked.getChunkDimensions()[0]));
      step = Math.min(count, rows * Math.max(1, step / rows));
    }
    PointCloud[] clouds = new PointCloud[count];
    for (long from = 0; from < count; from += step) {
      int rows = (int) Math.min(step, count - from);
      Object slab =
          whole
              ? data.getData()
              : data.getData(new long[] {from, 0, 0}, new int[] {rows, points, 3});
      Coordinates coordinates =
          slab instanceof float[][][] floats
              ? (i, p, axis) -> floats[i][p][axis]
              : (i, p, axis) -> ((double[][][]) slab)[i][p][axis];
      for (int i = 0; i < rows; i++) {
        clouds[(int) from + i] = cloud(coordinates, i, points, !(slab instanceof float[][][]));
      }
    }
    return clouds;
  }

  /** In double precision where rounding could move points; see {@link Points}. */
  private static PointCloud cloud(Coordinates at, int row, int points, boolean doubles) {
    float[] xyz = new float[3 * points];
    Points exact = new Points();
    for (int p = 0; p < points; p++) {
      for (int axis = 0; axis < 3; axis++) {
        xyz[3 * p + axis] = (float) at.at(row, p, axis);
      }
      if (doubles) {
        exact.add(at.at(row, p, 0), at.at(row, p, 1), at.at(row, p, 2));
      }
    }
    return doubles && exact.someFinite() ? exact.cloud() : new PointCloud(xyz);
  }

  private long[] shape(String name, Dataset data) {
    long[] shape = data.getDimensionsAsLong();
    if (shape.length != 3 || shape[2] < 3 || shape[0] < 1 || shape[1] < 1) {
      throw wrong(
          name, "expected clouds (N, P, 3), N clouds of P points each", "shape " + text(shape));
    }
    Class<?> type = data.getJavaType();
    if (type != float.class && type != double.class) {
      throw wrong(
          name, "expected coordinates as float32 or float64", "values of type " + type.getName());
    }
    return shape;
  }

  private void requireMemory(String name, long[] shape) {
    double bytes = 12.0 * shape[0] * shape[1];
    String clouds =
        "%d clouds of %d points need %.1f GB".formatted(shape[0], shape[1], bytes / 1e9);
    if (shape[0] > MOST_CLOUDS || bytes > MOST_BYTES) {
      throw wrong(
          name,
          "at most %.1f GB are read".formatted(MOST_BYTES / 1e9),
          clouds + "; split the file");
    }
    long most = Runtime.getRuntime().maxMemory();
    if (bytes > 0.8 * most) {
      throw wrong(
          name,
          "Java may use %.1f GB".formatted(most / 1e9),
          clouds + "; start it with a larger -Xmx");
    }
  }

  private int[] wholeNumbers(String name, Object values) {
    if (values instanceof int[] ints) {
      return ints;
    }
    if (values instanceof byte[] bytes) {
      int[] wide = new int[bytes.length];
      Arrays.setAll(wide, i -> bytes[i]);
      return wide;
    }
    if (values instanceof short[] shorts) {
      int[] wide = new int[shorts.length];
      Arrays.setAll(wide, i -> shorts[i]);
      return wide;
    }
    if (values instanceof long[] longs) {
      int[] narrow = new int[longs.length];
      Arrays.setAll(narrow, i -> narrowed(name, longs[i], i));
      return narrow;
    }
    if (values instanceof BigInteger[] big) { // uint64
      int[] narrow = new int[big.length];
      Arrays.setAll(narrow, i -> narrowed(name, big[i].min(LARGEST).longValue(), i));
      return narrow;
    }
    throw wrong(
        name,
        "expected labels as whole numbers of any width",
        "values of type " + values.getClass().getComponentType().getSimpleName());
  }

  private int narrowed(String name, long value, int index) {
    if (value > Integer.MAX_VALUE) {
      throw new DataException(
          "%s: dataset '%s', index %d: label %d is no class number"
              .formatted(file, name, index, value));
    }
    return (int) Math.max(value, -1);
  }

  private Dataset dataset(String name) {
    return trying(
        file,
        "its contents cannot be listed",
        () -> {
          Node node = hdf.getChildren().get(name);
          if (node instanceof Dataset data) {
            requirePossible(name, data);
            return data;
          }
          List<String> names = new ArrayList<>();
          List<String> shaped = new ArrayList<>();
          for (Node child : hdf.getChildren().values()) {
            if (child instanceof Dataset other) {
              names.add(child.getName());
              shaped.add(child.getName() + " " + text(other.getDimensionsAsLong()));
            }
          }
          throw new DataException(
              file
                  + " has no dataset '"
                  + name
                  + "'; it has "
                  + (names.isEmpty() ? "none" : Names.some(shaped))
                  + Names.hint(name, names));
        });
  }

  /** The library trusts the sizes in the file, and allocates memory for them. */
  private void requirePossible(String name, Dataset data) {
    long[] shape = data.getDimensionsAsLong();
    double bytes = data.getDataType().getSize() * product(shape);
    boolean packed = data instanceof ChunkedDataset;
    if (data instanceof ChunkedDataset chunked) {
      int[] chunk = chunked.getChunkDimensions();
      bytes =
          Math.max(
              bytes,
              data.getDataType().getSize()
                  * product(Arrays.stream(chunk).asLongStream().toArray()));
    }
    double most = (packed ? (double) BEST_PACKING : 1) * hdf.size();
    if (!(bytes <= most)) {
      throw wrong(
          name,
          "a file of %d bytes can hold %.0f bytes of it at most".formatted(hdf.size(), most),
          "%.0f bytes, shape %s; it is damaged".formatted(bytes, text(shape)));
    }
  }

  private static double product(long[] extents) {
    return Arrays.stream(extents).asDoubleStream().reduce(1, (a, b) -> a * b);
  }

  private DataException wrong(String name, String expected, String found) {
    return new DataException(
        "%s: dataset '%s': %s; found %s".formatted(file, name, expected, found));
  }

  private static String text(long[] shape) {
    return Arrays.stream(shape)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "(", ")"));
  }

  /**
   * On a damaged file the reader may throw anything, including out-of-memory and stack overflow
   * errors.
   */
  private static <T> T trying(Path file, String failed, Supplier<T> work) {
    try {
      return work.get();
    } catch (DataException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError | LinkageError e) {
      Throwable cause = e;
      while (cause.getCause() != null && cause.getCause() != cause) {
        cause = cause.getCause();
      }
      String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
      throw new DataException(
          "%s: %s (%s). %s".formatted(file, failed, reason, wayOut(cause, reason)), e);
    }
  }

  private static String wayOut(Throwable cause, String reason) {
    if (cause instanceof HdfFilterException) {
      return "It is compressed by something else than gzip, LZF or LZ4; undo that, for example with"
          + " 'h5repack -f GZIP=4 IN.h5 OUT.h5'";
    }
    if (reason.endsWith("at address -1")) {
      return "Parts of it were never written; write all of it, or leave the empty clouds out";
    }
    if (cause instanceof UnsupportedHdfException) {
      return "This part of HDF5 is not read; write the file in an older form, for example with"
          + " h5py.File(name, 'w', libver='earliest')";
    }
    return "It is damaged; fetch or write it again";
  }
}
