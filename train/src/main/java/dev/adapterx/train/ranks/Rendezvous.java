package dev.adapterx.train.ranks;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The address at which rank 0 waits for the others. Ranks trust each other: open it to no one else.
 */
public final class Rendezvous implements AutoCloseable {
  private static final int BACKLOG = 4096;
  private static final int LOOK_UP_MILLISECONDS = 500;

  private final String host;
  private final ServerSocket socket;
  private final boolean isHereAlone;
  private volatile @Nullable String abandoned;

  private Rendezvous(String host, ServerSocket socket, boolean isHereAlone) {
    this.host = host;
    this.socket = socket;
    this.isHereAlone = isHereAlone;
  }

  /**
   * Opens it.
   *
   * @param host a name or address of this machine that the other ranks reach
   * @param port 0: any that is free
   * @throws ConfigException when the port is in use, or the host is another machine
   */
  public static Rendezvous open(String host, int port) {
    return open(host, port, Duration.ZERO);
  }

  /**
   * Opens it at a name that may not be known yet, as that of a container just started. A machine's
   * own name is often an address of its loopback to itself alone (127.0.1.1, as Debian sets it up):
   * rank 0 then waits on all interfaces.
   *
   * @param host a name or address of this machine that the other ranks reach
   * @param port 0: any that is free
   * @param wait how long the name is looked up again
   * @throws ConfigException when the port is in use, or the host is another machine
   */
  public static Rendezvous open(String host, int port, Duration wait) {
    InetAddress address = address(host, System.nanoTime() + wait.toNanos());
    ServerSocket socket = null;
    try {
      socket = new ServerSocket();
      socket.setReuseAddress(true);
      boolean isHereAlone = address.isLoopbackAddress();
      boolean isOwnName = isHereAlone && !saysLoopback(host);
      socket.bind(
          isOwnName ? new InetSocketAddress(port) : new InetSocketAddress(address, port), BACKLOG);
      return new Rendezvous(host, socket, isHereAlone && !isOwnName);
    } catch (IOException e) {
      close(socket);
      throw new ConfigException(
          "--rendezvous: rank 0 cannot wait at "
              + host
              + ":"
              + port
              + ": "
              + Reason.of(e)
              + ". Either the port is in use, perhaps by rank 0 of another training or a second rank"
              + " 0 of this one, or that is not an address of this machine; choose a free port of"
              + " the machine rank 0 runs on",
          e);
    }
  }

  /** Whether the loopback is meant, not a machine's name. */
  static boolean saysLoopback(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.matches("localhost.*|.*\\.localhost|loopback|ip6-.*|[0-9.]+|.*:.*");
  }

  private static InetAddress address(String host, long until) {
    while (true) {
      try {
        return InetAddress.getByName(host);
      } catch (UnknownHostException e) {
        if (System.nanoTime() >= until) {
          throw new ConfigException(
              "--rendezvous: there is no host named '"
                  + host
                  + "'. Name one by which the ranks reach rank 0's machine",
              e);
        }
      }
      try {
        Thread.sleep(LOOK_UP_MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ConfigException("Interrupted while looking up " + host, e);
      }
    }
  }

  private static void close(@Nullable Closeable socket) {
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        // The reason it failed is on its way to the caller.
      }
    }
  }

  /** As it was named. */
  public String host() {
    return host;
  }

  /** The port in use. */
  public int port() {
    return socket.getLocalPort();
  }

  /** Ends the waiting for the others, for a reason: one of them cannot be started. */
  public void abandon(String reason) {
    abandoned = reason;
    close();
  }

  /** Whether no other machine reaches it. */
  boolean isHereAlone() {
    return isHereAlone;
  }

  @Nullable String abandoned() {
    return abandoned;
  }

  ServerSocket socket() {
    return socket;
  }

  @Override
  public void close() {
    close(socket);
  }
}
