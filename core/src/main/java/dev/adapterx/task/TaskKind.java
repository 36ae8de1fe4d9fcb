package dev.adapterx.task;

import dev.adapterx.base.Registry;
import tools.jackson.databind.JsonNode;

/**
 * Reads tasks of one name from adapter files. Found on the class path by {@link
 * java.util.ServiceLoader}: a jar that adds a task lists its kind in {@code
 * META-INF/services/dev.adapterx.task.TaskKind}.
 */
public interface TaskKind {
  /** The name of its tasks, {@link Task#name}. */
  String name();

  /**
   * Reads the task written by {@link Task#write}.
   *
   * @throws dev.adapterx.base.ConfigException naming the missing or wrong key
   */
  Task<?, ?> read(JsonNode config);

  /** All kinds on the class path. */
  static Registry<TaskKind> all() {
    return Registry.of(TaskKind.class, "task", TaskKind::name);
  }
}
