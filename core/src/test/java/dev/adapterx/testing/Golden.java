package dev.adapterx.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Settings;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.weights.StoredTensor;
import dev.adapterx.weights.WeightFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteOrder;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.JsonNode;

/** A file of reference values made by the scripts in {@code golden/}. */
public record Golden(WeightFile file) {
  private static final String COPY = "adapterx-golden-";

  public static Golden read(String name) {
    Path file = path(name);
    try {
      return new Golden(WeightFile.read(file));
    } finally {
      if (file.getFileName().toString().startsWith(COPY)) {
        delete(file);
      }
    }
  }

  public static Path path(String name) {
    URL url = Objects.requireNonNull(Golden.class.getResource("/golden/" + name), name);
    try {
      return url.getProtocol().equals("file") ? Path.of(url.toURI()) : copy(url);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The files of a folder, as {@link #read} takes them, in order. */
  public static List<String> names(String folder) {
    URL url = Objects.requireNonNull(Golden.class.getResource("/golden/" + folder), folder);
    try {
      if (url.getProtocol().equals("file")) {
        return names(folder, Path.of(url.toURI()));
      }
      String[] jarAndEntry = url.toString().split("!", 2);
      try (FileSystem jar = FileSystems.newFileSystem(URI.create(jarAndEntry[0]), Map.of())) {
        return names(folder, jar.getPath(jarAndEntry[1]));
      }
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> names(String folder, Path listed) throws IOException {
    try (Stream<Path> files = Files.list(listed)) {
      return files.map(f -> folder + "/" + f.getFileName()).sorted().toList();
    }
  }

  /** Other modules find this one's resources in its test-jar. */
  private static Path copy(URL url) {
    try (InputStream in = url.openStream()) {
      Path file = Files.createTempFile(COPY, null);
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public JsonNode config() {
    return Settings.json().readTree(file.metadata().get("config"));
  }

  public float[] floats(String name) {
    return file.tensor(name).floats();
  }

  public Tensor tensor(String name) {
    StoredTensor stored = file.tensor(name);
    return Tensors.of(stored.floats(), stored.shape());
  }

  /** The values of an int64 tensor. */
  public long[] longs(String name) {
    StoredTensor stored = file.tensor(name);
    long[] values = new long[Math.toIntExact(stored.elements())];
    stored.data().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(values);
    return values;
  }

  /** The fp32 tensors below a prefix. */
  public NamedTensors tensors(String prefix) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    file.within(prefix)
        .tensors()
        .forEach((name, stored) -> tensors.put(name, Tensors.of(stored.floats(), stored.shape())));
    return NamedTensors.of(tensors);
  }

  /** Largest difference of two arrays over the largest magnitude of the reference. */
  public static double relativeError(float[] actual, float[] reference) {
    assertThat(actual).hasSameSizeAs(reference);
    double worst = 0;
    double scale = 1e-12;
    for (int i = 0; i < actual.length; i++) {
      worst = Math.max(worst, Math.abs((double) actual[i] - reference[i]));
      scale = Math.max(scale, Math.abs(reference[i]));
    }
    return worst / scale;
  }

  /**
   * Gradients by name, a missing one 0; differences over the largest magnitude of all.
   *
   * @param tolerance of the largest difference
   */
  public static void assertGradientsClose(
      Map<String, float[]> actual, Map<String, float[]> reference, double tolerance) {
    double scale = reference.values().stream().mapToDouble(Golden::largest).max().orElse(0);
    Set<String> names = new TreeSet<>(actual.keySet());
    names.addAll(reference.keySet());
    for (String name : names) {
      float[] one = actual.get(name);
      float[] other = reference.get(name);
      double difference =
          one == null ? largest(other) : other == null ? largest(one) : largest(one, other);
      assertThat(difference).as(name).isLessThanOrEqualTo(tolerance * scale);
    }
  }

  private static double largest(float[] values) {
    return largest(values, new float[values.length]);
  }

  /** Largest difference. */
  private static double largest(float[] one, float[] other) {
    double largest = 0;
    for (int i = 0; i < one.length; i++) {
      largest = Math.max(largest, Math.abs((double) one[i] - other[i]));
    }
    return largest;
  }

  public static void assertClose(Tensor actual, float[] reference, double tolerance, String what) {
    double error = relativeError(Tensors.floats(actual), reference);
    log(error, tolerance, what);
    assertThat(error).as(what).isLessThan(tolerance);
  }

  /**
   * {@code mvn verify -Dgolden.log=FILE} collects a line for each comparison: test, what, error,
   * tolerance.
   */
  private static void log(double error, double tolerance, String what) {
    String file = System.getProperty("golden.log");
    if (file == null) {
      return;
    }
    String test =
        StackWalker.getInstance()
            .walk(
                frames ->
                    frames
                        .map(StackWalker.StackFrame::getClassName)
                        .filter(name -> !name.equals(Golden.class.getName()))
                        .findFirst()
                        .orElse(""));
    String line = String.join("\t", test, what, Double.toString(error), tolerance + "\n");
    try {
      Files.writeString(Path.of(file), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
