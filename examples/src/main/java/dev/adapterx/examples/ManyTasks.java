package dev.adapterx.examples;

import dev.adapterx.infer.Predictor;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One backbone in memory and a small adapter for each task: what a server keeps that answers for
 * many customers. Once all tasks are added, any number of threads may ask.
 *
 * <pre>{@code ManyTasks PICTURE TASK=ADAPTER...}</pre>
 */
public final class ManyTasks implements AutoCloseable {
  private final Backbone backbone = Backbones.embedded("embedded", Backbones.Options.defaults());
  private final Map<String, AdaptedModel> tasks = new TreeMap<>();

  /**
   * Loads a task.
   *
   * @throws dev.adapterx.base.CheckpointException when the adapter is damaged, or was trained on
   *     another backbone; the tasks that are there go on
   */
  public void add(String task, Path adapter) {
    tasks.put(task, AdapterFile.read(adapter).attach(backbone));
  }

  /** What a picture shows in the eyes of a task. */
  public Predictor.Guess ask(String task, Path picture) {
    AdaptedModel model = tasks.get(task);
    if (model == null) {
      throw new IllegalArgumentException("no task " + task + "; there are " + tasks.keySet());
    }
    return Predictor.of(model).predict(List.of(picture)).get(0).top().get(0);
  }

  @Override
  public void close() {
    tasks.values().forEach(AdaptedModel::close);
    backbone.close();
  }

  public static void main(String[] args) {
    Path picture = Path.of(args[0]);
    try (ManyTasks server = new ManyTasks()) {
      for (int i = 1; i < args.length; i++) {
        String[] task = args[i].split("=", 2);
        server.add(task[0], Path.of(task[1]));
      }
      System.out.printf("backbone: %,d values, once%n", server.backbone.tensors().elements());
      server.tasks.forEach(
          (task, model) -> {
            Predictor.Guess guess = server.ask(task, picture);
            System.out.printf(
                "%s: %,d values, sees %s (%.0f %%)%n",
                task, model.parameters().stored(), guess.label(), 100 * guess.probability());
          });
    }
  }
}
