package dev.adapterx.cli.arguments;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Reason;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.peft.AdapterFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The adapter by which a server's backbone learns how its input is prepared.
 *
 * @param folder with a folder for each adapter or run
 */
public record FirstAdapter(Path folder) {
  /**
   * Options of the backbone.
   *
   * @param size of the pictures; null: that of the first adapter by name
   * @param trains whether there may be adapters of this size later
   * @throws ConfigException when there is no such folder, or no adapter of this size
   * @throws CheckpointException when there are adapters and none can be read
   */
  public Backbones.Options options(@Nullable Integer size, boolean trains) {
    if (size != null && size < 1) {
      throw new ConfigException("--input-size: expected at least 1 pixel, found " + size);
    }
    List<Path> places = places();
    if (size == null) {
      for (Path place : places) {
        Backbones.Options options = readable(place);
        if (options != null) {
          return options;
        }
      }
      return places.isEmpty() ? Backbones.Options.defaults() : AdapterFile.options(places.get(0));
    }
    Map<Integer, String> sizes = new TreeMap<>();
    Backbones.Options first = null;
    for (Path place : places) {
      Backbones.Options options = readable(place);
      if (options != null && options.preprocessing() instanceof ImagePreprocessing pictures) {
        if (pictures.inputSize() == size) {
          return options;
        }
        first =
            first == null
                ? options.toBuilder().preprocessing(pictures.withInputSize(size)).build()
                : first;
        sizes.putIfAbsent(pictures.inputSize(), name(place));
      }
    }
    if (!trains && !places.isEmpty()) {
      throw new ConfigException(
          "--input-size: no adapter in "
              + folder
              + " was trained with "
              + size
              + " pixels; expected "
              + (sizes.isEmpty()
                  ? "none, since no adapter there takes pictures"
                  : sizes.entrySet().stream()
                      .map(one -> one.getKey() + " (" + one.getValue() + ")")
                      .collect(Collectors.joining(", "))));
    }
    return first == null ? Backbones.Options.builder().inputSize(size).build() : first;
  }

  private List<Path> places() {
    if (!Files.isDirectory(folder)) {
      throw new ConfigException(
          "--adapters: " + folder + " is no folder; name one that holds a folder for each adapter");
    }
    try (Stream<Path> below = Files.list(folder)) {
      return below
          .sorted()
          .flatMap(path -> Stream.of(path, path.resolve("adapter")))
          .filter(AdapterFile::exists)
          .toList();
    } catch (IOException e) {
      throw new AdapterXException("Could not read " + folder + ": " + Reason.of(e), e);
    }
  }

  /** Damaged ones are told of by the server. */
  private static Backbones.@Nullable Options readable(Path place) {
    try {
      return AdapterFile.options(place);
    } catch (CheckpointException e) {
      return null;
    }
  }

  private String name(Path place) {
    return folder.relativize(place).getName(0).toString();
  }
}
