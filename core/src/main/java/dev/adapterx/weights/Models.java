package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.FileNames;
import dev.adapterx.hub.Hub;
import dev.adapterx.hub.HubFile;
import dev.adapterx.hub.HubName;
import dev.adapterx.hub.HubSnapshot;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the weights a user names: an existing file or folder, {@code org/name} or {@code
 * org/name@revision} on the hub ({@code hf://org/name} even if such a folder exists), or an
 * address.
 *
 * <p>From a repository it takes the weights, the first that exists of {@code model.safetensors},
 * {@code pytorch_model.bin} (either possibly in shards) and open_clip's files, and the files that
 * describe them: {@code config.json}, {@code preprocessor_config.json}, {@code
 * open_clip_config.json}.
 */
public final class Models {
  private static final String CONFIG = "config.json";
  private static final String OPEN_CLIP = "open_clip_";

  /** A page or file of a repository on the hub's own site. */
  private static final Pattern PAGE =
      Pattern.compile("/([^/]+/[^/]+?)/?(?:/(?:tree|blob|resolve)/([^/]+)(?:/(.+))?)?/?");

  private final Hub hub;

  /** Uses the hub for places that are not paths. */
  public Models(Hub hub) {
    this.hub = hub;
  }

  /** Whether a place is not on this machine; an existing path is local. */
  public static boolean isRemote(String place) {
    return isRemote(place, Path.of(""));
  }

  /**
   * Whether a place is not on this machine.
   *
   * @param folder that relative paths are resolved against
   */
  public static boolean isRemote(String place, Path folder) {
    return Hub.isAddress(place)
        || place.startsWith(HubName.SCHEME)
        || (HubName.isName(place) && !Files.exists(folder.resolve(path(place))));
  }

  /**
   * The files of a model, downloaded if they are not in the cache.
   *
   * @throws ConfigException when the place is neither a path nor a name nor an address
   * @throws CheckpointException when a model cannot be obtained, with the reason and what to do;
   *     whether a path exists is not checked here
   */
  public FoundModel find(String place) {
    if (!isRemote(place)) {
      return FoundModel.local(path(place));
    }
    if (!Hub.isAddress(place)) {
      return fetched(place, HubName.parse(place), null);
    }
    String endpoint = hub.settings().endpoint().toString();
    Matcher page =
        PAGE.matcher(place.startsWith(endpoint) ? place.substring(endpoint.length()) : "");
    if (page.matches() && HubName.isName(page.group(1)) && !place.contains("#")) {
      HubName name = HubName.parse(page.group(1));
      return fetched(place, page.group(2) == null ? name : name.at(page.group(2)), page.group(3));
    }
    HubFile file = hub.file(place);
    return new FoundModel(place, file.path(), List.of(file), Optional.empty());
  }

  private static Path path(String place) {
    try {
      return Path.of(place);
    } catch (InvalidPathException e) {
      throw new ConfigException("'" + place + "' can be no path: " + FileNames.reason(e), e);
    }
  }

  private FoundModel fetched(String place, HubName name, @Nullable String wanted) {
    HubSnapshot snapshot = hub.snapshot(name);
    List<String> candidates = wanted == null ? ShardedFolder.CUSTOMARY : List.of(wanted);
    String folder = wanted == null ? "" : wanted.substring(0, wanted.lastIndexOf('/') + 1);
    List<HubFile> besides = new ArrayList<>();
    Optional<HubFile> config = snapshot.find(folder + CONFIG);
    config.ifPresent(besides::add);
    snapshot.find(folder + "preprocessor_config.json").ifPresent(besides::add);
    HubFile weights =
        candidates.stream()
            .map(snapshot::find)
            .flatMap(Optional::stream)
            .findFirst()
            .orElseThrow(() -> none(snapshot, candidates));
    if (config.isEmpty() || weights.name().contains(OPEN_CLIP)) {
      snapshot.find(folder + "open_clip_config.json").ifPresent(besides::add);
    }
    List<HubFile> files = new ArrayList<>(List.of(weights));
    for (String shard : ModelFiles.shards(weights.path())) {
      files.add(
          snapshot.find(folder + shard).orElseThrow(() -> none(snapshot, List.of(folder + shard))));
    }
    files.addAll(besides);
    return new FoundModel(place, weights.path(), files, Optional.of(name.at(weights.commit())));
  }

  private CheckpointException none(HubSnapshot snapshot, List<String> candidates) {
    String page = hub.settings().endpoint() + "/" + snapshot.name().repo();
    return new CheckpointException(
        hub.settings().offline()
            ? "%s: the cache %s has none of %s, and HF_HUB_OFFLINE forbids downloading it"
                .formatted(snapshot.name(), hub.settings().cache(), String.join(", ", candidates))
            : "%s has none of %s%s; see the files at %s/tree/main, and name one of them as %s/resolve/main/FILE"
                .formatted(
                    snapshot.name(),
                    String.join(", ", candidates),
                    snapshot.commit().isEmpty() ? " (or there is no such model)" : "",
                    page,
                    page));
  }
}
