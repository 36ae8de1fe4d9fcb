package dev.adapterx.serve;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The page for people: files of this module, nothing from elsewhere. */
final class Page {
  private static final String HTML = "text/html; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  /** Nothing but the server's own is loaded, and no other page may frame this one. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
          + " media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("index.html", HTML),
          Map.entry("page.css", "text/css; charset=utf-8"),
          Map.entry("icon.svg", "image/svg+xml"),
          Map.entry("main.js", SCRIPT),
          Map.entry("ask.js", SCRIPT),
          Map.entry("answers.js", SCRIPT),
          Map.entry("boxes.js", SCRIPT),
          Map.entry("card.js", SCRIPT),
          Map.entry("cloud.js", SCRIPT),
          Map.entry("mask.js", SCRIPT),
          Map.entry("patches.js", SCRIPT),
          Map.entry("studio.js", SCRIPT));

  private final Map<String, byte[]> files =
      TYPES.keySet().stream().collect(Collectors.toMap(Function.identity(), Page::read));

  private static byte[] read(String name) {
    try (InputStream in = Page.class.getResourceAsStream("page/" + name)) {
      if (in == null) {
        throw new IllegalStateException("The module has no page/" + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its files. */
  static List<String> names() {
    return TYPES.keySet().stream().sorted().toList();
  }

  /** Whether a client asks for a page rather than JSON. */
  static boolean isWanted(@Nullable String accept) {
    return accept != null && accept.contains("text/html");
  }

  /**
   * Answers with one of its files.
   *
   * @throws ServeException 404 when there is none of that name
   */
  void answer(Call call, String name) {
    byte[] content = files.get(name);
    String type = TYPES.get(name);
    if (content == null || type == null) {
      throw new ServeException(404, "There is no such path; GET /openapi.json lists all");
    }
    call.put("Content-Security-Policy", POLICY);
    call.put("Referrer-Policy", "no-referrer");
    call.put("Cache-Control", "no-cache");
    call.answer(200, type, content);
  }
}
