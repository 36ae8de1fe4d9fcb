package dev.adapterx.hub;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Reason;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The hub's address, the folders of its files and the user's token: from the variables that
 * Python's {@code huggingface_hub} reads.
 *
 * <table>
 *   <caption>Variables</caption>
 *   <tr><th>name</th><th>meaning</th></tr>
 *   <tr><td>{@code HF_HOME}</td><td>folder of everything; else {@code $XDG_CACHE_HOME/huggingface},
 *       else {@code ~/.cache/huggingface}</td></tr>
 *   <tr><td>{@code HF_HUB_CACHE}</td><td>folder of the models; else {@code $HF_HOME/hub}</td></tr>
 *   <tr><td>{@code HF_ENDPOINT}</td><td>another hub or a mirror</td></tr>
 *   <tr><td>{@code HF_TOKEN}</td><td>token of gated and private models; else the file {@code
 *       HF_TOKEN_PATH}, else {@code $HF_HOME/token}, which {@code hf auth login} writes</td></tr>
 *   <tr><td>{@code HF_HUB_OFFLINE}</td><td>{@code 1}: no network access</td></tr>
 * </table>
 *
 * @param endpoint the hub's address, without a slash at the end
 * @param home folder of files that are not hub models
 * @param cache of hub models
 * @param token absent: anonymous access
 * @param offline whether network access is forbidden
 */
public record HubSettings(
    URI endpoint, Path home, Path cache, @Nullable String token, boolean offline) {
  private static final String ENDPOINT = "https://huggingface.co";
  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
  private static final List<String> VARIABLES =
      List.of(
          "HF_HOME",
          "HF_HUB_CACHE",
          "HUGGINGFACE_HUB_CACHE",
          "HF_ENDPOINT",
          "HF_TOKEN",
          "HUGGING_FACE_HUB_TOKEN",
          "HF_TOKEN_PATH",
          "HF_HUB_OFFLINE",
          "TRANSFORMERS_OFFLINE",
          "XDG_CACHE_HOME");

  /**
   * From this process's environment; a Java property of the same name ({@code -DHF_HOME=...}) takes
   * precedence, for processes that cannot choose their environment.
   */
  public static HubSettings environment() {
    Map<String, String> variables = new HashMap<>(System.getenv());
    for (String name : VARIABLES) {
      String property = System.getProperty(name);
      if (property != null) {
        variables.put(name, property);
      }
    }
    return of(variables, Path.of(System.getProperty("user.home", "")));
  }

  /**
   * From variables; empty ones count as absent.
   *
   * @param userHome for {@code ~}
   * @throws ConfigException naming the invalid variable
   */
  public static HubSettings of(Map<String, String> variables, Path userHome) {
    Environment environment = new Environment(variables, userHome);
    Path caches = environment.path("XDG_CACHE_HOME", userHome.resolve(".cache"));
    Path home = environment.path("HF_HOME", caches.resolve("huggingface"));
    Path older = environment.path("HUGGINGFACE_HUB_CACHE", home.resolve("hub"));
    return new HubSettings(
        endpoint(environment.text("HF_ENDPOINT", ENDPOINT)),
        home,
        environment.path("HF_HUB_CACHE", older),
        token(environment, home),
        environment.isTrue("HF_HUB_OFFLINE") || environment.isTrue("TRANSFORMERS_OFFLINE"));
  }

  private static URI endpoint(String text) {
    String plain = text.replaceAll("/+$", "");
    try {
      URI uri = new URI(plain);
      if (uri.getHost() != null && String.valueOf(uri.getScheme()).matches("https?")) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Reported below.
    }
    throw new ConfigException(
        "HF_ENDPOINT: expected an address such as " + ENDPOINT + ", found '" + text + "'");
  }

  private static @Nullable String token(Environment environment, Path home) {
    String given = environment.text("HF_TOKEN", environment.text("HUGGING_FACE_HUB_TOKEN", ""));
    if (given.isEmpty()) {
      Path file = environment.path("HF_TOKEN_PATH", home.resolve("token"));
      try {
        given = Files.isRegularFile(file) ? Files.readString(file) : "";
      } catch (IOException e) {
        throw new ConfigException(
            file + ": the token file cannot be read (" + Reason.of(e) + "); set HF_TOKEN instead",
            e);
      }
    }
    String token = given.strip();
    if (token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new ConfigException(
          "HF_TOKEN (or the token file): expected one word of plain letters such as hf_..., found"
              + " blanks or other characters in it");
    }
    return token.isEmpty() ? null : token;
  }

  /** Everything but the token. */
  @Override
  public String toString() {
    return "hub "
        + endpoint
        + ", cache "
        + cache
        + (token == null ? ", no token" : ", with a token")
        + (offline ? ", offline" : "");
  }

  private record Environment(Map<String, String> variables, Path userHome) {
    String text(String name, String otherwise) {
      String value = variables.get(name);
      return value == null || value.isBlank() ? otherwise : value.strip();
    }

    boolean isTrue(String name) {
      return TRUE.contains(text(name, "").toUpperCase(Locale.ROOT));
    }

    Path path(String name, Path otherwise) {
      String value = text(name, "");
      if (value.isEmpty()) {
        return otherwise;
      }
      try {
        boolean below = value.equals("~") || value.startsWith("~/") || value.startsWith("~\\");
        return below
            ? userHome.resolve(value.substring(Math.min(2, value.length())))
            : Path.of(value);
      } catch (InvalidPathException e) {
        throw new ConfigException(name + ": '" + value + "' can be no path: " + e.getReason(), e);
      }
    }
  }
}
