package dev.adapterx.weights;

import dev.adapterx.hub.HubFile;
import dev.adapterx.hub.HubName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A model's files on this machine.
 *
 * @param place the model as requested: a path, a name on the hub, an address
 * @param weights the file or the folder to load
 * @param files the downloaded files, weights first; empty for a local model
 * @param name on the hub, at the resolved commit; absent for other sources
 */
public record FoundModel(String place, Path weights, List<HubFile> files, Optional<HubName> name) {
  public FoundModel {
    files = List.copyOf(files);
  }

  /** A file or folder of this machine. */
  public static FoundModel local(Path path) {
    return new FoundModel(path.toString(), path, List.of(), Optional.empty());
  }

  /**
   * A file unpacked from the library, which exists only while it is being read.
   *
   * @param name in recipes
   */
  public static FoundModel shipped(String name, Path file) {
    return new FoundModel(name, file, List.of(), Optional.empty());
  }

  /** Its exact origin, for the record: repository, commit, and the SHA-256 of the weights. */
  public String origin() {
    String from =
        name.map(n -> n.repo() + ", commit " + n.revision())
            .orElse(files.isEmpty() ? here() : place);
    return from
        + files.stream()
            .filter(f -> !f.name().endsWith(".json"))
            .map(f -> ", " + f.name() + " sha256 " + f.sha256())
            .collect(Collectors.joining());
  }

  private String here() {
    return place.equals(weights.toString())
        ? "file " + place
        : place + ", which ships with the library";
  }
}
