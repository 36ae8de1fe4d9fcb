package dev.adapterx.train.loop;

import dev.adapterx.base.AdapterXException;
import java.nio.file.Path;

/**
 * A run ended because its listener wanted it to ({@link RunListener#wantsStop()}). Everything done
 * is saved; resuming goes on to the bytes of a run that was never stopped.
 */
public final class StoppedException extends AdapterXException {
  private static final long serialVersionUID = 1;

  private final transient Path run;

  public StoppedException(String where, Path run) {
    super("Stopped " + where + "; all that was done is saved in " + run);
    this.run = run;
  }

  /** The run's folder. */
  public Path run() {
    return run;
  }
}
