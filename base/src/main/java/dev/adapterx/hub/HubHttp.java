package dev.adapterx.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes single requests; the token is sent to the hub alone, whatever the redirects. */
final class HubHttp {
  private static final int MOST_REDIRECTS = 20;
  private static final Duration CONNECT = Duration.ofSeconds(15);
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final URI endpoint;
  private final @Nullable String token;
  private final HttpClient client;

  HubHttp(HubSettings settings) {
    this.endpoint = settings.endpoint();
    this.token = settings.token();
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .proxy(new EnvironmentProxies(System.getenv(), ProxySelector.getDefault()))
            .build();
  }

  /**
   * Requests the description of a file on the hub. A redirect away from the hub is not followed:
   * the hub describes the file in the redirect itself.
   */
  HubResponse describe(URI uri) throws IOException {
    return head(uri, false);
  }

  /** Requests the description of a file at any address. */
  HubResponse head(URI uri) throws IOException {
    return head(uri, true);
  }

  private HubResponse head(URI uri, boolean away) throws IOException {
    URI at = uri;
    for (int i = 0; i < MOST_REDIRECTS; i++) {
      HubResponse answer =
          send(request(at).method("HEAD", HttpRequest.BodyPublishers.noBody()), at);
      URI next = next(answer);
      if (next == null || (!away && !isOfHub(next))) {
        return answer;
      }
      answer.close();
      at = next;
    }
    throw new IOException("more than " + MOST_REDIRECTS + " redirects");
  }

  /** Requests a file from a byte on. */
  HubResponse get(URI uri, long from) throws IOException {
    URI at = uri;
    for (int i = 0; i < MOST_REDIRECTS; i++) {
      HttpRequest.Builder request = request(at).GET();
      if (from > 0) {
        request.header("Range", "bytes=" + from + "-");
      }
      HubResponse answer = send(request, at);
      URI next = next(answer);
      if (next == null) {
        return answer;
      }
      answer.close();
      at = next;
    }
    throw new IOException("more than " + MOST_REDIRECTS + " redirects");
  }

  private HttpRequest.Builder request(URI at) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at)
            .timeout(ANSWER)
            .header("User-Agent", "adapterx; java/" + Runtime.version().feature())
            .header("Accept-Encoding", "identity");
    if (token != null && isOfHub(at)) {
      request.header("Authorization", "Bearer " + token);
    }
    return request;
  }

  private HubResponse send(HttpRequest.Builder request, URI at) throws IOException {
    try {
      HttpResponse<InputStream> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      return new HubResponse(response.statusCode(), response.headers(), at, response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    }
  }

  private static @Nullable URI next(HubResponse answer) throws IOException {
    if (!answer.isRedirect()) {
      return null;
    }
    String location = answer.header("location").orElse("");
    try {
      URI next = answer.uri().resolve(location);
      String scheme = String.valueOf(next.getScheme());
      boolean weaker = "https".equals(answer.uri().getScheme()) && !scheme.equals("https");
      if (next.getHost() == null || !scheme.matches("https?") || weaker) {
        throw new IOException("a redirect to " + location + ", which is not followed");
      }
      return next;
    } catch (IllegalArgumentException e) {
      throw new IOException("a redirect to " + location + ", which is no address", e);
    }
  }

  /** Whether an address is the hub's: same scheme, host and port. */
  boolean isOfHub(URI uri) {
    return Objects.equals(uri.getScheme(), endpoint.getScheme())
        && uri.getHost() != null
        && uri.getHost().equalsIgnoreCase(endpoint.getHost())
        && port(uri) == port(endpoint);
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
  }
}
