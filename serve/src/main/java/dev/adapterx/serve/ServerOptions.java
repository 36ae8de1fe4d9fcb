package dev.adapterx.serve;

import dev.adapterx.base.ConfigException;
import java.time.Duration;

/** Where a server listens, and its bounds. */
public record ServerOptions(Place place, Work work, Queue queue, Sizes sizes) {
  /** Port where nothing else is said. */
  public static final int PORT = 8080;

  private static final int MOST_ROWS = 1 << 14;

  /**
   * Where it listens, and to whom.
   *
   * @param host address or name of the interface; {@code 127.0.0.1}: this machine alone
   * @param port 0: any free one
   * @param tokens of the clients that have access
   * @param connections at the same time
   */
  public record Place(String host, int port, Tokens tokens, int connections) {
    public Place {
      if (port < 0 || port > 65_535) {
        throw new ConfigException("The port must lie between 0 and 65535, found " + port);
      }
      if (connections < 1) {
        throw new ConfigException(
            "Expected room for one connection at least, found " + connections);
      }
    }
  }

  /**
   * How it computes.
   *
   * @param adapterBytes memory that loaded adapters may hold together
   * @param threads that compute, each by itself; 0: one for each processor
   * @param batch requests of one adapter computed at once. With 1 an answer does not depend on
   *     other requests: a matrix product rounds otherwise with other numbers of rows
   * @param rows of one sample: windows, tiles or draws that a large picture or cloud is seen
   *     through
   */
  public record Work(long adapterBytes, int threads, int batch, int rows) {
    public Work {
      if (threads < 0) {
        throw new ConfigException("The threads that compute cannot be fewer than 0: " + threads);
      }
      if (rows < 1 || rows > MOST_ROWS) {
        throw new ConfigException(
            "Expected 1 to %d tiles of one sample, found %d".formatted(MOST_ROWS, rows));
      }
    }
  }

  /**
   * What may wait.
   *
   * @param waiting requests
   * @param share of these for one adapter
   * @param deadline how long a request may take, its body's arrival included
   */
  public record Queue(int waiting, int share, Duration deadline) {
    public Queue {
      if (deadline.isNegative() || deadline.isZero()) {
        throw new ConfigException("The deadline must lie after the request, found " + deadline);
      }
    }
  }

  /**
   * What may be sent.
   *
   * @param bodyBytes of the largest body
   * @param heldBytes of all bodies that are read or wait to be decoded at the same time
   * @param pixels of the largest picture, by its header
   */
  public record Sizes(int bodyBytes, long heldBytes, long pixels) {
    public Sizes {
      if (bodyBytes < 1 || heldBytes < bodyBytes || pixels < 1) {
        throw new ConfigException(
            "Expected room for at least one body and one pixel, found %d bytes of %d for all and %d pixels"
                .formatted(bodyBytes, heldBytes, pixels));
      }
    }
  }

  /** On this machine alone, without tokens. */
  public static ServerOptions defaults() {
    int body = 20 << 20;
    return new ServerOptions(
        new Place("127.0.0.1", PORT, Tokens.NONE, 256),
        new Work(512L << 20, 0, 1, 256),
        new Queue(256, 64, Duration.ofSeconds(30)),
        new Sizes(body, Math.max(body, Runtime.getRuntime().maxMemory() / 4), 50_000_000));
  }

  private ServerOptions with(Place other) {
    return new ServerOptions(other, work, queue, sizes);
  }

  private ServerOptions with(Work other) {
    return new ServerOptions(place, other, queue, sizes);
  }

  /** These at another place. */
  public ServerOptions at(String host, int port) {
    return with(new Place(host, port, place.tokens, place.connections));
  }

  /** These for those alone who have a token. */
  public ServerOptions withTokens(Tokens known) {
    return with(new Place(place.host, place.port, known, place.connections));
  }

  /** These with another memory for adapters. */
  public ServerOptions withAdapterBytes(long bytes) {
    return with(new Work(bytes, work.threads, work.batch, work.rows));
  }

  /** These with other computing: threads and requests at once. */
  public ServerOptions computing(int threads, int batch) {
    return with(new Work(work.adapterBytes, threads, batch, work.rows));
  }

  /** These with another bound of the tiles of one sample. */
  public ServerOptions seeing(int rows) {
    return with(new Work(work.adapterBytes, work.threads, work.batch, rows));
  }

  /** These with other bounds of what waits. */
  public ServerOptions queueing(int waiting, int share, Duration deadline) {
    return new ServerOptions(place, work, new Queue(waiting, share, deadline), sizes);
  }

  /** These with other bounds of what is sent. */
  public ServerOptions taking(int bodyBytes, long pixels) {
    long held = Math.max(sizes.heldBytes, bodyBytes);
    return new ServerOptions(place, work, queue, new Sizes(bodyBytes, held, pixels));
  }
}
