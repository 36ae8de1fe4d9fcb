package dev.adapterx.data.fetch;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import java.util.List;
import java.util.stream.Stream;

/**
 * The known public data sets. Addresses, sizes and hashes come from each part's {@link
 * Part#source}; where none is published, none is given here.
 */
public final class PublicSets {
  private static final List<PublicSet> ALL =
      Stream.of(VtabSets.ALL, FgvcSets.ALL, FewShotSets.ALL, PointSets.ALL)
          .flatMap(List::stream)
          .toList();

  private PublicSets() {}

  public static List<PublicSet> all() {
    return ALL;
  }

  /**
   * A set by its name, all sets of a suite by the suite's name, or a set by the end of its name if
   * that is unambiguous.
   *
   * @throws ConfigException with the nearest name when there is none
   */
  public static List<PublicSet> named(String name) {
    List<PublicSet> exact = ALL.stream().filter(set -> set.name().equals(name)).toList();
    if (!exact.isEmpty()) {
      return exact;
    }
    List<PublicSet> suite = ALL.stream().filter(set -> set.suite().equals(name)).toList();
    if (!suite.isEmpty()) {
      return suite;
    }
    List<PublicSet> ends = ALL.stream().filter(set -> set.name().endsWith("/" + name)).toList();
    if (ends.size() == 1) {
      return ends;
    }
    if (ends.size() > 1) {
      throw new ConfigException(
          "'%s' is in several suites; say which: %s"
              .formatted(name, String.join(", ", ends.stream().map(PublicSet::name).toList())));
    }
    List<String> known =
        ALL.stream()
            .flatMap(s -> Stream.of(s.name(), s.suite(), s.name().replaceFirst(".*/", "")))
            .distinct()
            .toList();
    throw new ConfigException(
        "No public data set '%s' is known; there are %s%s"
            .formatted(
                name,
                String.join(", ", ALL.stream().map(PublicSet::name).toList()),
                Names.hint(name, known)));
  }
}
