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
 * @param place what was asked for: a path, a name on the hub, an address
 * @param weights the file or the folder to load
 * @param files what was fetched, weights first; empty for what lay here anyway
 * @param name on the hub, at the commit that was found; absent for what comes from elsewhere
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
   * A file that was unpacked from the library, where it is only for as long as it is read.
   *
   * @param name that recipes know it by
   */
  public static FoundModel shipped(String name, Path file) {
    return new FoundModel(name, file, List.of(), Optional.empty());
  }

  /**
   * Where exactly it comes from, for a record of it: repository, commit, and the SHA-256 of the
   * weights.
   */
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
