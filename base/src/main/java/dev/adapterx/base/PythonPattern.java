package dev.adapterx.base;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression of Python's {@code re} from an untrusted file: matched with bounded effort,
 * and refused where Java would interpret it differently.
 */
public final class PythonPattern {
  private static final int MAX_LENGTH = 500;
  private static final int MAX_STEPS = 1_000_000;

  /** Syntax that Java has and Python does not. */
  private static final Pattern FOREIGN = Pattern.compile("&&|\\\\[QEGhHRXKpP]|\\(\\?<[A-Za-z]");

  private final Pattern pattern;

  private PythonPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Compiles it.
   *
   * @throws ConfigException when it is too long, invalid, or interpreted differently by the two
   *     languages
   */
  public static PythonPattern of(String text) {
    if (text.length() > MAX_LENGTH || FOREIGN.matcher(text).find()) {
      throw refused(text, null);
    }
    try {
      // Python writes named groups differently, and its \Z means the very end.
      return new PythonPattern(Pattern.compile(text.replace("(?P<", "(?<").replace("\\Z", "\\z")));
    } catch (PatternSyntaxException e) {
      throw refused(text, e);
    }
  }

  private static ConfigException refused(String text, @Nullable Exception e) {
    String shown = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return new ConfigException("'" + shown + "' is no regular expression that is understood", e);
  }

  /**
   * Whether it matches the whole text, as {@code re.fullmatch}.
   *
   * @throws ConfigException when that would take absurdly long
   */
  public boolean matches(String text) {
    try {
      return pattern.matcher(new Counted(text, new AtomicInteger())).matches();
    } catch (TooMuch | StackOverflowError e) {
      throw new ConfigException(
          "'"
              + pattern
              + "' takes too long to match '"
              + text
              + "'; write it without repetitions inside of repetitions",
          e);
    }
  }

  private static final class TooMuch extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Counts how often its characters are read. */
  private static final class Counted implements CharSequence {
    private final CharSequence text;
    private final AtomicInteger looks;

    Counted(CharSequence text, AtomicInteger looks) {
      this.text = text;
      this.looks = looks;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (looks.incrementAndGet() > MAX_STEPS) {
        throw new TooMuch();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text.subSequence(start, end), looks);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
