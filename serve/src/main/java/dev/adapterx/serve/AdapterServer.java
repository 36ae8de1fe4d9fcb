package dev.adapterx.serve;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.Reason;
import dev.adapterx.infer.Adapters;
import dev.adapterx.model.Backbone;
import dev.adapterx.serve.studio.Studio;
import dev.adapterx.serve.studio.StudioOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.eclipse.jetty.server.CustomRequestLog;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * A folder of adapters over one backbone, answered over HTTP until it is closed. Does not own the
 * backbone.
 *
 * <pre>{@code
 * try (var server = AdapterServer.start(backbone, folder, ServerOptions.defaults(), log, log)) {
 *   System.out.println(server.address());
 *   stopped.await();
 *   server.drain(Duration.ofSeconds(30));
 * }
 * }</pre>
 */
public final class AdapterServer implements AutoCloseable {
  /** Client, time, request, status, bytes, microseconds. No header: a token may be in one. */
  private static final String ACCESS = "%{client}a %t \"%r\" %s %O %{us}T";

  private static final int HEADER_BYTES = 16 << 10;
  private static final int THREADS = 32;
  private static final long IDLE_MILLIS = 30_000;

  private final Engine engine;
  private final @Nullable Studio studio;
  private final Server server;
  private final ServerConnector connector;
  private final ExecutorService workers;
  private final String host;
  private volatile boolean ready;

  private AdapterServer(
      Engine engine, ServerOptions options, Consumer<String> access, @Nullable Studio studio) {
    this.engine = engine;
    this.studio = studio;
    this.host = options.place().host();
    AtomicInteger number = new AtomicInteger();
    this.workers =
        Executors.newFixedThreadPool(
            Math.max(2, Runtime.getRuntime().availableProcessors()),
            work -> {
              Thread thread = new Thread(work, "adapterx-serve-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    QueuedThreadPool threads = new QueuedThreadPool(THREADS);
    threads.setName("adapterx-http");
    threads.setDaemon(true);
    this.server = new Server(threads);
    this.connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http()));
    connector.setHost(options.place().host());
    connector.setPort(options.place().port());
    connector.setIdleTimeout(
        Math.max(IDLE_MILLIS, options.queue().deadline().toMillis() + IDLE_MILLIS));
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(options.place().connections(), server));
    server.setErrorHandler(new JsonErrors());
    server.setRequestLog(new CustomRequestLog(access::accept, ACCESS));
    server.setHandler(
        new GracefulHandler(new Api(engine, options, new Metrics(), workers, () -> ready, studio)));
  }

  private static HttpConfiguration http() {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(HEADER_BYTES);
    return http;
  }

  /**
   * Starts a server.
   *
   * @param backbone all adapters were trained on; must outlive the server
   * @param folder with a folder for each adapter, or for each run
   * @param log receives a line about each event that operators need to know
   * @param access receives a line for each request
   * @throws AdapterXException when the folder is none, or the port is taken
   */
  public static AdapterServer start(
      Backbone backbone,
      Path folder,
      ServerOptions options,
      Consumer<String> log,
      Consumer<String> access) {
    return start(backbone, folder, options, null, log, access);
  }

  /**
   * Starts a server with a studio.
   *
   * @param studio which trains into {@code folder}; null: none
   * @throws AdapterXException also when the studio's folder or the adapters' cannot be written
   */
  public static AdapterServer start(
      Backbone backbone,
      Path folder,
      ServerOptions options,
      @Nullable StudioOptions studio,
      Consumer<String> log,
      Consumer<String> access) {
    Adapters adapters = Adapters.over(backbone, folder, options.work().adapterBytes());
    return start(adapters, folder, options, studio, log, access);
  }

  /**
   * Starts a server over adapters.
   *
   * @param adapters of {@code folder}; the server closes them
   * @throws AdapterXException as the other
   */
  public static AdapterServer start(
      Adapters adapters,
      Path folder,
      ServerOptions options,
      @Nullable StudioOptions studio,
      Consumer<String> log,
      Consumer<String> access) {
    Studio own = studio == null ? null : new Studio(studio, folder);
    AdapterServer server =
        new AdapterServer(new Engine(adapters, options, log), options, access, own);
    try {
      server.server.start();
    } catch (Exception e) {
      server.close();
      throw new AdapterXException(
          "Could not listen on %s, port %d: %s; name another with --port or --host"
              .formatted(options.place().host(), options.place().port(), reason(e)),
          e);
    }
    server.ready = true;
    return server;
  }

  /** The innermost reason: that an address is in use. */
  private static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return Reason.of(cause);
  }

  /** The port it listens on. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Where it is. */
  public String address() {
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
  }

  /** The adapters it has. */
  public Adapters adapters() {
    return engine.adapters();
  }

  /**
   * The adapters that are in the folder and not served, with the reason: of another backbone, of
   * another input size, damaged. As far as their configs tell; asked, they are refused by it too.
   */
  public Map<String, String> unserved() {
    return Unserved.of(engine.adapters());
  }

  /**
   * Takes no more requests, and waits until those let in are answered. Readiness ends at once.
   *
   * @return whether all were answered within that time
   */
  public boolean drain(Duration most) {
    ready = false;
    long end = System.nanoTime() + most.toNanos();
    boolean computed = engine.drain(most);
    workers.shutdown();
    try {
      long left = Math.max(0, end - System.nanoTime());
      return workers.awaitTermination(left, TimeUnit.NANOSECONDS) && computed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Ends: what still waits is refused. */
  @Override
  public void close() {
    ready = false;
    try {
      server.setStopTimeout(1000);
      server.stop();
    } catch (Exception e) {
      engine.report("stopping the server failed", e);
    } finally {
      if (studio != null) {
        studio.close();
      }
      workers.shutdownNow();
      engine.close();
    }
  }
}
