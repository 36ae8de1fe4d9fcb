package dev.adapterx.cli.arguments;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.OutOfMemoryException;
import dev.adapterx.base.Reason;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.peft.AdapterFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The adapter by which a server's backbone learns how its input is prepared: the first by name of
 * those that were trained on this backbone.
 *
 * @param folder with a folder for each adapter or run
 */
public record FirstAdapter(Path folder) {
  /** An adapter whose config can be read. */
  private record Trained(Path place, String sha256, Backbones.Options options) {
    boolean isOf(int size) {
      return options.preprocessing() instanceof ImagePreprocessing pictures
          && pictures.inputSize() == size;
    }
  }

  /**
   * Loads the backbone as its first adapter wants its input prepared. Which adapters are its own is
   * known once it is loaded; where the first by name is another's, it is loaded a second time.
   *
   * @param size of the pictures; null: that of the first adapter
   * @param trains whether there may be adapters of this size later
   * @throws ConfigException when there is no such folder, or no adapter of this size
   * @throws CheckpointException when there are adapters and none can be read
   */
  public Backbone load(
      @Nullable Integer size, boolean trains, Function<Backbones.Options, Backbone> loading) {
    if (size != null && size < 1) {
      throw new ConfigException("--input-size: expected at least 1 pixel, found " + size);
    }
    List<Path> places = places();
    List<Trained> all = places.stream().flatMap(FirstAdapter::readable).toList();
    if (all.isEmpty()) {
      return loading.apply(places.isEmpty() ? plain(size) : AdapterFile.options(places.get(0)));
    }
    if (size != null && !trains) {
      requireSize(size, all);
    }
    Map<String, List<Trained>> byBackbone = new LinkedHashMap<>();
    all.forEach(
        one -> byBackbone.computeIfAbsent(one.sha256, unused -> new ArrayList<>()).add(one));
    Backbones.Options[] tried = {plain(size)};
    Backbone loaded = loaded(byBackbone.values(), size, loading, tried);
    List<Trained> own = byBackbone.get(loaded.info().sha256());
    try {
      if (own != null && size != null && !trains) {
        requireSize(size, own);
      }
    } catch (ConfigException e) {
      loaded.close();
      throw e;
    }
    Backbones.Options wanted = own == null ? plain(size) : options(own, size);
    if (wanted.equals(tried[0])) {
      return loaded;
    }
    loaded.close();
    return loading.apply(wanted);
  }

  /** By the first adapters' options that the backbone can be loaded with. */
  private static Backbone loaded(
      Iterable<List<Trained>> backbones,
      @Nullable Integer size,
      Function<Backbones.Options, Backbone> loading,
      Backbones.Options[] tried) {
    AdapterXException first = null;
    for (List<Trained> one : backbones) {
      tried[0] = options(one, size);
      try {
        return loading.apply(tried[0]);
      } catch (OutOfMemoryException e) {
        throw e;
      } catch (AdapterXException e) {
        if (first != null && Objects.equals(first.getMessage(), e.getMessage())) {
          throw first; // no adapter's options are the reason
        }
        first = first == null ? e : first;
      }
    }
    tried[0] = plain(size);
    try {
      return loading.apply(tried[0]);
    } catch (AdapterXException e) {
      throw first == null ? e : first;
    }
  }

  private static Backbones.Options plain(@Nullable Integer size) {
    return Backbones.Options.builder().inputSize(size).build();
  }

  /** Of adapters of one backbone. */
  private static Backbones.Options options(List<Trained> own, @Nullable Integer size) {
    Trained first = own.get(0);
    if (size == null) {
      return first.options;
    }
    for (Trained one : own) {
      if (one.isOf(size)) {
        return one.options;
      }
    }
    return first.options.preprocessing() instanceof ImagePreprocessing pictures
        ? first.options.toBuilder().preprocessing(pictures.withInputSize(size)).build()
        : plain(size);
  }

  private void requireSize(int size, List<Trained> own) {
    if (own.stream().anyMatch(one -> one.isOf(size))) {
      return;
    }
    Map<Integer, String> sizes = new TreeMap<>();
    for (Trained one : own) {
      if (one.options.preprocessing() instanceof ImagePreprocessing pictures) {
        sizes.putIfAbsent(pictures.inputSize(), name(one.place));
      }
    }
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
  private static Stream<Trained> readable(Path place) {
    try {
      return Stream.of(new Trained(place, AdapterFile.sha256(place), AdapterFile.options(place)));
    } catch (CheckpointException e) {
      return Stream.empty();
    }
  }

  private String name(Path place) {
    return folder.relativize(place).getName(0).toString();
  }
}
