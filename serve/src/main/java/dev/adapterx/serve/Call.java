package dev.adapterx.serve;

import dev.adapterx.base.Names;
import dev.adapterx.base.Settings;
import dev.adapterx.infer.RefusedException;
import dev.adapterx.serve.Tokens.Grant;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;

/** One request on its way to its one answer. */
final class Call {
  static final String JSON = "application/json";

  private static final int SECONDS_TO_WAIT = 1;

  /** Characters of a name that is not known. */
  private static final int SHOWN = 64;

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final ServerOptions options;
  private final AtomicLong held;
  private final Metrics metrics;
  private final Engine engine;
  private final long begin = System.nanoTime();
  private final AtomicBoolean answered = new AtomicBoolean();
  private String route = "none";
  private boolean predicts;
  private boolean read;
  private Grant grant = Grant.ALL;

  /**
   * @param held bytes of bodies that all requests hold together
   */
  Call(
      Request request,
      Response response,
      Callback callback,
      ServerOptions options,
      AtomicLong held,
      Metrics metrics,
      Engine engine) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.options = options;
    this.held = held;
    this.metrics = metrics;
    this.engine = engine;
  }

  /** Which of the routes this is on, for the counts. */
  void on(String pattern, boolean prediction) {
    this.route = pattern;
    this.predicts = prediction;
  }

  /**
   * Finds out what the sender may do.
   *
   * @throws ServeException 401 when that is nothing
   */
  void authorise() {
    this.grant = options.place().tokens().grant(request.getHeaders().get(HttpHeader.AUTHORIZATION));
  }

  Grant grant() {
    return grant;
  }

  /**
   * Makes sure that the sender may ask an adapter. One it may not ask is not told from one that is
   * not there.
   */
  void requireAllowed(String adapter) {
    if (!grant.allows(adapter)) {
      throw new ServeException(403, "The token is not for this adapter");
    }
  }

  @Nullable String header(String name) {
    return request.getHeaders().get(name);
  }

  /** A parameter of the query; null where it is not given. */
  @Nullable String query(String name) {
    return fields().getValue(name);
  }

  /**
   * Makes sure that the query has none but some parameters, and each once.
   *
   * @throws ServeException 400 naming the first that is not known, and those that are
   */
  void requireKnown(List<String> known) {
    Fields all = fields();
    for (String name : all.getNames()) {
      if (!known.contains(name)) {
        String shown = name.length() > SHOWN ? name.substring(0, SHOWN) + "…" : name;
        throw ServeException.bad(
            shown
                + ": there is no such parameter here; expected "
                + (known.isEmpty() ? "none" : String.join(", ", known))
                + Names.hint(shown, known));
      }
      if (all.getValuesOrEmpty(name).size() > 1) {
        throw ServeException.bad(name + ": expected it once, found it several times");
      }
    }
  }

  private Fields fields() {
    try {
      return Request.extractQueryParameters(request);
    } catch (RuntimeException e) {
      throw ServeException.bad("The query cannot be read: it is not percent-encoded UTF-8");
    }
  }

  /** What is left of the time that the server gives a request. */
  Duration left() {
    return options.queue().deadline().minusNanos(System.nanoTime() - begin);
  }

  /** Calls back when the connection is lost. */
  void whenLost(Runnable action) {
    request.addFailureListener(failure -> action.run());
  }

  /**
   * Reads the body, holding no thread meanwhile.
   *
   * @param most bytes
   */
  CompletableFuture<byte[]> body(int most) {
    long length = request.getLength();
    if (length > most) {
      throw tooLong(most);
    }
    String encoding = header("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new ServeException(415, "Send the body as it is, without Content-Encoding");
    }
    long reserved = length >= 0 ? length : most;
    if (held.addAndGet(reserved) > options.sizes().heldBytes()) {
      held.addAndGet(-reserved);
      throw new ServeException(
          503, "The server holds as many bytes of requests as it may; try again later");
    }
    read = true;
    Request.addCompletionListener(request, failure -> held.addAndGet(-reserved));
    CompletableFuture<byte[]> body = new CompletableFuture<>();
    Content.Source.asByteArrayAsync(
        request,
        most,
        Promise.Invocable.from(
            InvocationType.NON_BLOCKING, body::complete, body::completeExceptionally));
    return body.orTimeout(Math.max(1, left().toMillis()), TimeUnit.MILLISECONDS)
        .exceptionally(
            failure -> {
              throw unread(failure, length, most);
            });
  }

  private static ServeException tooLong(int most) {
    return new ServeException(
        413, "The body is longer than the %d bytes that are taken here".formatted(most));
  }

  private static ServeException unread(Throwable failure, long length, int most) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof TimeoutException) {
      return new ServeException(408, "The body did not arrive in time");
    }
    if (cause instanceof HttpException http) {
      return new ServeException(http.getCode(), "The body could not be read to its end");
    }
    if (cause instanceof IOException || length >= 0) {
      return ServeException.bad("The body ended before its announced length");
    }
    return tooLong(most);
  }

  /** Answers with JSON. */
  void answer(Object value) {
    answer(200, JSON, bytes(value));
  }

  /** Answers. */
  void answer(int status, String type, byte[] content) {
    if (answered.compareAndSet(false, true)) {
      metrics.answered(route, status, System.nanoTime() - begin, predicts);
      write(response, callback, status, type, content);
    }
  }

  /** Adds a header to the answer. */
  void put(String name, String value) {
    response.getHeaders().put(name, value);
  }

  /** As {@link #fail}, at the end of what is computed elsewhere. */
  @Nullable Void failed(Throwable failure) {
    fail(failure);
    return null;
  }

  /** Answers with what went wrong. */
  void fail(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    ServeException told = told(cause);
    if (told.status() == 503) {
      put("Retry-After", String.valueOf(SECONDS_TO_WAIT));
    }
    if (told.status() == 401) {
      put("WWW-Authenticate", "Bearer");
    }
    byte[] content = bytes(Map.of("error", String.valueOf(told.getMessage())));
    Runnable answer = () -> answer(told.status(), JSON, content);
    long length = request.getLength();
    boolean toDrain =
        !read && length > 0 && length <= options.sizes().bodyBytes() && header("Expect") == null;
    if (toDrain) { // a client in the middle of sending would not see the answer
      Content.Source.consumeAll(request, Callback.from(answer, x -> answer.run()));
    } else {
      answer.run();
    }
  }

  private ServeException told(Throwable cause) {
    if (cause instanceof ServeException told) {
      return told;
    }
    if (cause instanceof RefusedException refused) {
      return new ServeException(503, String.valueOf(refused.getMessage()), refused);
    }
    if (cause instanceof RejectedExecutionException) {
      return new ServeException(503, "The server is shutting down", cause);
    }
    if (cause instanceof OutOfMemoryError) {
      engine.report("out of memory at " + route, cause);
      return new ServeException(503, "The server has no memory for this now", cause);
    }
    engine.report("a request to " + route + " failed", cause);
    return new ServeException(500, "The server failed; its log says why", cause);
  }

  /** Writes an answer whole. */
  static void write(Response response, Callback callback, int status, String type, byte[] content) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.length);
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
    response.write(true, ByteBuffer.wrap(content), callback);
  }

  static byte[] bytes(Object value) {
    return Settings.json()
        .writer()
        .without(SerializationFeature.INDENT_OUTPUT)
        .writeValueAsString(value)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** An object with keys in an order. */
  static Map<String, Object> object(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(keysAndValues[i].toString(), keysAndValues[i + 1]);
    }
    return map;
  }
}
