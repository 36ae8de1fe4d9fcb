package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.data.points.PointCloud;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads files of points and of meshes. A format is recognised by the first bytes of the file, or by
 * its extension if the format has no signature. At most 50 million points and as many triangles are
 * read of one file. Coordinates become single precision; a cloud so far from the origin that this
 * would move its points visibly is centred first. Points without finite coordinates are left out
 * and counted.
 */
public final class CloudFile {
  private CloudFile() {}

  /** Whether a file has one of the {@link #extensions}; does not read it. */
  public static boolean isKnown(Path file) {
    return CloudFormat.ofExtension(name(file)).isPresent();
  }

  /**
   * The format of a file's content, such as {@code PLY}: by its first bytes, else by its extension.
   */
  public static Optional<String> format(byte[] content, String name) {
    byte[] head = Arrays.copyOf(content, Math.min(content.length, CloudFormat.HEAD));
    return CloudFormat.of(head, name).map(CloudFormat::name);
  }

  /** The extensions of the formats that are read, in lower case and without the dot. */
  public static List<String> extensions() {
    return CloudFormat.allExtensions();
  }

  /**
   * Reads a cloud: the points of the file, or points sampled from its surface if it is a mesh.
   *
   * @throws DataException naming the file when it is missing, of an unknown format, truncated,
   *     broken, empty or too large, or when its points are not finite
   */
  public static PointCloud read(Path file, MeshSampling sampling) {
    return reading(
        file.toString(),
        () -> {
          try (Source source = open(file)) {
            return sampling.sample(mesh(source, name(file), LabelColumn.NONE), name(file));
          }
        });
  }

  /**
   * Reads points with a label each; of a mesh its vertices. The label is the property, field or
   * column that is called so ({@code label}, {@code class}, {@code scalar_Label}, {@code
   * classification}, …), the class of a point in LAS, or the last of four or seven columns without
   * names.
   *
   * @param named the property, field, column or number of a column instead; absent: found
   * @throws DataException as {@link #read(Path, MeshSampling)}, and when there are no labels, it
   *     cannot be told which they are, or one is no whole number
   */
  public static LabelledCloud labelled(Path file, @Nullable String named) {
    return reading(
        file.toString(),
        () -> {
          Mesh mesh;
          try (Source source = open(file)) {
            mesh = mesh(source, name(file), new LabelColumn(true, named));
          }
          if (mesh.labels().length == 0) {
            throw new DataException(
                "its points have no labels: no property, field or column is called label or class");
          }
          return labelled(mesh, mesh.labels());
        });
  }

  /**
   * Reads points, of a mesh its vertices, and the labels in a file beside them.
   *
   * @param labels a number on each line, an array of NumPy (N), or SemanticKITTI's {@code .label}
   * @throws DataException also when there are more or fewer labels than points
   */
  public static LabelledCloud labelled(Path file, Path labels) {
    int[] all =
        reading(
            labels.toString(),
            () -> {
              try (Source source = open(labels)) {
                return LabelFile.read(source, name(labels).toLowerCase(Locale.ROOT));
              }
            });
    return reading(
        file.toString(),
        () -> {
          Mesh mesh;
          try (Source source = open(file)) {
            mesh = mesh(source, name(file), LabelColumn.NONE);
          }
          int points = mesh.vertices().length / 3 + mesh.leftOut();
          if (all.length != points) {
            throw new DataException(
                "it has %d points, %s has %d labels; expected one for each"
                    .formatted(points, labels, all.length));
          }
          int[] kept = mesh.kept();
          int[] own = kept.length == 0 ? all : Arrays.stream(kept).map(i -> all[i]).toArray();
          return labelled(mesh, own);
        });
  }

  private static LabelledCloud labelled(Mesh mesh, int[] labels) {
    return new LabelledCloud(new PointCloud(mesh.vertices(), mesh.leftOut()), labels);
  }

  /**
   * Whether a file's points have labels, by its header; a text or array file is not asked.
   *
   * @param named see {@link #labelled(Path, String)}
   */
  public static boolean hasLabels(Path file, @Nullable String named) {
    try (Source source = open(file)) {
      LabelColumn label = new LabelColumn(true, named);
      byte[] head = source.peek(CloudFormat.HEAD);
      Optional<CloudFormat> format = CloudFormat.of(head, name(file));
      return format.isPresent() && format.get().hasLabels(source, label);
    } catch (IOException | DataException e) {
      return false; // the reason comes when it is read
    }
  }

  /**
   * Reads a cloud from a file's content.
   *
   * @param name of the file, without its folder: for its extension, for the sampling, and for
   *     messages
   */
  public static PointCloud read(byte[] content, String name, MeshSampling sampling) {
    return reading(
        name, () -> sampling.sample(mesh(Source.of(content), name, LabelColumn.NONE), name));
  }

  /**
   * Reads vertices and triangles. A point cloud has no faces.
   *
   * @throws DataException as {@link #read(Path, MeshSampling)}
   */
  public static Mesh mesh(Path file) {
    return reading(
        file.toString(),
        () -> {
          try (Source source = open(file)) {
            return mesh(source, name(file), LabelColumn.NONE);
          }
        });
  }

  private static Mesh mesh(Source source, String name, LabelColumn label) throws IOException {
    if (source.remaining() == 0) {
      throw new DataException("it is empty");
    }
    CloudFormat format =
        CloudFormat.of(source.peek(CloudFormat.HEAD), name)
            .orElseThrow(
                () ->
                    new DataException(
                        OtherFormats.wayOut(name)
                            .orElse(
                                "its format is unknown. Known extensions: "
                                    + String.join(", ", extensions()))));
    return format.read(source, name, label);
  }

  private static Source open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new DataException("it is a folder");
    }
    return Source.of(file);
  }

  private static String name(Path file) {
    Path last = file.getFileName();
    return last == null ? "" : last.toString();
  }

  /** A reader that may throw an {@link IOException}. */
  @FunctionalInterface
  private interface Reading<T> {
    T read() throws IOException;
  }

  private static <T> T reading(String file, Reading<T> reading) {
    try {
      return reading.read();
    } catch (DataException e) {
      throw broken(file, String.valueOf(e.getMessage()), e);
    } catch (NoSuchFileException e) {
      throw broken(file, "no such file", e);
    } catch (EOFException e) {
      throw broken(file, e.getMessage() + ". It is cut off; fetch or write it again", e);
    } catch (IOException e) {
      throw broken(file, "it is not readable (" + Reason.of(e) + ")", e);
    } catch (OutOfMemoryError e) {
      throw broken(
          file,
          "it does not fit into the memory of %d MiB; give the JVM more with -Xmx or thin it out"
              .formatted(Runtime.getRuntime().maxMemory() >> 20),
          e);
    }
  }

  private static DataException broken(String file, String why, @Nullable Throwable cause) {
    return new DataException("Could not read point cloud " + file + ": " + why, cause);
  }
}
