package dev.adapterx.peft.kit;

import dev.adapterx.base.ConfigException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Checks of settings that several methods share; each names the key it is about. */
public final class Checks {
  /** Most values of one library or one block's adapter: more would not be parameter-efficient. */
  private static final int MAX_VALUES = 1 << 26;

  private Checks() {}

  public static void atLeastOne(String key, int value) {
    if (value < 1) {
      throw new ConfigException(key + " must be at least 1, found " + value);
    }
  }

  public static void notNegative(String key, double value) {
    if (!(value >= 0)) {
      throw new ConfigException(key + " must not be negative, found " + value);
    }
  }

  public static void share(String key, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new ConfigException(key + " must lie in [0, 1), found " + value);
    }
  }

  public static void finite(String key, double value) {
    if (!Double.isFinite(value)) {
      throw new ConfigException(key + " must be a finite number, found " + value);
    }
  }

  /** Checks that tokens can be split into equal sub-tokens. */
  public static void divides(String key, int heads, int width) {
    if (width % heads != 0) {
      int nearest =
          IntStream.rangeClosed(1, width)
              .filter(h -> width % h == 0)
              .boxed()
              .min(Comparator.comparingInt(h -> Math.abs(h - heads)))
              .orElse(1);
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "%s must divide the backbone's width %d, found %d; nearest valid: %d",
              key,
              width,
              heads,
              nearest));
    }
  }

  /** Reports a mistyped digit or a hostile file before any memory is allocated. */
  public static void believable(String what, double values) {
    if (values > MAX_VALUES) {
      throw new ConfigException(
          String.format(
              Locale.ROOT, "%s of %.0f values, expected at most %d", what, values, MAX_VALUES));
    }
  }

  /** Checks the size of one block's bottleneck. */
  public static void believableAdapter(String method, int bottleneck, int width) {
    believable(
        method + ": bottleneck " + bottleneck + " makes an adapter", 2.0 * width * bottleneck);
  }

  /** Checks the size of a mixture's library. */
  public static void believableLibrary(
      String method, int experts, int sub, int bottleneck, int routerWidth) {
    double adapter = 2.0 * sub * bottleneck + bottleneck + sub;
    believable(
        String.format(
            Locale.ROOT,
            "%s: experts %d, bottleneck %d and router-width %d make a library",
            method,
            experts,
            bottleneck,
            routerWidth),
        experts * adapter + routerWidth * ((double) sub + experts));
  }

  /**
   * Checks that there is at least one summary and none twice; returns them in the order heads see
   * them.
   */
  public static List<Feature> features(String key, List<Feature> given) {
    List<Feature> sorted = given.stream().filter(f -> f != null).distinct().sorted().toList();
    if (sorted.isEmpty() || sorted.size() < given.size()) {
      throw new ConfigException(
          key
              + " must name some of cls, prompts, patches, each once, found "
              + given.toString().toLowerCase(Locale.ROOT));
    }
    return sorted;
  }
}
