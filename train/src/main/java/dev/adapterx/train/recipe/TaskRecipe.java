package dev.adapterx.train.recipe;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.base.Settings;
import dev.adapterx.task.ClassHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is learned: the keys {@code task} and {@code head}, and the task's own section of {@code
 * data}.
 *
 * @param name absent: what the data are
 * @param head of a classification
 * @param own of any other task that is certain
 */
public record TaskRecipe(@Nullable String name, ClassHead.Kind head, @Nullable Own own) {
  /** Classes of whole samples. */
  public static final String CLASSIFICATION = "classification";

  /**
   * What is said of a task beside classification.
   *
   * @param kind of its head
   * @param head its keys, of the type of {@link TaskKeys#heads}
   * @param data the keys of its section, of the type of {@link TaskKeys#dataDefaults}
   */
  public record Own(TaskKeys task, String kind, Record head, Record data) {
    /** With every default. */
    public static Own of(TaskKeys task) {
      String kind = task.heads().keySet().iterator().next();
      return new Own(task, kind, head(task, kind), task.dataDefaults());
    }

    private static Record head(TaskKeys task, String kind) {
      return Objects.requireNonNull(task.heads().get(kind));
    }
  }

  /** What the data are, with its usual head. */
  public static TaskRecipe defaults() {
    return classes(ClassHead.Kind.LINEAR);
  }

  /** A classification with a head, unless the data say otherwise. */
  public static TaskRecipe classes(ClassHead.Kind head) {
    return new TaskRecipe(null, head, null);
  }

  /** A task of which all is said. */
  public static TaskRecipe of(Own own) {
    return new TaskRecipe(own.task().name(), ClassHead.Kind.LINEAR, own);
  }

  /**
   * This with its task named; what was said of another task is dropped.
   *
   * @throws ConfigException when there is no such task
   */
  public TaskRecipe named(String task) {
    if (task.equals(CLASSIFICATION)) {
      return new TaskRecipe(task, head, null);
    }
    return own != null && own.task().name().equals(task)
        ? this
        : of(Own.of(known(task, "task").orElseThrow()));
  }

  /** The task of a name; empty for a classification. */
  private static Optional<TaskKeys> known(String name, String place) {
    if (name.equals(CLASSIFICATION)) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>(List.of(CLASSIFICATION));
    names.addAll(TaskKeys.all().names());
    if (!names.contains(name)) {
      throw new ConfigException(
          "%s: unknown task '%s'%s Known: %s."
              .formatted(place, name, Names.hint(name, names), String.join(", ", names)));
    }
    return Optional.of(TaskKeys.all().get(name, place));
  }

  /** Reads the two keys and the sections of {@code data} that are tasks' own. */
  public static TaskRecipe read(ObjectNode tree, String place) {
    JsonNode task = tree.path("task");
    String name = isAbsent(task) ? null : task.asString("");
    try {
      JsonNode head = tree.path("head");
      String kind = (head.isObject() ? head.path("kind") : head).asString("");
      TaskKeys named = name == null ? null : known(name, "task").orElse(null);
      TaskKeys ofHead =
          isAbsent(head)
              ? null
              : TaskKeys.all().all().stream()
                  .filter(t -> t.heads().containsKey(kind))
                  .findFirst()
                  .orElse(null);
      requireHead(name, named, head, kind, ofHead);
      TaskKeys certain = named != null ? named : ofHead;
      if (certain == null && name == null) {
        certain = ofSection(tree);
      }
      requireOwnSections(tree, certain, name);
      if (certain == null) {
        return new TaskRecipe(name, classHead(head), null);
      }
      Own own = Own.of(certain);
      JsonNode section = tree.path("data").path(certain.dataKey());
      Record data =
          isAbsent(section)
              ? own.data()
              : Settings.read(section, own.data(), "data." + certain.dataKey());
      String chosen = kind.isEmpty() ? own.kind() : kind;
      return of(new Own(certain, chosen, head(certain, chosen, head), data));
    } catch (ConfigException e) {
      throw new ConfigException(place + ": " + e.getMessage(), e);
    }
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static ClassHead.Kind classHead(JsonNode head) {
    return isAbsent(head)
        ? ClassHead.Kind.LINEAR
        : Settings.convert(
            head.isObject() ? head.path("kind") : head, ClassHead.Kind.class, "head");
  }

  private static Record head(TaskKeys task, String kind, JsonNode said) {
    Record defaults = Objects.requireNonNull(task.heads().get(kind));
    if (!said.isObject()) {
      return defaults;
    }
    ObjectNode keys = ((ObjectNode) said).deepCopy();
    keys.remove("kind");
    return Settings.read(keys, defaults, "head");
  }

  /** A head that says no kind has its task's usual one; any other must be the task's. */
  private static void requireHead(
      @Nullable String name,
      @Nullable TaskKeys named,
      JsonNode head,
      String kind,
      @Nullable TaskKeys ofHead) {
    if (name == null || isAbsent(head) || Objects.equals(named, ofHead) || same(named, ofHead)) {
      return;
    }
    if (named != null && kind.isEmpty() && head.isObject()) {
      return;
    }
    throw new ConfigException(
        "head: %s is no head of a %s; it has %s"
            .formatted(
                head,
                name,
                named == null
                    ? "linear and mlp"
                    : "keys such as {kind: %s, …}"
                        .formatted(String.join(" or ", named.heads().keySet()))));
  }

  private static boolean same(@Nullable TaskKeys a, @Nullable TaskKeys b) {
    return a != null && b != null && a.name().equals(b.name());
  }

  /** The task whose section says something; a section of defaults says nothing. */
  private static @Nullable TaskKeys ofSection(ObjectNode tree) {
    return TaskKeys.all().all().stream()
        .filter(task -> says(tree.path("data").path(task.dataKey()), task))
        .findFirst()
        .orElse(null);
  }

  private static boolean says(JsonNode section, TaskKeys task) {
    return !isAbsent(section)
        && !Settings.read(section, task.dataDefaults(), "data." + task.dataKey())
            .equals(task.dataDefaults());
  }

  private static void requireOwnSections(
      ObjectNode tree, @Nullable TaskKeys task, @Nullable String name) {
    for (TaskKeys other : TaskKeys.all().all()) {
      if (!same(other, task) && says(tree.path("data").path(other.dataKey()), other)) {
        throw new ConfigException(
            "data.%s is for the task %s; the task is %s"
                .formatted(
                    other.dataKey(),
                    other.name(),
                    task != null ? task.name() : String.valueOf(name)));
      }
    }
  }

  /** Writes all of it; a classification's name is left out, as it always was. */
  void write(ObjectNode tree, ObjectNode data) {
    if (own == null) {
      tree.set("head", Settings.json().valueToTree(head));
      return;
    }
    tree.put("task", own.task().name());
    ObjectNode keys = Settings.json().createObjectNode().put("kind", own.kind());
    keys.setAll(Settings.tree(own.head()));
    tree.set("head", keys);
    data.set(own.task().dataKey(), Settings.tree(own.data()));
  }
}
