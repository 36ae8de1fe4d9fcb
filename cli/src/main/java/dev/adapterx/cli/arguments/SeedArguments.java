package dev.adapterx.cli.arguments;

import dev.adapterx.base.ConfigException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The seeds of a study's runs: how many, or which ones. */
public final class SeedArguments {
  private static final int MOST = 1000;

  @Option(
      names = "--seeds",
      paramLabel = "N|S,S,...",
      defaultValue = "3",
      description =
          "How many seeds, from 0 on: 3 is 0, 1 and 2; or which ones: 0,2,5. A comma makes a number"
              + " a seed, so 4, is seed 4 alone (default: ${DEFAULT-VALUE}).")
  String seeds;

  /**
   * The seeds, in the order they are named.
   *
   * @throws ConfigException naming what is expected
   */
  public List<Long> read() {
    return of(seeds);
  }

  /** As {@link #read}, of the option's text. */
  public static List<Long> of(String text) {
    try {
      if (text.contains(",")) {
        return named(text);
      }
      long count = Long.parseLong(text.trim());
      if (count >= 1 && count <= MOST) {
        return LongStream.range(0, count).boxed().toList();
      }
      throw expected(text, "; seed " + count + " alone is --seeds " + count + ",", null);
    } catch (NumberFormatException e) {
      throw expected(text, "", e);
    }
  }

  private static List<Long> named(String text) {
    List<Long> named = Stream.of(text.split(",")).map(String::trim).map(Long::valueOf).toList();
    Set<Long> seen = new HashSet<>();
    for (Long seed : named) {
      if (!seen.add(seed)) {
        throw new ConfigException(
            "--seeds: "
                + seed
                + " is there twice, and one seed is one run; expected different seeds, found '"
                + text
                + "'");
      }
    }
    if (named.isEmpty()) {
      throw expected(text, "", null);
    }
    return named;
  }

  private static ConfigException expected(String text, String hint, @Nullable Exception cause) {
    return new ConfigException(
        "--seeds: expected how many (1 to "
            + MOST
            + "), or which seeds, such as 0,1,2 (one alone: 4,), found '"
            + text
            + "'"
            + hint,
        cause);
  }
}
