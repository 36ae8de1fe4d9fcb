package dev.adapterx.train.ranks;

import dev.adapterx.base.ConfigException;
import java.util.Map;

/** What must be the same in all ranks, by the name that a message gives it. */
final class Facts {
  private Facts() {}

  /**
   * Compares another rank's facts with rank 0's.
   *
   * @throws ConfigException naming the first that differs
   */
  static void requireSame(String peer, Map<String, String> told, Map<String, String> own) {
    own.forEach(
        (name, value) -> {
          String other = told.getOrDefault(name, "none");
          if (!other.equals(value)) {
            throw new ConfigException(
                "%s differs from rank 0 in %s: %s there, %s in rank 0. All ranks need the same version, recipe, weights and data"
                    .formatted(peer, name, other, value));
          }
        });
    told.keySet().stream()
        .filter(name -> name.contains(".") && !own.containsKey(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new ConfigException(
                  "%s differs from rank 0 in %s: %s there, none in rank 0. All ranks need the same version, recipe, weights and data"
                      .formatted(peer, name, told.get(name)));
            });
  }
}
