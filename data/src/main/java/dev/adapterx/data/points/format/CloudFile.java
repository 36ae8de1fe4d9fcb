package dev.adapterx.data.points.format;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.data.points.PointCloud;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
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
            return sampling.sample(mesh(source, name(file)), name(file));
          }
        });
  }

  /**
   * Reads a cloud from a file's content.
   *
   * @param name of the file, without its folder: for its extension, for the sampling, and for
   *     messages
   */
  public static PointCloud read(byte[] content, String name, MeshSampling sampling) {
    return reading(name, () -> sampling.sample(mesh(Source.of(content), name), name));
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
            return mesh(source, name(file));
          }
        });
  }

  private static Mesh mesh(Source source, String name) throws IOException {
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
    return format.read(source, name);
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
