package dev.adapterx.serve;

import dev.adapterx.base.DataException;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.serve.task.TaskService;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sample as it waits in the queue, ready for the tasks of the adapters that were asked.
 *
 * @param ready by how its task is served; one for each task
 * @param view what there is to look at; null where that was not asked for
 */
record Prepared(Map<TaskService<?>, Object> ready, @Nullable View view) {
  /** Bytes of memory. */
  long bytes() {
    return ready.keySet().stream().mapToLong(this::bytes).sum();
  }

  private <Q> long bytes(TaskService<Q> service) {
    return service.bytes(of(service));
  }

  /**
   * Makes sure that a model can be asked about this.
   *
   * @param most rows that are computed of one sample
   * @throws ServeException 400 when it cannot say anything of it, 413 when it is too large
   */
  <Q> void requireUsable(TaskService<Q> service, AdaptedModel model, int most) {
    long rows;
    try {
      rows = service.rows(model, of(service));
    } catch (DataException e) {
      throw ServeException.bad(String.valueOf(e.getMessage()));
    }
    if (rows > most) {
      throw new ServeException(
          413,
          "The adapter sees this through about %d windows of its backbone's size, more than the %d that are computed here for one sample; send a part of it, or a smaller one"
              .formatted(rows, most));
    }
  }

  /**
   * For a task.
   *
   * @throws ServeException 503 when it was not made ready for that one
   */
  @SuppressWarnings("unchecked") // the service made it
  <Q> Q of(TaskService<Q> service) {
    Object own = ready.get(service);
    if (own == null) {
      throw new ServeException(503, "An adapter was replaced by one of another task; ask again");
    }
    return (Q) own;
  }
}
