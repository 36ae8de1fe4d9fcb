package dev.adapterx.data.fetch;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.data.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Archives that the user has downloaded.
 *
 * @param places archives, or folders that contain them
 * @param unverified accept them even if their hash is not the published one
 */
public record GivenFiles(List<Path> places, boolean unverified) {
  /** None. */
  public static final GivenFiles NONE = new GivenFiles(List.of(), false);

  public GivenFiles {
    places = List.copyOf(places);
  }

  /**
   * Matches them to a set's parts by file name; a single archive for a set with a single part to be
   * downloaded by hand may have any name.
   *
   * @throws DataException when one is missing or does not belong to the set
   */
  Map<Part, Path> of(PublicSet set) {
    Map<Part, Path> found = new LinkedHashMap<>();
    List<Path> strange = new ArrayList<>();
    for (Path place : places) {
      if (Files.isDirectory(place)) {
        set.parts().stream()
            .filter(part -> Files.isRegularFile(place.resolve(part.file())))
            .forEach(part -> found.putIfAbsent(part, place.resolve(part.file())));
      } else if (Files.isRegularFile(place)) {
        set.parts().stream()
            .filter(part -> part.file().equalsIgnoreCase(Folders.name(place)))
            .findFirst()
            .ifPresentOrElse(part -> found.putIfAbsent(part, place), () -> strange.add(place));
      } else {
        throw new DataException(
            "No such file or folder: " + place + "; expected an archive that was downloaded");
      }
    }
    if (!strange.isEmpty()) {
      Part only = only(set, found);
      if (strange.size() > 1 || only == null) {
        throw new DataException(
            "%s is none of the archives of %s: expected %s"
                .formatted(
                    strange.get(0),
                    set.name(),
                    Names.some(set.parts().stream().map(Part::file).toList())));
      }
      found.put(only, strange.get(0));
    }
    return found;
  }

  private static @org.jspecify.annotations.Nullable Part only(
      PublicSet set, Map<Part, Path> found) {
    List<Part> open = set.parts().stream().filter(part -> !found.containsKey(part)).toList();
    List<Part> byHand = open.stream().filter(Part::isByHand).toList();
    List<Part> candidates = byHand.isEmpty() ? open : byHand;
    return candidates.size() == 1 ? candidates.get(0) : null;
  }
}
