package dev.adapterx.data.fetch;

import dev.adapterx.base.DataException;
import dev.adapterx.base.FileNames;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks the names of an archive's entries, and decides where they are written. */
final class EntryNames {
  private static final int DEEPEST = 32;
  private static final int LONGEST = 1_024;
  private static final int LONGEST_PART = 255;
  private static final int SHOWN = 120;
  private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:.*", Pattern.DOTALL);

  private final Path archive;
  private final Set<String> seen = new HashSet<>();

  EntryNames(Path archive) {
    this.archive = archive;
  }

  /**
   * A name with single slashes and without dots.
   *
   * @throws DataException when it leads out of the folder, or is not a valid path
   */
  String checked(String name) {
    if (name.startsWith("/") || DRIVE.matcher(name).matches()) {
      throw refused(name, "it is an absolute path");
    }
    if (name.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == '\\')) {
      throw refused(name, "it holds a backslash or a control character");
    }
    if (name.length() > LONGEST) {
      throw refused(name, "it has %,d characters, at most %,d".formatted(name.length(), LONGEST));
    }
    List<String> parts = new ArrayList<>();
    for (String part : name.split("/", -1)) {
      if (part.equals("..")) {
        throw refused(name, "it leads out of its folder");
      }
      if (part.getBytes(StandardCharsets.UTF_8).length > LONGEST_PART) {
        throw refused(name, "a part of it is longer than " + LONGEST_PART + " bytes");
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    if (parts.size() > DEEPEST) {
      throw refused(name, "it is %d folders deep, at most %d".formatted(parts.size(), DEEPEST));
    }
    return String.join("/", parts);
  }

  /**
   * The path a file is written to.
   *
   * @throws DataException when another file of the archive has the same path, also on file systems
   *     that ignore case
   */
  Path place(Path folder, String name) {
    String same = Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    if (!seen.add(same)) {
      throw refused(name, "it occurs twice, or differs from another name only in case");
    }
    try {
      Path place = folder.resolve(name).normalize();
      if (place.startsWith(folder) && !place.equals(folder)) {
        return place;
      }
    } catch (InvalidPathException e) {
      throw refused(name, "this machine has no such names: " + FileNames.reason(e));
    }
    throw refused(name, "it leads out of its folder");
  }

  /**
   * Requires a link to stay in the archive.
   *
   * @param target of the link, as stored
   * @param from name of the folder it is relative to; empty: the archive's root
   */
  void requireInside(String name, String target, String from) {
    int depth = from.isEmpty() ? 0 : from.split("/", -1).length;
    boolean leaves = target.startsWith("/") || DRIVE.matcher(target).matches();
    for (String part : target.split("[/\\\\]", -1)) {
      depth += part.equals("..") ? -1 : part.isEmpty() || part.equals(".") ? 0 : 1;
      leaves |= depth < 0;
    }
    if (leaves) {
      throw refused(name, "it is a link to " + shown(target) + ", out of its folder");
    }
  }

  DataException refused(String name, String why) {
    return new DataException(
        "%s: its entry %s is refused: %s. Nothing of the archive was kept"
            .formatted(archive, shown(name), why));
  }

  private static String shown(String name) {
    String plain = name.replaceAll("[\\x00-\\x1f\\x7f]", "?");
    return "'" + (plain.length() <= SHOWN ? plain : plain.substring(0, SHOWN) + "…") + "'";
  }
}
