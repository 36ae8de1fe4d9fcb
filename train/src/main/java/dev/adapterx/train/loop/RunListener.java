package dev.adapterx.train.loop;

import dev.adapterx.hub.FetchListener;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** Hears how a run goes, and of what is fetched for it; every method by default does nothing. */
public interface RunListener extends FetchListener {
  /** Hears nothing. */
  RunListener NONE = new RunListener() {};

  /** Logs through SLF4J: facts and epochs as information, what the user should know as warnings. */
  static RunListener log() {
    return new LoggingListener(LoggerFactory.getLogger("dev.adapterx.run"));
  }

  /**
   * Everything is open, nothing trained yet.
   *
   * @param header what is trained on what, as at most six lines to show by their names
   * @param batch samples of an optimiser step
   * @param noun what samples are called: images or clouds
   */
  default void started(Map<String, String> header, int batch, String noun) {}

  /** An optimiser step is done. */
  default void stepped(int epoch, int epochs, int step, int steps, double loss) {}

  /** An epoch is done and its checkpoint written. */
  default void epochDone(int epoch, int epochs, Map<String, Object> metrics) {}

  /**
   * Asked between any two batches, on the training's thread: true ends the run in order, with a
   * {@link StoppedException} once everything done is saved. An answer given once is to be kept.
   */
  default boolean wantsStop() {
    return false;
  }

  /** Something the user should know. */
  @Override
  default void warned(String message) {}
}
