package dev.adapterx.train.ranks;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The ranks of a training, joined: sums over all of them, and what rank 0 tells the others. All
 * ranks call the same methods in the same order. Every method throws {@link AdapterXException} once
 * a rank has failed, or {@link LostRankException} once one is lost, with the reason, which is the
 * same in all ranks.
 *
 * <p>A group of one does nothing and needs no network.
 */
public final class RankGroup implements AutoCloseable {
  private static final int BEAT_MILLISECONDS = 1000;
  private static final int LEAST_SILENCE = 3 * BEAT_MILLISECONDS;
  private static final int POLL_MILLISECONDS = 100;
  private static final int REASON_MILLISECONDS = 3000;

  private final Rank rank;
  private final List<Link> links;
  private final AtomicReference<Link.End> failure = new AtomicReference<>();
  private final ExecutorService collectives;
  private final ExecutorService beats;
  private final AtomicLong waits = new AtomicLong();
  private @Nullable Gloo gloo;
  private volatile boolean stuck;
  private volatile boolean over;

  private RankGroup(Rank rank, List<Link> links) {
    this.rank = rank;
    this.links = List.copyOf(links);
    this.collectives = Executors.newSingleThreadExecutor(work -> daemon("adapterx-gloo", work));
    this.beats = Executors.newSingleThreadExecutor(work -> daemon("adapterx-rank-beat", work));
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** A training in one process. */
  public static RankGroup alone() {
    return new RankGroup(Rank.alone(), List.of());
  }

  /**
   * Waits until all ranks have come and agree; call it when everything is loaded.
   *
   * @param facts what must be the same in all of them, by the name a message gives it
   * @throws ConfigException when a rank comes twice or has other facts
   * @throws LostRankException when a rank does not come
   */
  public static RankGroup join(Rank rank, Map<String, String> facts) {
    if (rank.isAlone()) {
      return alone();
    }
    if (!rank.meets()) {
      throw new IllegalStateException("A Rank is for one training; make another");
    }
    Map<String, String> compared = new LinkedHashMap<>();
    compared.put(Meeting.COUNT, Integer.toString(rank.count()));
    compared.put("the library's version", rank.version());
    compared.putAll(facts);
    List<Link> links =
        rank.isFirst() ? Meeting.host(rank, compared) : List.of(Meeting.call(rank, compared));
    RankGroup group = new RankGroup(rank, links);
    try {
      group.connect();
      return group;
    } catch (RuntimeException e) {
      group.fail(Reason.of(e), e instanceof LostRankException);
      group.close();
      throw e;
    }
  }

  /**
   * For a rank that cannot join: the others learn why, instead of waiting for it. Does nothing once
   * it has met them.
   */
  public static void excuse(Rank rank, String reason) {
    if (rank.isAlone() || !rank.meets()) {
      return;
    }
    try {
      Meeting.excuse(rank, reason);
    } catch (AdapterXException e) {
      // There is no one to be told; the reason itself is on its way to the user.
    }
    Rendezvous at = rank.rendezvous();
    if (at != null) {
      at.close();
    }
  }

  private void connect() {
    long wait = rank.timeout().toMillis();
    if (rank.isFirst()) { // the others may still wait for one that rank 0 has to greet
      links.forEach(link -> link.silence((int) Math.max(wait, LEAST_SILENCE)));
    }
    links.forEach(link -> link.read(this::failed));
    beats.execute(this::beats);
    if (rank.isFirst()) {
      InetAddress own = own();
      TCPStore[] store = new TCPStore[1];
      together(
          () -> {
            store[0] = Gloo.store(text(own), wait);
            tell(text(own) + " " + Gloo.port(store[0]));
            gloo = Gloo.connect(store[0], 0, rank.count(), text(own));
          });
    } else {
      String[] at = told().split(" ", -1);
      together(
          () -> {
            TCPStore store = Gloo.store(at[0], Integer.parseInt(at[1]), wait);
            InetAddress own = own();
            String address = own.isLoopbackAddress() ? at[0] : text(own); // on rank 0's machine
            gloo = Gloo.connect(store, rank.rank(), rank.count(), address);
          });
    }
    links.forEach(link -> link.silence((int) Math.max(wait, LEAST_SILENCE)));
  }

  /**
   * The address of this machine that the others reach. Ranks on rank 0's machine may have called it
   * by its loopback, which is of no use to those on others.
   */
  private InetAddress own() {
    List<InetAddress> all = links.stream().map(link -> link.socket().getLocalAddress()).toList();
    return all.stream().filter(a -> !a.isLoopbackAddress()).findFirst().orElse(all.get(0));
  }

  private static String text(InetAddress address) {
    return address.getHostAddress().replaceAll("%.*", "");
  }

  private void beats() {
    List<Long> before = List.of();
    long since = System.nanoTime();
    try {
      while (!over) {
        TimeUnit.MILLISECONDS.sleep(BEAT_MILLISECONDS);
        long own = waits.get();
        links.forEach(link -> beat(link, own));
        if (rank.isFirst()) {
          List<Long> now = new ArrayList<>(List.of(own));
          links.forEach(link -> now.add(link.waits()));
          if (!now.equals(before) || now.stream().anyMatch(RankGroup::computes)) {
            before = now;
            since = System.nanoTime();
          } else if (System.nanoTime() - since > rank.timeout().toNanos()) {
            failed(blocked());
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is closed
    }
  }

  /** Waits are counted when they begin and when they end. */
  private static boolean computes(long waits) {
    return waits % 2 == 0;
  }

  /** All live and wait, and nothing arrives. */
  private Link.End blocked() {
    return new Link.End(
        "All ranks have waited for each other for %d s, and each of them lives: the network between two of them is down or blocked (ranks connect to each other on free ports; see what a firewall drops), or it needs longer than that for one sum: then raise --rank-timeout"
            .formatted(rank.timeout().toSeconds()),
        true);
  }

  private static void beat(Link link, long waits) {
    try {
      link.beat(waits);
    } catch (IOException e) {
      // Its reader says what is wrong.
    }
  }

  /** The first reason counts, and rank 0 passes it on. */
  private void failed(Link.End end) {
    if (over || !failure.compareAndSet(null, end)) {
      return;
    }
    if (rank.isFirst()) {
      links.forEach(link -> sendFailure(link, end));
    }
  }

  private static void sendFailure(Link link, Link.End end) {
    try {
      link.fail(end);
    } catch (IOException e) {
      // It is gone already.
    }
  }

  /** Number of ranks. */
  public int count() {
    return rank.count();
  }

  /** This rank's number, from 0. */
  public int rank() {
    return rank.rank();
  }

  /** Whether it is rank 0, which alone writes. */
  public boolean isFirst() {
    return rank.isFirst();
  }

  /** Whether there are no others. */
  public boolean isAlone() {
    return rank.isAlone();
  }

  /** Replaces a tensor by the sum over all ranks: the same bytes in all of them. */
  public void sum(Tensor tensor) {
    onHost(tensor, host -> connected().sum(host));
  }

  /** Replaces a tensor by rank 0's. */
  public void broadcast(Tensor tensor) {
    onHost(tensor, host -> connected().broadcast(host));
  }

  private interface Collective {
    void on(Tensor host);
  }

  private void onHost(Tensor tensor, Collective work) {
    if (rank.isAlone() || tensor.numel() == 0) {
      return;
    }
    if (tensor.is_cpu()) {
      together(() -> work.on(tensor));
      return;
    }
    try (Tensor host = tensor.cpu()) {
      together(() -> work.on(host));
      tensor.copy_(host);
    }
  }

  private Gloo connected() {
    if (gloo == null) {
      throw new IllegalStateException("These ranks are not connected");
    }
    return gloo;
  }

  /** Runs a collective operation on its own thread, so that a lost rank ends the waiting. */
  private void together(Runnable work) {
    requireAll();
    waits.incrementAndGet();
    Future<?> done = collectives.submit(work);
    stuck = true;
    try {
      while (true) {
        try {
          done.get(POLL_MILLISECONDS, TimeUnit.MILLISECONDS);
          stuck = false;
          return;
        } catch (TimeoutException e) {
          requireAll();
        }
      }
    } catch (ExecutionException e) {
      stuck = false;
      throw lost(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AdapterXException("Interrupted while waiting for the other ranks", e);
    } finally {
      waits.incrementAndGet();
    }
  }

  /** A broken connection: the reason arrives by the links at about the same time. */
  private AdapterXException lost(@Nullable Throwable cause) {
    for (int waited = 0; waited < REASON_MILLISECONDS; waited += POLL_MILLISECONDS) {
      requireAll();
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    String text = Reason.of(cause);
    return new LostRankException(
        "The connection between the ranks broke: " + text.lines().findFirst().orElse(""), cause);
  }

  /** Rank 0 tells all others something. */
  public void tell(String text) {
    for (Link link : links) {
      try {
        link.send(text);
      } catch (IOException e) {
        throw lost(e);
      }
    }
  }

  /** What rank 0 tells. */
  public String told() {
    return next(links.get(0));
  }

  /** Another rank reports something to rank 0. */
  public void report(String text) {
    tell(text);
  }

  /** What ranks 1, 2, … report, in this order. */
  public List<String> reports() {
    List<String> all = new ArrayList<>();
    for (Link link : links) {
      all.add(next(link));
    }
    return all;
  }

  private String next(Link link) {
    waits.incrementAndGet();
    try {
      while (true) {
        String text = link.texts().poll(POLL_MILLISECONDS, TimeUnit.MILLISECONDS);
        if (text != null) {
          return text;
        }
        requireAll();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AdapterXException("Interrupted while waiting for another rank", e);
    } finally {
      waits.incrementAndGet();
    }
  }

  /**
   * Checks that no rank is known to be lost.
   *
   * @throws AdapterXException with the reason
   */
  public void requireAll() {
    Link.End end = failure.get();
    if (end != null) {
      throw end.exception();
    }
  }

  /** Runs this rank's part; when it ends by an error, all others end with the same message. */
  public <T> T guard(Supplier<T> part) {
    try {
      return part.get();
    } catch (RuntimeException | Error e) {
      fail(Reason.of(e), e instanceof LostRankException);
      throw e;
    }
  }

  /** This rank ends by an error: all others end with the same message. */
  private void fail(String reason, boolean isLost) {
    Link.End end = new Link.End(reason, isLost);
    if (over || !failure.compareAndSet(null, end)) {
      return;
    }
    String told = rank.isFirst() ? reason : "Rank " + rank.rank() + ": " + reason;
    links.forEach(link -> sendFailure(link, new Link.End(told, isLost)));
  }

  /** In rank 0: the others are no longer needed, and may leave. */
  public void release() {
    over = true;
  }

  /** Leaves; without {@link #fail}, all is done. */
  @Override
  public void close() {
    boolean failed = failure.get() != null;
    over = true; // what happens to the others now is no failure
    beats.shutdownNow();
    for (Link link : links) {
      try {
        if (!failed) {
          link.bye();
        }
      } catch (IOException e) {
        // It is gone already.
      }
    }
    if (gloo != null && !stuck) { // else a thread still waits in it, and its end is the process's
      gloo.close();
    }
    collectives.shutdown();
    links.forEach(Link::close);
    Rendezvous at = rank.rendezvous();
    if (at != null) {
      at.close();
    }
  }
}
