package dev.adapterx.dense;

import dev.adapterx.base.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;

/** What {@code golden/dense.py} wrote. */
public final class Golden {
  private static final Path FOLDER = Path.of("src/test/resources/golden");

  private Golden() {}

  public static JsonNode read(String name) {
    try (InputStream file = Files.newInputStream(FOLDER.resolve(name))) {
      return Settings.json().readTree(name.endsWith(".gz") ? new GZIPInputStream(file) : file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static double[] doubles(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .mapToDouble(v -> v.isNull() ? Double.NaN : v.asDouble())
        .toArray();
  }

  public static int[] ints(JsonNode list) {
    return IntStream.range(0, list.size()).map(i -> list.get(i).asInt()).toArray();
  }
}
