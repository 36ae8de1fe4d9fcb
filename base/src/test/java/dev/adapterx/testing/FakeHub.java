package dev.adapterx.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A hub on this machine that behaves as the real one: {@code /org/name/resolve/REVISION/FILE} with
 * its headers, large files behind a redirect to a second server that must not see the token,
 * ranges, refusals with their codes; and that fails on demand.
 */
public final class FakeHub implements AutoCloseable {
  /** One request that came, to the hub or to the second server. */
  public record Seen(
      boolean cdn, String method, String path, Optional<String> range, Optional<String> token) {}

  /** What to do instead of answering a request for a file's content. */
  @FunctionalInterface
  public interface Fault {
    void answer(HttpExchange exchange, byte[] content) throws IOException;
  }

  /** A repository with one commit. */
  public static final class Repo {
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final List<String> revisions = new ArrayList<>(List.of("main"));
    private String commit = "1234567890abcdef1234567890abcdef12345678";
    private boolean gated;
    private boolean secret;

    /** With a file; {@code .safetensors} and {@code .bin} are kept as large ones. */
    public Repo with(String name, byte[] content) {
      files.put(name, content.clone());
      return this;
    }

    public Repo with(String name, String content) {
      return with(name, content.getBytes(StandardCharsets.UTF_8));
    }

    public Repo revision(String name) {
      revisions.add(name);
      return this;
    }

    /** A push: all files are of this commit now. */
    public Repo commit(String id) {
      commit = id;
      return this;
    }

    public Repo gated() {
      gated = true;
      return this;
    }

    public Repo secret() {
      secret = true;
      return this;
    }
  }

  private static final String TOKEN = "Bearer hf_good";

