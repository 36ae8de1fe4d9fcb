package dev.adapterx.data.points.format;

/** A file's content in the form in which an error message may quote it. */
final class Shown {
  private static final int LONGEST = 40;

  private Shown() {}

  static String of(String found) {
    if (found.isEmpty()) {
      return "nothing";
    }
    if (!found.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
      return "binary data";
    }
    return "'" + (found.length() > LONGEST ? found.substring(0, LONGEST) + "…" : found) + "'";
  }
}
