package dev.adapterx.cli.terminal;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;

/**
 * A stop requested by Ctrl-C or SIGTERM: training polls it between steps, saves, and prints how to
 * resume; only then the process ends. Commands that never poll it end at once, as they have nothing
 * to save.
 */
public final class Stop {
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean wanted;
  private volatile boolean heeded;
  private volatile String said = "stopping after this step; what is done is saved (not by kill -9)";

  /** Whether the caller should stop. */
  public boolean isWanted() {
    heeded = true;
    return wanted;
  }

  /** For work that does not save: the message to print. */
  public boolean isWanted(String ending) {
    said = ending;
    return isWanted();
  }

  /** Requests the stop, and waits for it if the command polls. */
  public void want(PrintWriter err) {
    wanted = true;
    if (heeded && over.getCount() > 0) {
      err.println();
      err.println("adapterx: " + said);
      err.flush();
      try {
        over.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Signals that everything is saved and printed. */
  public void over() {
    over.countDown();
  }
}
