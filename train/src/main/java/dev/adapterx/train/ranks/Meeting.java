package dev.adapterx.train.ranks;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * How ranks find each other: the others call rank 0 and say who they are and what they will train;
 * rank 0 compares, and refuses all when one has something else.
 */
final class Meeting {
  private static final int MAGIC = 0x41585232; // AXR2: the version of what links carry
  private static final int GREETING = 5000;
  private static final int EXCUSE = 2000;
  private static final int BEAT = 1000;
  private static final String RANK = "rank";
  private static final String WHO = "process";
  private static final String FAILED = "failed";
  static final String COUNT = "--ranks";
  private static final String HERE_ALONE =
      ". That address is of the loopback, which this machine alone reaches: for ranks on several"
          + " machines name rank 0's by an address of its network";
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final TypeReference<LinkedHashMap<String, String>> FACTS =
      new TypeReference<>() {};

  private Meeting() {}

  /**
   * Rank 0: waits for all others.
   *
   * @return the links to ranks 1, 2, …
   */
  static List<Link> host(Rank rank, Map<String, String> facts) {
    Rendezvous at = Objects.requireNonNull(rank.rendezvous());
    Map<Integer, Link> links = new TreeMap<>();
    long until = System.nanoTime() + rank.timeout().toNanos();
    try {
      while (links.size() < rank.count() - 1) {
        accept(rank, at, until, links, facts);
      }
      at.close(); // who calls now calls again, until another training waits here
      return new ArrayList<>(links.values());
    } catch (AdapterXException e) {
      boolean isLost = e instanceof LostRankException;
      links.values().forEach(link -> refuse(link, Reason.of(e), isLost));
      throw e;
    } catch (IOException e) {
      String reason = at.abandoned();
      if (reason != null) {
        links.values().forEach(link -> refuse(link, reason, false));
        throw new ConfigException(reason, e);
      }
      throw new AdapterXException("Rank 0 cannot wait for the others: " + Reason.of(e), e);
    }
  }

  private static void accept(
      Rank rank, Rendezvous at, long until, Map<Integer, Link> links, Map<String, String> facts)
      throws IOException {
    Socket socket = caller(rank, at, until, links);
    Link link = new Link(socket, "a caller from " + socket.getInetAddress(), GREETING);
    Map<String, String> told;
    try {
      if (link.greeting() != MAGIC) {
        link.close(); // no rank at all, or of a version that says so itself
        return;
      }
      link.greet(MAGIC);
      told = JSON.readValue(link.receive(), FACTS);
    } catch (IOException | JacksonException e) {
      link.close();
      return;
    }
    link.silence(patience(rank));
    link.rename("Rank " + told.get(RANK) + " (" + told.get(WHO) + ")");
    try {
      place(rank, link, told, links, facts);
    } catch (ConfigException e) {
      refuse(link, Reason.of(e), false);
      throw e;
    }
  }

  /** The next to call; meanwhile those who wait too are shown that rank 0 lives. */
  private static Socket caller(Rank rank, Rendezvous at, long until, Map<Integer, Link> links)
      throws IOException {
    while (true) {
      long left = (until - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw missing(rank, links);
      }
      for (Link link : links.values()) {
        try {
          link.beat(0);
        } catch (IOException e) {
          throw link.gone().exception();
        }
      }
      try {
        at.socket().setSoTimeout((int) Math.min(left, BEAT));
        return at.socket().accept();
      } catch (SocketTimeoutException e) {
        // No one called within a second.
      }
    }
  }

  private static void place(
      Rank rank,
      Link link,
      Map<String, String> told,
      Map<Integer, Link> links,
      Map<String, String> facts) {
    if (told.containsKey(FAILED)) {
      throw new ConfigException(link.peer() + " cannot train: " + told.get(FAILED));
    }
    Facts.requireSame(link.peer(), told, facts);
    int number = Integer.parseInt(told.getOrDefault(RANK, "-1"));
    Link before = links.get(number);
    if (number < 1 || number >= rank.count() || before != null) {
      throw new ConfigException(
          "Two processes are rank %d: %s and %s. Give each process of the training a rank of its own, 0 to %d"
              .formatted(
                  number,
                  before == null ? "rank 0" : before.peer(),
                  link.peer(),
                  rank.count() - 1));
    }
    links.put(number, link);
  }

