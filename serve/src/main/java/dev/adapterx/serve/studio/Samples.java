package dev.adapterx.serve.studio;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Collected samples: a folder for each set, in it one for each label, as training reads them. A
 * file's name is the digest of its content, so that a sample is there once.
 */
final class Samples {
  /** One segment of a path that no system reads as another. */
  static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

  private static final Pattern LABEL =
      Pattern.compile("[\\p{L}\\p{N}_-]([\\p{L}\\p{N}\\p{M} ._-]{0,62}[\\p{L}\\p{N}\\p{M}_-])?");
  private static final Pattern ENDING = Pattern.compile("\\.[a-z0-9]{1,5}(\\.gz)?");
  private static final Set<String> SPLITS =
      Set.of("train", "training", "val", "valid", "validation", "dev", "test", "testing", "eval");
  private static final int MOST_FILES = 20_000;
  private static final int MOST_LABELS = 1000;
  private static final int DIGITS = 24;

  private final Path folder;

  Samples(Path folder) {
    this.folder = folder;
  }

  /**
   * The folder of a set, there or not.
   *
   * @throws ConfigException when it is no name
   */
  Path set(String name) {
    return folder.resolve(require(NAME, name, "the name of a set"));
  }

  private static String require(Pattern pattern, String text, String what) {
    String normal = Normalizer.normalize(text, Normalizer.Form.NFC);
    if (!pattern.matcher(normal).matches()) {
      throw new ConfigException(
          "Expected "
              + what
              + " of up to 64 letters, digits, '.', '_' and '-', found '"
              + (text.length() > 80 ? text.substring(0, 80) + "…" : text)
              + "'");
    }
    return normal;
  }

  private Path label(String set, String label) {
    String name = require(LABEL, label, "a label");
    if (SPLITS.contains(name.toLowerCase(Locale.ROOT))) {
      throw new ConfigException(
          "A label cannot be called '" + name + "': folders of that name are splits");
    }
    return set(set).resolve(name);
  }

  /** How many samples each label of each set has. */
  synchronized Map<String, Map<String, Integer>> all() {
    Map<String, Map<String, Integer>> all = new LinkedHashMap<>();
    for (Path set : sorted(folder)) {
      Map<String, Integer> labels = new LinkedHashMap<>();
      sorted(set).forEach(label -> labels.put(name(label), sorted(label).size()));
      all.put(name(set), labels);
    }
    return all;
  }

  private static String name(Path path) {
    return Normalizer.normalize(String.valueOf(path.getFileName()), Normalizer.Form.NFC);
  }

  private static List<Path> sorted(Path of) {
    if (!Files.isDirectory(of)) {
      return List.of();
    }
    try (Stream<Path> below = Files.list(of)) {
      return below.sorted().toList();
    } catch (IOException e) {
      throw new AdapterXException("Could not read " + of + ": " + Reason.of(e), e);
    }
  }

  /**
   * Keeps a sample.
   *
   * @param file whose ending says how it is read
   * @throws ConfigException when set, label or ending are none
   * @throws ConflictException when there are too many
   */
  synchronized void add(String set, String label, String file, byte[] content) {
    Path of = label(set, label);
    int dot =
        file.toLowerCase(Locale.ROOT).endsWith(".gz")
            ? file.lastIndexOf('.', file.length() - 4)
            : file.lastIndexOf('.');
    String ending = dot < 0 ? "" : file.substring(dot).toLowerCase(Locale.ROOT);
    if (!ENDING.matcher(ending).matches()) {
      throw new ConfigException("file: expected a name with an ending, such as a.jpg");
    }
    Map<String, Integer> labels = all().getOrDefault(set, Map.of());
    if (labels.values().stream().mapToInt(n -> n).sum() >= MOST_FILES
        || (labels.size() >= MOST_LABELS && !labels.containsKey(name(of)))) {
      throw new ConflictException(
          "A set has at most %d samples of %d labels; train larger ones on the command line"
              .formatted(MOST_FILES, MOST_LABELS));
    }
    try {
      Files.createDirectories(of);
    } catch (IOException e) {
      throw new AdapterXException("Could not make " + of + ": " + Reason.of(e), e);
    }
    WholeFile.write(of.resolve(digest(content) + ending), out -> out.write(content));
  }

  private static String digest(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(digest).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** Removes a label of a set, or all of the set where none is given; whether it was there. */
  synchronized boolean remove(String set, String label) {
    Path place = label.isEmpty() ? set(set) : label(set, label);
    boolean was = Files.isDirectory(place);
    Trees.delete(place);
    if (!label.isEmpty() && was && sorted(set(set)).isEmpty()) {
      Trees.delete(set(set));
    }
    return was;
  }

  /**
   * The folder of a set that can be trained on.
   *
   * @throws ConfigException when it has fewer than two labels, or one has fewer than two samples
   */
  synchronized Path trainable(String set) {
    Path place = set(set);
    Map<String, Integer> labels = all().getOrDefault(set, Map.of());
    if (labels.size() < 2 || labels.values().stream().anyMatch(n -> n < 2)) {
      throw new ConfigException(
          "To train, a set needs two labels or more with two samples or more each; '%s' has %s"
              .formatted(set, labels.isEmpty() ? "none" : labels));
    }
    return place;
  }
}
