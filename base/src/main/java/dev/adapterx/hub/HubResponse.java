package dev.adapterx.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Optional;

/**
 * A server's response.
 *
 * @param uri of the response, after redirects
 * @param body which the caller closes
 */
record HubResponse(int status, HttpHeaders headers, URI uri, InputStream body)
    implements AutoCloseable {
  private static final List<Integer> PASSING = List.of(408, 425, 429, 500, 502, 503, 504);

  Optional<String> header(String name) {
    return headers.firstValue(name).filter(value -> !value.isBlank());
  }

  long number(String name) {
    return header(name).filter(n -> n.matches("\\d{1,18}")).map(Long::parseLong).orElse(-1L);
  }

  boolean isRedirect() {
    return status >= 300 && status < 400 && header("location").isPresent();
  }

  /** Whether a later retry may succeed. */
  boolean mayPass() {
    return PASSING.contains(status);
  }

  /** The hub's machine-readable reason for a refusal: {@code RepoNotFound}, {@code GatedRepo}. */
  String errorCode() {
    return header("x-error-code").orElse("");
  }

  @Override
  public void close() {
    try {
      body.close();
    } catch (IOException e) {
      // All that is needed has been read.
    }
  }
}