  private static LostRankException missing(Rank rank, Map<Integer, Link> links) {
    List<Integer> missing =
        IntStream.range(1, rank.count()).filter(i -> !links.containsKey(i)).boxed().toList();
    return new LostRankException(
        "Of %d ranks %s did not come to %s:%d within %d s: rank %s. Start them, see what they say, or wait longer with --rank-timeout%s"
            .formatted(
                rank.count(),
                missing.size() == 1 ? "one" : Integer.toString(missing.size()),
                rank.host(),
                rank.port(),
                rank.timeout().toSeconds(),
                missing.stream().map(String::valueOf).reduce((a, b) -> a + ", " + b).orElse(""),
                Objects.requireNonNull(rank.rendezvous()).isHereAlone() ? HERE_ALONE : ""),
        null);
  }

  private static void refuse(Link link, String reason, boolean isLost) {
    try {
      link.fail(new Link.End(reason, isLost));
    } catch (IOException e) {
      // It is gone already.
    }
    link.close();
  }

  /** Another rank: calls rank 0 until it answers. */
  static Link call(Rank rank, Map<String, String> facts) {
    return call(rank, facts, rank.timeout().toMillis());
  }

  private static Link call(Rank rank, Map<String, String> facts, long milliseconds) {
    Map<String, String> told = new LinkedHashMap<>(facts);
    told.put(RANK, Integer.toString(rank.rank()));
    told.put(WHO, who());
    String where = rank.host() + ":" + rank.port();
    Socket socket = connected(rank, where, milliseconds);
    try {
      Link link = new Link(socket, "Rank 0 (" + where + ")", patience(rank));
      link.greet(MAGIC);
      if (link.greeting() != MAGIC) {
        link.close();
        throw new ConfigException(
            "--rendezvous: what answers at "
                + where
                + " is no rank 0, or one of another version of this library");
      }
      link.send(JSON.writeValueAsString(told));
      return link;
    } catch (IOException e) {
      throw new ConfigException(
          "--rendezvous: what answers at "
              + where
              + " is no rank 0 that waits for ranks: "
              + Reason.of(e)
              + ". Check the address, and what rank 0 says",
          e);
    }
  }

  /**
   * Who is waited for beside it may keep rank 0 from a sign of life as long as a greeting takes.
   */
  private static int patience(Rank rank) {
    return (int) Math.min(Integer.MAX_VALUE, rank.timeout().toMillis() + 2 * GREETING);
  }

  private static Socket connected(Rank rank, String where, long milliseconds) {
    long until = System.nanoTime() + 1_000_000 * milliseconds;
    String reason = "no answer";
    boolean isHereAlone = false;
    while (System.nanoTime() < until) {
      Socket socket = new Socket();
      try {
        InetAddress address = InetAddress.getByName(rank.host());
        isHereAlone = address.isLoopbackAddress() && Rendezvous.saysLoopback(rank.host());
        socket.connect(new InetSocketAddress(address, rank.port()), GREETING);
        return socket;
      } catch (UnknownHostException e) {
        reason = "there is no host of that name";
      } catch (IOException e) {
        reason = Reason.of(e);
      }
      try {
        socket.close();
        Thread.sleep(200);
      } catch (IOException e) {
        // It never was open.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AdapterXException("Interrupted while looking for rank 0", e);
      }
    }
    throw new LostRankException(
        "--rendezvous: %s found no rank 0 at %s within %d s: %s. Start rank 0, check the address (a training that has all its ranks takes no more), or wait longer with --rank-timeout%s"
            .formatted(
                rank, where, rank.timeout().toSeconds(), reason, isHereAlone ? HERE_ALONE : ""),
        null);
  }

  /** Tells the others why this rank will not come. */
  static void excuse(Rank rank, String reason) {
    if (!rank.isFirst()) {
      call(rank, Map.of(FAILED, reason), EXCUSE).close();
      return;
    }
    Rendezvous at = Objects.requireNonNull(rank.rendezvous());
    try {
      at.socket().setSoTimeout(300);
      while (true) {
        Socket socket = at.socket().accept();
        Link link = new Link(socket, "", GREETING);
        if (link.greeting() == MAGIC) {
          link.greet(MAGIC);
          link.receive();
          refuse(link, "Rank 0 cannot train: " + reason, false);
        }
        link.close();
      }
    } catch (IOException e) {
      // Those who were there are told.
    }
  }

  private static String who() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "its machine";
    }
    return "process " + ProcessHandle.current().pid() + " on " + host;
  }
}
