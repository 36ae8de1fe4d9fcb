package dev.adapterx.cli.terminal;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;

/**
 * Ctrl-C and SIGTERM as a wish: who trains asks for it between steps, saves, and says how to go on;
 * only then the process ends. Commands that never ask end at once, as they have nothing to save.
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

  /** The same of what ends in another way than by saving: what is said then. */
  public boolean isWanted(String ending) {
    said = ending;
    return isWanted();
  }

  /** Wishes the end, and waits for it where it is heeded. */
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

  /** Everything is saved and said. */
  public void over() {
    over.countDown();
  }
}
