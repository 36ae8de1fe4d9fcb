package dev.adapterx.train.report;

/** Builds markup; all text and attribute values are escaped here and nowhere else. */
public final class Html {
  private final StringBuilder out = new StringBuilder();

  /** A start tag; {@code attributes} are name, value, name, value. */
  public Html open(String tag, Object... attributes) {
    start(tag, attributes);
    out.append('>');
    return this;
  }

  /** An element without content, {@code <img …/>} or {@code <line …/>}. */
  public Html empty(String tag, Object... attributes) {
    start(tag, attributes);
    out.append("/>");
    return this;
  }

  /** An element that contains text only. */
  public Html element(String tag, String text, Object... attributes) {
    return open(tag, attributes).text(text).close(tag);
  }

  public Html close(String tag) {
    out.append("</").append(tag).append('>');
    return this;
  }

  public Html text(String text) {
    out.append(escaped(text));
    return this;
  }

  /**
   * Appends markup from another {@code Html}, or a constant of this code: never anything from
   * outside.
   */
  public Html trusted(String markup) {
    out.append(markup);
    return this;
  }

  /** A table's head; the first column of each row is expected to be a row header. */
  public Html tableHead(String... columns) {
    open("thead").open("tr");
    for (String column : columns) {
      element("th", column, "scope", "col");
    }
    return close("tr").close("thead");
  }

  @Override
  public String toString() {
    return out.toString();
  }

  private void start(String tag, Object... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      out.append(escaped(String.valueOf(attributes[i + 1]))).append('"');
    }
  }

  /** Escapes text for content and for quoted attributes. */
  public static String escaped(String text) {
    var safe = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> safe.append("&amp;");
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        case '"' -> safe.append("&quot;");
        case '\'' -> safe.append("&#39;");
        case '\n', '\t' -> safe.append(c);
        default -> safe.append(Character.isISOControl(c) ? '\uFFFD' : c);
      }
    }
    return safe.toString();
  }
}
