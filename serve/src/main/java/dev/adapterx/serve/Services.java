package dev.adapterx.serve;

import dev.adapterx.base.Registry;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.serve.task.ServedTask;
import dev.adapterx.serve.task.TaskService;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How the tasks of adapters are served over one backbone. */
final class Services {
  private final Backbone backbone;
  private final Registry<ServedTask> all = ServedTask.all();
  private final Map<String, TaskService<?>> opened = new ConcurrentHashMap<>();

  Services(Backbone backbone) {
    this.backbone = backbone;
  }

  /**
   * Of a model's task.
   *
   * @throws ServeException 501 when it is not served
   */
  TaskService<?> of(String adapter, AdaptedModel model) {
    String task = model.task().name();
    if (!all.names().contains(task)) {
      throw new ServeException(
          501,
          "The adapter '%s' is of the task %s, which is not served; served are %s"
              .formatted(adapter, task, String.join(", ", all.names())));
    }
    return opened.computeIfAbsent(task, name -> all.get(name, "task").over(backbone));
  }
}
