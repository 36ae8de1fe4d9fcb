package dev.adapterx.train.recipe;

import dev.adapterx.base.Registry;
import java.util.List;
import java.util.Map;

/**
 * How recipes name and set a task beside classification: the value of {@code task}, the kinds of
 * {@code head} and a section of {@code data}. Found on the class path by {@link
 * java.util.ServiceLoader}: a jar that adds a task lists it in {@code
 * META-INF/services/dev.adapterx.train.recipe.TaskKeys}. To be trained it is a {@code
 * dev.adapterx.train.input.TrainableTask}.
 */
public interface TaskKeys {
  /** The value of {@code task}, and the name in adapter files. */
  String name();

  /**
   * The kinds of head, {@code head: {kind: KIND, …}}, each with its keys as a record's components
   * and their defaults as its values; the first is the usual one. No two tasks share a kind.
   */
  Map<String, Record> heads();

  /** The name of its section of {@code data}, which no other task has. */
  String dataKey();

  /** The keys of that section with their defaults. */
  Record dataDefaults();

  /** Values of {@code data.augment} that are its own or that it understands. */
  List<String> augmentations();

  /** The samples that {@link #augmentations} are for, in messages: {@code pictures with masks}. */
  String samples();

  /** All on the class path. */
  static Registry<TaskKeys> all() {
    return Registry.of(TaskKeys.class, "task", TaskKeys::name);
  }
}
