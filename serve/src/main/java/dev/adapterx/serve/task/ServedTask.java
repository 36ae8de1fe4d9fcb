package dev.adapterx.serve.task;

import dev.adapterx.base.Registry;
import dev.adapterx.model.Backbone;

/**
 * Serves the adapters of one task. Found on the class path by {@link java.util.ServiceLoader}: a
 * jar that adds one lists its class in {@code
 * META-INF/services/dev.adapterx.serve.task.ServedTask}.
 */
public interface ServedTask {
  /** The task's name, {@link dev.adapterx.task.Task#name}. */
  String name();

  /** For one backbone; asked once by a server, when the first adapter of the task is used. */
  TaskService<?> over(Backbone backbone);

  /** All tasks on the class path that are served. */
  static Registry<ServedTask> all() {
    return Registry.of(ServedTask.class, "task", ServedTask::name);
  }
}
