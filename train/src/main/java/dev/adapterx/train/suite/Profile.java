package dev.adapterx.train.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The training setup of one line of papers: normalisation, resize, optimiser, schedule. Results
 * from different profiles are not comparable.
 *
 * @param name for example {@code biadapter}
 * @param about its origin, and where it cannot be followed exactly
 * @param overrides of a recipe, for all tasks
 * @param byData further overrides, by the name of the data set
 */
public record Profile(
    String name, String about, List<String> overrides, Map<String, List<String>> byData) {
  /** Changes nothing. */
  static final Profile NONE = new Profile("none", "As the recipe says.", List.of());

  public Profile {
    overrides = List.copyOf(overrides);
    byData = Map.copyOf(byData);
  }

  Profile(String name, String about, List<String> overrides) {
    this(name, about, overrides, Map.of());
  }

  List<String> of(String data) {
    List<String> all = new ArrayList<>(overrides);
    all.addAll(byData.getOrDefault(data, List.of()));
    return all;
  }
}
