package dev.adapterx.serve.task;

import java.util.Map;
import java.util.Optional;

/** What one adapter says of one sample. */
public interface TaskAnswer {
  /**
   * A file that is the whole answer.
   *
   * @param type such as {@code image/png}
   */
  @SuppressWarnings("ArrayRecordComponent") // on its way to the client; never compared
  record Body(String type, byte[] content) {}

  /**
   * As JSON; keys in their order.
   *
   * @throws dev.adapterx.base.AdapterXException when the model gave no numbers
   */
  Map<String, Object> json(Wishes wishes);

  /** The answer as a file, where the wishes are for one and the task has one. */
  default Optional<Body> body(Wishes wishes) {
    return Optional.empty();
  }
}
