package dev.adapterx.base;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.InvalidPathException;

/**
 * Explains why file names cannot be read or written: Java takes their encoding from the locale it
 * was started in, and in the POSIX locale ({@code LC_ALL=C}) supports ASCII only.
 */
public final class FileNames {
  private static final char REPLACEMENT = '\uFFFD';

  private FileNames() {}

  /** Whether a name read from a folder lost characters that the locale cannot represent. */
  public static boolean isGarbled(String name) {
    return name.indexOf(REPLACEMENT) >= 0 && !isUtf8(encoding());
  }

  /** Why a text is not a valid path, naming the locale where that is the reason. */
  public static String reason(InvalidPathException e) {
    boolean plain = e.getInput().chars().allMatch(c -> c < 128);
    return plain || isUtf8(encoding()) ? e.getReason() : locale();
  }

  /** What is wrong with the locale, and how to fix it. */
  public static String locale() {
    return "Java reads the names of files as "
        + encoding()
        + " in this locale, which has no such characters; start it with LC_ALL=C.UTF-8 in the"
        + " environment";
  }

  private static String encoding() {
    return System.getProperty("sun.jnu.encoding", "UTF-8");
  }

  private static boolean isUtf8(String encoding) {
    try {
      return Charset.forName(encoding).equals(StandardCharsets.UTF_8);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return false;
    }
  }
}
