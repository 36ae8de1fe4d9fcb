package dev.adapterx.train.suite;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import java.util.List;

/** The suites by name. */
public final class Suites {
  private static final List<Suite> ALL =
      List.of(
          VtabSuite.SUITE,
          FgvcSuite.SUITE,
          FewShotSuite.SUITE,
          PointSuites.SCAN_OBJECT_NN,
          PointSuites.MODEL_NET,
          PointSuites.MODEL_NET_FEW_SHOT);

  private Suites() {}

  public static List<Suite> all() {
    return ALL;
  }

  /**
   * A suite.
   *
   * @throws ConfigException with the nearest name when there is none of this name
   */
  public static Suite named(String name) {
    List<String> known = ALL.stream().map(Suite::name).toList();
    return ALL.stream()
        .filter(suite -> suite.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    "There is no suite '%s'; there are %s%s"
                        .formatted(name, String.join(", ", known), Names.hint(name, known))));
  }
}