  private final HttpServer hub;
  private final HttpServer cdn;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "fake-hub");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<String, Repo> repos = Collections.synchronizedMap(new LinkedHashMap<>());
  private final Map<String, String> renamed = Collections.synchronizedMap(new LinkedHashMap<>());
  private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
  private final Deque<Fault> faults = new ConcurrentLinkedDeque<>();
  private final Deque<Fault> headFaults = new ConcurrentLinkedDeque<>();
  private volatile boolean wrongHash;
  private volatile boolean ranges = true;
  private volatile int headStatus = 200;

  private FakeHub() throws IOException {
    hub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    cdn = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hub.createContext("/", exchange -> answer(exchange, false));
    cdn.createContext("/", exchange -> answer(exchange, true));
    hub.setExecutor(threads);
    cdn.setExecutor(threads);
    hub.start();
    cdn.start();
  }

  public static FakeHub started() {
    try {
      return new FakeHub();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its address, as {@code HF_ENDPOINT} takes it. */
  public String endpoint() {
    return "http://127.0.0.1:" + hub.getAddress().getPort();
  }

  /** The second server, which gives {@code /org/name/FILE} of every repository to anybody. */
  public String cdn() {
    return "http://127.0.0.1:" + cdn.getAddress().getPort();
  }

  /** Makes a repository. */
  public Repo repo(String name) {
    return repos.computeIfAbsent(name, n -> new Repo());
  }

  /** From now on the hub answers about the old name with a relative redirect. */
  public FakeHub renamed(String old, String now) {
    renamed.put(old, now);
    return this;
  }

  /** The next answer with content is this one. */
  public FakeHub failing(Fault... next) {
    faults.addAll(Arrays.asList(next));
    return this;
  }

  /** The next answer about what a file is is this one. */
  public FakeHub failingToDescribe(Fault... next) {
    headFaults.addAll(Arrays.asList(next));
    return this;
  }

  /** Large files' checksums are those of something else from now on. */
  public FakeHub lying() {
    wrongHash = true;
    return this;
  }

  /** Ranges are ignored from now on. */
  public FakeHub withoutRanges() {
    ranges = false;
    return this;
  }

  /** The second server says nothing beforehand from now on, as one that signs addresses to GET. */
  public FakeHub describingWith(int status) {
    headStatus = status;
    return this;
  }

  public List<Seen> seen() {
    return List.copyOf(seen);
  }

  public void forget() {
    seen.clear();
  }

  /** Promises everything and hangs up after some bytes. */
  public static Fault cutAfter(int bytes) {
    return (exchange, content) -> {
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content, 0, bytes);
      exchange.getResponseBody().flush();
      exchange.close();
    };
  }

  /** Sends some bytes and then nothing more. */
  public static Fault stallAfter(int bytes) {
    return (exchange, content) -> {
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content, 0, bytes);
      exchange.getResponseBody().flush();
      try {
        Thread.sleep(60_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      exchange.close();
    };
  }

  /** A status, perhaps with headers: {@code Retry-After}, {@code 1}. */
  public static Fault status(int status, String... headers) {
    return (exchange, content) -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
    };
  }

  private void answer(HttpExchange exchange, boolean second) throws IOException {
    try {
      String path = exchange.getRequestURI().getRawPath();
      seen.add(
          new Seen(
              second,
              exchange.getRequestMethod(),
              path,
              header(exchange, "Range"),
              header(exchange, "Authorization")));
      String[] parts = path.substring(1).split("/");
      if (second) {
        serve(exchange, file(parts[0] + "/" + parts[1], after(2, parts)));
      } else {
        resolve(exchange, parts);
      }
    } catch (IOException | RuntimeException e) {
      exchange.close(); // a client that hung up
    }
  }

  private void resolve(HttpExchange exchange, String[] parts) throws IOException {
    String name = parts[0] + "/" + parts[1];
    if (renamed.containsKey(name)) {
      String now = exchange.getRequestURI().getRawPath().replace(name, renamed.get(name));
      exchange.getResponseHeaders().set("Location", now);
      status(307).answer(exchange, new byte[0]);
      return;
    }
    Repo repo = repos.get(name);
    boolean known = TOKEN.equals(header(exchange, "Authorization").orElse(""));
    if (header(exchange, "Authorization").isPresent() && !known) {
      refuse(exchange, 401, "", "Invalid credentials in Authorization header");
    } else if (repo == null || (repo.secret && !known)) {
      refuse(exchange, known ? 404 : 401, "RepoNotFound", "Invalid username or password.");
    } else if (repo.gated && !known) {
      refuse(exchange, 401, "GatedRepo", "Access to model is restricted.");
    } else {
      resolve(exchange, name, repo, parts[3], after(4, parts));
    }
  }

  private void resolve(HttpExchange exchange, String name, Repo repo, String revision, String file)
      throws IOException {
    if (!revision.equals(repo.commit) && !repo.revisions.contains(revision.replace("%2F", "/"))) {
      refuse(exchange, 404, "RevisionNotFound", "Invalid rev id: " + revision);
      return;
    }
    boolean head = exchange.getRequestMethod().equals("HEAD");
    Deque<Fault> next = head ? headFaults : new ArrayDeque<>();
    Fault fault = next.poll();
    if (fault != null) {
      fault.answer(exchange, new byte[0]);
      return;
    }
    exchange.getResponseHeaders().set("X-Repo-Commit", repo.commit);
    byte[] content = repo.files.get(file);
    if (content == null) {
      refuse(exchange, 404, "EntryNotFound", "Entry not found");
    } else if (file.endsWith(".safetensors") || file.endsWith(".bin")) {
      String hash = sha256(wrongHash ? new byte[1] : content);
      exchange.getResponseHeaders().set("X-Linked-Etag", '"' + hash + '"');
      exchange.getResponseHeaders().set("X-Linked-Size", Integer.toString(content.length));
      exchange.getResponseHeaders().set("Location", cdn() + "/" + name + "/" + file);
      exchange.sendResponseHeaders(302, -1);
      exchange.close();
    } else {
      exchange.getResponseHeaders().set("ETag", '"' + git(content) + '"');
      serve(exchange, content);
    }
  }

  private void serve(HttpExchange exchange, byte[] content) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      if (headStatus == 200) {
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
      }
      exchange.sendResponseHeaders(headStatus, -1);
      exchange.close();
      return;
    }
    Fault fault = faults.poll();
    if (fault != null) {
      fault.answer(exchange, content);
      return;
    }
    Optional<String> range = header(exchange, "Range").filter(r -> ranges);
    int from = range.map(r -> Integer.parseInt(r.replaceAll("bytes=(\\d+)-", "$1"))).orElse(0);
    if (from >= content.length && from > 0) {
      status(416).answer(exchange, content);
      return;
    }
    if (range.isPresent()) {
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
    }
    exchange.sendResponseHeaders(range.isPresent() ? 206 : 200, content.length - from);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(content, from, content.length - from);
    }
  }

  private static String after(int from, String[] parts) {
    return String.join("/", Arrays.asList(parts).subList(from, parts.length));
  }

  private byte[] file(String name, String file) {
    return repos.get(name).files.get(file);
  }

  private static void refuse(HttpExchange exchange, int status, String code, String message)
      throws IOException {
    if (!code.isEmpty()) {
      exchange.getResponseHeaders().set("X-Error-Code", code);
    }
    exchange.getResponseHeaders().set("X-Error-Message", message);
    status(status).answer(exchange, new byte[0]);
  }

  private static Optional<String> header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  public static String sha256(byte[] content) {
    return digest("SHA-256", content);
  }

  /** As git calls a file. */
  public static String git(byte[] content) {
    byte[] head = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(head, head.length + content.length);
    System.arraycopy(content, 0, all, head.length, content.length);
    return digest("SHA-1", all);
  }

  private static String digest(String algorithm, byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    hub.stop(0);
    cdn.stop(0);
    threads.shutdownNow();
  }
}
