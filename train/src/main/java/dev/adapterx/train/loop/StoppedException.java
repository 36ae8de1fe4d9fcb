package dev.adapterx.train.loop;

import dev.adapterx.base.AdapterXException;
import java.nio.file.Path;

/**
 * A run ended because its listener requested it ({@link RunListener#wantsStop()}). Everything done
 * is saved; a resumed run gives the same bytes as one that was never stopped.
 */
public final class StoppedException extends AdapterXException {
  private static final long serialVersionUID = 1;

  private final transient Path run;

  public StoppedException(String where, Path run) {
    super("Stopped " + where + "; all that was done is saved in " + run);
    this.run = run;
  }

  private StoppedException(StoppedException one, Path whole) {
    super(String.valueOf(one.getMessage()), one);
    this.run = whole;
  }

  /** This, of a run that is one of several: what goes on is the folder of them all. */
  public StoppedException within(Path whole) {
    return new StoppedException(this, whole);
  }

  /** The run's folder. */
  public Path run() {
    return run;
  }
}
