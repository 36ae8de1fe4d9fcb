package dev.adapterx.scenes;

import dev.adapterx.base.ConfigException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The samples of a split of a computed data set {@code KIND:CLASSESxSAMPLES}. The splits {@code
 * train} and {@code test} share the classes and no sample; test has a tenth of the samples, at
 * least one a class.
 *
 * @param perClass samples of each class
 * @param first index of the first sample of each class
 */
record FormulaSplit(int classes, int perClass, int first) {
  private static final Pattern NUMBERS = Pattern.compile("(\\d{1,6})x(\\d{1,6})");
  private static final int FIRST_TEST_INSTANCE = 1_000_000;

  /**
   * Reads a name.
   *
   * @param kind {@code formula} or {@code shapes}
   * @param noun for a sample
   * @throws ConfigException when name or split are not of this form, or there are too many classes
   *     or samples
   */
  static FormulaSplit of(String kind, String noun, String name, String split) {
    Matcher m = NUMBERS.matcher(name.substring(Math.min(name.length(), kind.length() + 1)));
    if (!m.matches()) {
      throw new ConfigException(
          "data.path: expected %s:CLASSESx%s such as %s:256x100, found '%s'"
              .formatted(kind, noun.toUpperCase(java.util.Locale.ROOT), kind, name));
    }
    int classes = Integer.parseInt(m.group(1));
    int samples = Math.max(1, Integer.parseInt(m.group(2)));
    if ((long) classes * samples > Integer.MAX_VALUE) {
      throw new ConfigException(
          "data.path: "
              + name
              + " has more than "
              + Integer.MAX_VALUE
              + " "
              + noun
              + "; request fewer");
    }
    return switch (split) {
      case "train" -> new FormulaSplit(classes, samples, 0);
      case "test" -> new FormulaSplit(classes, Math.max(1, samples / 10), FIRST_TEST_INSTANCE);
      default ->
          throw new ConfigException(
              "Computed " + noun + " have the splits train and test, found '" + split + "'");
    };
  }

  int size() {
    return classes * perClass;
  }

  /** Classes take turns, so that any run of samples is balanced. */
  int label(int i) {
    return i % classes;
  }

  /** The number of sample i within its class. */
  int instance(int i) {
    return first + i / classes;
  }
}
