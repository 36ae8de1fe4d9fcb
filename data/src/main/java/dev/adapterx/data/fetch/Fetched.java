package dev.adapterx.data.fetch;

import java.nio.file.Path;
import java.util.List;

/**
 * A data set on this machine.
 *
 * @param wasThere whether it was there before, so that nothing was done
 * @param origins where its archives came from
 * @param differences from the published counts
 */
public record Fetched(
    String name, Path folder, boolean wasThere, List<Origin> origins, List<String> differences) {
  public Fetched {
    origins = List.copyOf(origins);
    differences = List.copyOf(differences);
  }
}
