package dev.adapterx.serve;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what a page of another site makes a browser send: without tokens, who reaches the address
 * may do everything, and a browser on this machine reaches it whatever site it shows.
 */
record SameOrigin(String host) {
  private static final String LOCAL = "localhost|127\\.[0-9.]+|\\[?::1\\]?";

  /**
   * Makes sure that a request comes from no page, or from the server's own.
   *
   * @param origin header of the page's site, which browsers send; null: none
   * @param authority header {@code Host}; null: none
   * @throws ServeException 403 when it does not
   */
  void require(@Nullable String origin, @Nullable String authority) {
    String name = authority == null ? "" : name(authority);
    if (host.matches(LOCAL) && !name.isEmpty() && !name.matches(LOCAL)) {
      throw new ServeException(
          403,
          "The server answers as localhost or 127.0.0.1 here; to be reached under another name it needs --tokens");
    }
    if (origin != null && !origin.equals("http://" + authority)) {
      throw new ServeException(403, "Requests that pages of other sites send are not answered");
    }
  }

  /** Without the port. */
  private static String name(String authority) {
    try {
      String name = new URI("http://" + authority).getHost();
      return name == null ? "?" : name.toLowerCase(Locale.ROOT);
    } catch (URISyntaxException e) {
      return "?";
    }
  }
}
