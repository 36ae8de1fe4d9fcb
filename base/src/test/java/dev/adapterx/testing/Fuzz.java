package dev.adapterx.testing;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.Rng;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Has a reader read thousands of damaged files: each is read or refused by the exception that the
 * reader documents, within two seconds of computing and without exhausting memory or stack.
 *
 * <p>How many in all, over the tests of all modules: {@code -Dfuzz.mutants=1000000}; which: {@code
 * -Dfuzz.seed=7}. One alone, as a failure names it: {@code -Dfuzz.only=123}.
 */
public final class Fuzz {
  /** What the shares of all tests add up to, about; a plain build runs so many. */
  private static final double TOGETHER = 29_000;

  private static final long MOST_NANOS = 2_000_000_000L;

  /** Counted, not timed: a halt of the whole process must not look like a hang. */
  private static final int HANGS_AFTER_LOOKS = 1200;

  private static final int MILLIS_BETWEEN_LOOKS = 50;
  private static final int MOST_FAILURES = 12;

  private final String name;
  private final Mutants mutants;
  private final long seed = Long.getLong("fuzz.seed", 20);
  private final int first;
  private final int end;
  private final Map<String, Throwable> failures = new LinkedHashMap<>();
  private volatile int current;
  private int read;
  private int refused;

  /** Reads bytes as if they were a file. */
  @FunctionalInterface
  public interface Reader {
    void read(byte[] mutant) throws Exception;
  }

  /** How many were read and how many refused. */
  public record Tally(int read, int refused) {}

  /**
   * Mutants of one file.
   *
   * @param name of the file, for messages and as part of the seed
   * @param share how many mutants a plain build reads
   */
  public Fuzz(String name, byte[] original, int share) {
    this.name = name;
    this.mutants = new Mutants(original, Rng.of(seed, name));
    String wanted = System.getProperty("fuzz.mutants", "");
    double factor = wanted.isBlank() ? 1 : Double.parseDouble(wanted) / TOGETHER;
    int only = Integer.getInteger("fuzz.only", -1);
    this.first = Math.max(only, 0);
    this.end = only >= 0 ? only + 1 : (int) Math.max(1, Math.ceil(share * factor));
  }

  /**
   * Reads them all.
   *
   * @param refusal what the reader may throw
   * @throws AssertionError naming seed and number of the mutants that it did anything else with
   */
  public Tally reading(Class<? extends AdapterXException> refusal, Reader reader) {
    Thread thread = new Thread(() -> all(refusal, reader), "fuzz " + name);
    thread.setDaemon(true);
    thread.start();
    watch(thread);
    if (!failures.isEmpty()) {
      AssertionError error = new AssertionError(String.join("\n", failures.keySet()));
      failures.values().forEach(error::addSuppressed);
      throw error;
    }
    report();
    return new Tally(read, refused);
  }

  private void all(Class<? extends AdapterXException> refusal, Reader reader) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (int i = first; i < end && failures.size() < MOST_FAILURES; i++) {
      byte[] mutant = mutants.at(i);
      current = i;
      long start = threads.getCurrentThreadCpuTime();
      try {
        reader.read(mutant);
        read++;
      } catch (Throwable e) {
        if (refusal.isInstance(e) && e.getMessage() != null && !exhausted(e)) {
          refused++;
        } else {
          fail(i, e);
        }
      }
      long taken = threads.getCurrentThreadCpuTime() - start;
      if (taken > MOST_NANOS && i > first) { // the first one also loads the classes
        fail(i, new IllegalStateException("took " + taken / 1_000_000 + " ms"));
      }
    }
  }

  /** A reader that runs out of memory has believed a size it should have doubted. */
  private static boolean exhausted(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof VirtualMachineError) {
        return true;
      }
    }
    return false;
  }

  /** Failures of one kind are told once. */
  private void fail(int i, Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String kind =
        Stream.of(root.getStackTrace())
            .map(StackTraceElement::toString)
            .filter(frame -> frame.contains("dev.adapterx.") && !frame.contains(".testing."))
            .findFirst()
            .map((root.getClass().getName() + " at ")::concat)
            .orElse(root.toString());
    boolean known = failures.values().stream().anyMatch(f -> kind.equals(f.getMessage()));
    if (!known) {
      failures.put(
          "mutant %d of %s under seed %d: %s".formatted(i, name, seed, e),
          new RuntimeException(kind, e));
    }
  }

  private void watch(Thread thread) {
    try {
      int seen = -1;
      int looks = 0;
      while (thread.isAlive()) {
        thread.join(MILLIS_BETWEEN_LOOKS);
        if (current != seen) {
          seen = current;
          looks = 0;
        } else if (++looks > HANGS_AFTER_LOOKS) {
          AssertionError error =
              new AssertionError(
                  "mutant %d of %s under seed %d never ends".formatted(seen, name, seed));
          error.setStackTrace(thread.getStackTrace());
          throw error;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** For counting what a long run did. */
  private void report() {
    if (!System.getProperty("fuzz.mutants", "").isBlank()) {
      System.out.printf("fuzz %s: %d read, %d refused%n", name, read, refused);
    }
  }
}
