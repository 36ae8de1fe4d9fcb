package dev.adapterx.task;

import dev.adapterx.base.Registry;
import tools.jackson.databind.JsonNode;

/**
 * Reads tasks of one name from adapter files. Found on the class path by {@link
 * java.util.ServiceLoader}: a jar with a task of its own lists its kind in {@code
 * META-INF/services/dev.adapterx.task.TaskKind}.
 */
public interface TaskKind {
  /** The name of its tasks, {@link Task#name}. */
  String name();

  /**
   * The task that was written.
   *
   * @throws dev.adapterx.base.ConfigException naming what is missing or wrong
   */
  Task<?, ?> read(JsonNode config);

  /** All kinds on the class path. */
  static Registry<TaskKind> all() {
    return Registry.of(TaskKind.class, "task", TaskKind::name);
  }
}
