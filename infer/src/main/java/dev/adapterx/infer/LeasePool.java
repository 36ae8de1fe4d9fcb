package dev.adapterx.infer;

import dev.adapterx.base.ConfigException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Values by name, loaded on first use and shared by all leases. Values that are not in use may be
 * unloaded to free memory, the least recently leased first; a value that is unloaded, replaced or
 * closed while it is in use is freed with its last lease. Thread-safe: concurrent leases load a
 * value once, and loading one does not block another.
 *
 * @param <V> holds memory that has to be freed
 */
final class LeasePool<V> {
  /** Where values come from. */
  interface Source<V> {
    /**
     * What changes when a value's file does.
     *
     * @throws RuntimeException when there is no such value
     */
    Object version(String name);

    /** Loads a value. */
    Loaded<V> load(String name);
  }

  /**
   * A value and what it holds.
   *
   * @param bytes of memory
   * @param free called once, when the value is no longer in use
   */
  record Loaded<V>(V value, long bytes, Runnable free) {}

  /** A value in use until it is closed. */
  final class Held implements AutoCloseable {
    private final Entry<V> entry;
    private final V value;
    private final AtomicBoolean ended = new AtomicBoolean();

    private Held(Entry<V> entry, V value) {
      this.entry = entry;
      this.value = value;
    }

    V value() {
      if (ended.get()) {
        throw new IllegalStateException("The lease of '" + entry.name + "' has ended");
      }
      return value;
    }

    @Override
    public void close() {
      if (!ended.getAndSet(true)) {
        release(entry);
      }
    }
  }

  /** All fields but the first three are guarded by the pool. */
  private static final class Entry<V> {
    private final String name;
    private final Object version;
    private final CompletableFuture<V> loading = new CompletableFuture<>();
    private @Nullable Loaded<V> loaded;
    private int leases;
    private boolean retired;

    private Entry(String name, Object version) {
      this.name = name;
      this.version = version;
    }
  }

  private final Source<V> source;
  private final long budget;
  private final Map<String, Entry<V>> entries = new LinkedHashMap<>(16, 0.75f, true); // by use
  private final Set<String> pinned = new HashSet<>();
  private long bytes;
  private long hits;
  private long loads;
  private long reloads;
  private long evictions;
  private long failures;
  private boolean closed;

  /**
   * @param budget bytes that all values together may hold. What is in use is never given up, so
   *     values in use at the same time may hold more for that time
   */
  LeasePool(Source<V> source, long budget) {
    this.source = source;
    this.budget = budget;
  }

  /**
   * A value, loaded where it is not or its file has changed.
   *
   * @throws ConfigException when it alone holds more than the budget
   * @throws IllegalStateException when the pool is closed
   */
  Held lease(String name) {
    Entry<V> entry;
    boolean first;
    Object version = version(name);
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("The adapters are closed");
      }
      Entry<V> known = entries.get(name);
      if (known != null && !known.version.equals(version)) {
        retire(known);
        reloads++;
        known = null;
      }
      first = known == null;
      entry = known == null ? new Entry<>(name, version) : known;
      entries.put(name, entry);
      entry.leases++;
      hits += first ? 0 : 1;
    }
    if (first) {
      load(entry);
    }
    try {
      return new Held(entry, entry.loading.join());
    } catch (CompletionException e) {
      release(entry);
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }

  private Object version(String name) {
    try {
      return source.version(name);
    } catch (RuntimeException e) {
      unload(name); // its file is gone, so it is not to be had any more
      throw e;
    }
  }

  private void load(Entry<V> entry) {
    try {
      Loaded<V> loaded = source.load(entry.name);
      if (loaded.bytes > budget) {
        loaded.free.run();
        throw new ConfigException(
            "The adapter '%s' takes %,d bytes, more than the %,d that all adapters together may hold; raise that limit"
                .formatted(entry.name, loaded.bytes, budget));
      }
      synchronized (this) {
        entry.loaded = loaded;
        bytes += loaded.bytes;
        loads++;
        evict();
      }
      entry.loading.complete(loaded.value);
    } catch (Throwable e) { // rethrown in all waiting threads
      synchronized (this) {
        failures++;
        entry.retired = true;
        entries.remove(entry.name, entry);
      }
      entry.loading.completeExceptionally(e);
    }
  }

  private synchronized void release(Entry<V> entry) {
    entry.leases--;
    freeUnused(entry);
    evict();
  }

  /** Gives an entry up: no new lease gets it. */
  private void retire(Entry<V> entry) {
    entry.retired = true;
    entries.remove(entry.name, entry);
    freeUnused(entry);
  }

  private void freeUnused(Entry<V> entry) {
    Loaded<V> loaded = entry.loaded;
    if (entry.retired && entry.leases == 0 && loaded != null) {
      entry.loaded = null;
      loaded.free.run();
      bytes -= loaded.bytes;
    }
  }

  /** Down to the budget, the least recently used first, as far as that is possible now. */
  private void evict() {
    Iterator<Entry<V>> oldest = List.copyOf(entries.values()).iterator();
    while (bytes > budget && oldest.hasNext()) {
      Entry<V> entry = oldest.next();
      if (entry.leases == 0 && !pinned.contains(entry.name)) {
        retire(entry);
        evictions++;
      }
    }
  }

  /**
   * Keeps a value loaded until it is {@link #unpin unpinned} or {@link #unload unloaded}.
   *
   * @throws ConfigException when all that is pinned would hold more than the budget
   */
  void pin(String name) {
    try (Held held = lease(name)) {
      synchronized (this) {
        pinned.add(name);
        long kept = 0;
        for (Entry<V> entry : entries.values()) {
          Loaded<V> loaded = entry.loaded;
          kept += loaded != null && pinned.contains(entry.name) ? loaded.bytes : 0;
        }
        if (kept > budget) {
          pinned.remove(name);
          throw new ConfigException(
              "Pinning '%s' would keep %,d bytes of adapters in memory for good, more than the %,d that may be held; unpin others or raise that limit"
                  .formatted(name, kept, budget));
        }
      }
    }
  }

  /** Lets a value be given up again. */
  synchronized void unpin(String name) {
    pinned.remove(name);
    evict();
  }

  /** Gives a value up; the next lease loads it again. Whether it was there. */
  synchronized boolean unload(String name) {
    pinned.remove(name);
    Entry<V> entry = entries.get(name);
    if (entry != null) {
      retire(entry);
    }
    return entry != null;
  }

  /** Gives all up; there are no leases any more. */
  synchronized void close() {
    closed = true;
    List.copyOf(entries.values()).forEach(this::retire);
  }

  /** Bytes that are held, of what was given up but is in use too. */
  synchronized long bytes() {
    return bytes;
  }

  /** What is loaded, the least recently used first. */
  synchronized List<Adapters.Loaded> loaded() {
    List<Adapters.Loaded> all = new ArrayList<>();
    for (Entry<V> entry : entries.values()) {
      Loaded<V> loaded = entry.loaded;
      if (loaded != null) {
        boolean kept = pinned.contains(entry.name);
        all.add(new Adapters.Loaded(entry.name, loaded.bytes, entry.leases, kept));
      }
    }
    return all;
  }

  /** Counts since the beginning. */
  synchronized Adapters.Statistics statistics() {
    return new Adapters.Statistics(hits, loads, reloads, evictions, failures);
  }
}
