package dev.adapterx.serve;

import dev.adapterx.base.ConfigException;
import java.time.Duration;

/**
 * Where a server listens, and its bounds.
 *
 * @param host address or name of the interface; {@code 127.0.0.1}: this machine alone
 * @param port 0: any free one
 * @param tokens of the clients that have access
 * @param adapterBytes memory that loaded adapters may hold together
 * @param threads that compute, each by itself; 0: one for each processor
 * @param batch requests of one adapter computed at once. With 1 an answer does not depend on other
 *     requests: a matrix product rounds otherwise with other numbers of rows
 * @param waiting requests that may wait
 * @param share of these for one adapter
 * @param deadline how long a request may take, its body's arrival included
 * @param bodyBytes of the largest body
 * @param heldBytes of all bodies that are read or wait to be decoded at the same time
 * @param pixels of the largest picture, by its header
 * @param rows of one sample: windows, tiles or draws that a large picture or cloud is seen through
 * @param connections at the same time
 */
public record ServerOptions(
    String host,
    int port,
    Tokens tokens,
    long adapterBytes,
    int threads,
    int batch,
    int waiting,
    int share,
    Duration deadline,
    int bodyBytes,
    long heldBytes,
    long pixels,
    int rows,
    int connections) {
  /** Port where nothing else is said. */
  public static final int PORT = 8080;

  private static final int MOST_ROWS = 1 << 14;

  public ServerOptions {
    if (port < 0 || port > 65_535) {
      throw new ConfigException("The port must lie between 0 and 65535, found " + port);
    }
    if (threads < 0) {
      throw new ConfigException("The threads that compute cannot be fewer than 0: " + threads);
    }
    if (deadline.isNegative() || deadline.isZero()) {
      throw new ConfigException("The deadline must lie after the request, found " + deadline);
    }
    if (rows < 1 || rows > MOST_ROWS) {
      throw new ConfigException(
          "Expected 1 to %d tiles of one sample, found %d".formatted(MOST_ROWS, rows));
    }
    if (bodyBytes < 1 || heldBytes < bodyBytes || pixels < 1 || connections < 1) {
      throw new ConfigException(
          "Expected room for at least one body, one pixel and one connection, found %d bytes of %d for all, %d pixels, %d connections"
              .formatted(bodyBytes, heldBytes, pixels, connections));
    }
  }

  /** On this machine alone, without tokens. */
  public static ServerOptions defaults() {
    long heap = Runtime.getRuntime().maxMemory();
    int body = 20 << 20;
    return new ServerOptions(
        "127.0.0.1",
        PORT,
        Tokens.NONE,
        512L << 20,
        0,
        1,
        256,
        64,
        Duration.ofSeconds(30),
        body,
        Math.max(body, heap / 4),
        50_000_000,
        256,
        256);
  }

  /** These at another place. */
  public ServerOptions at(String where, int number) {
    return new ServerOptions(
        where,
        number,
        tokens,
        adapterBytes,
        threads,
        batch,
        waiting,
        share,
        deadline,
        bodyBytes,
        heldBytes,
        pixels,
        rows,
        connections);
  }

  /** These for those alone who have a token. */
  public ServerOptions withTokens(Tokens known) {
    return new ServerOptions(
        host,
        port,
        known,
        adapterBytes,
        threads,
        batch,
        waiting,
        share,
        deadline,
        bodyBytes,
        heldBytes,
        pixels,
        rows,
        connections);
  }

  /** These with another memory for adapters. */
  public ServerOptions withAdapterBytes(long bytes) {
    return new ServerOptions(
        host,
        port,
        tokens,
        bytes,
        threads,
        batch,
        waiting,
        share,
        deadline,
        bodyBytes,
        heldBytes,
        pixels,
        rows,
        connections);
  }

  /** These with other computing: threads and requests at once. */
  public ServerOptions computing(int side, int together) {
    return new ServerOptions(
        host,
        port,
        tokens,
        adapterBytes,
        side,
        together,
        waiting,
        share,
        deadline,
        bodyBytes,
        heldBytes,
        pixels,
        rows,
        connections);
  }

  /** These with other bounds of what waits. */
  public ServerOptions queueing(int most, int mostOfOne, Duration patience) {
    return new ServerOptions(
        host,
        port,
        tokens,
        adapterBytes,
        threads,
        batch,
        most,
        mostOfOne,
        patience,
        bodyBytes,
        heldBytes,
        pixels,
        rows,
        connections);
  }

  /** These with another bound of the tiles of one sample. */
  public ServerOptions seeing(int most) {
    return new ServerOptions(
        host,
        port,
        tokens,
        adapterBytes,
        threads,
        batch,
        waiting,
        share,
        deadline,
        bodyBytes,
        heldBytes,
        pixels,
        most,
        connections);
  }

  /** These with other bounds of what is sent. */
  public ServerOptions taking(int bytes, long ofPixels) {
    return new ServerOptions(
        host,
        port,
        tokens,
        adapterBytes,
        threads,
        batch,
        waiting,
        share,
        deadline,
        bytes,
        Math.max(heldBytes, bytes),
        ofPixels,
        rows,
        connections);
  }
}
