package dev.adapterx.train.loop;

import dev.adapterx.hub.FetchListener;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** Receives progress events of a run and of its downloads; every method does nothing by default. */
public interface RunListener extends FetchListener {
  /** Ignores all events. */
  RunListener NONE = new RunListener() {};

  /** Logs through SLF4J: facts and epochs at level info, what the user should know as warnings. */
  static RunListener log() {
    return new LoggingListener(LoggerFactory.getLogger("dev.adapterx.run"));
  }

  /**
   * Everything is loaded; training is about to start.
   *
   * @param header description of the run, at most six lines by name
   * @param batch samples of an optimiser step
   * @param noun for samples: images or clouds
   */
  default void started(Map<String, String> header, int batch, String noun) {}

  /** An optimiser step is done. */
  default void stepped(int epoch, int epochs, int step, int steps, double loss) {}

  /** An epoch is done and its checkpoint written. */
  default void epochDone(int epoch, int epochs, Map<String, Object> metrics) {}

  /**
   * Called between any two batches, on the training thread: true ends the run cleanly, with a
   * {@link StoppedException} once everything done is saved. Once true, it must stay true.
   */
  default boolean wantsStop() {
    return false;
  }

  /** Something the user should know. */
  @Override
  default void warned(String message) {}
}
