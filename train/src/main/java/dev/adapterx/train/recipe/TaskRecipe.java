package dev.adapterx.train.recipe;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.base.Settings;
import dev.adapterx.task.ClassHead;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
        : of(Own.of(known(TaskKeys.all().all(), task).orElseThrow()));
  }

  /** The task of a name among those there are; empty for a classification. */
  private static Optional<TaskKeys> known(List<TaskKeys> tasks, String name) {
    if (name.equals(CLASSIFICATION)) {
      return Optional.empty();
    }
    Optional<TaskKeys> found = tasks.stream().filter(task -> task.name().equals(name)).findFirst();
    if (found.isEmpty()) {
      List<String> names =
          Stream.concat(Stream.of(CLASSIFICATION), tasks.stream().map(TaskKeys::name)).toList();
      throw new ConfigException(
          "task: unknown task '%s'%s Known: %s."
              .formatted(name, Names.hint(name, names), String.join(", ", names)));
    }
    return found;
  }

  /** Reads the two keys and the sections of {@code data} that are tasks' own. */
  public static TaskRecipe read(ObjectNode tree, String place) {
    try {
      return read(tree, TaskKeys.all().all());
    } catch (ConfigException e) {
      throw new ConfigException(place + ": " + e.getMessage(), e);
    }
  }

  private static TaskRecipe read(ObjectNode tree, List<TaskKeys> tasks) {
    JsonNode task = tree.path("task");
    JsonNode head = tree.path("head");
    String name = isAbsent(task) ? null : task.asString("");
    String kind = (head.isObject() ? head.path("kind") : head).asString("");
    TaskKeys named = name == null ? null : known(tasks, name).orElse(null);
    TaskKeys ofHead =
        isAbsent(head) ? null : first(tasks, other -> other.heads().containsKey(kind));
    boolean usualHead = named != null && kind.isEmpty() && head.isObject();
    if (name != null && !isAbsent(head) && named != ofHead && !usualHead) {
      throw noHead(head, name, named);
    }
    TaskKeys certain = named != null ? named : ofHead;
    JsonNode data = tree.path("data");
    if (name == null && certain == null) {
      certain = first(tasks, other -> says(data, other));
    }
    requireOwnSections(data, tasks, certain);
    if (certain == null) {
      return new TaskRecipe(name, classHead(head, name == null ? tasks : List.of()), null);
    }
    Own usual = Own.of(certain);
    String chosen = kind.isEmpty() ? usual.kind() : kind;
    return of(new Own(certain, chosen, head(certain, chosen, head), section(data, certain)));
  }

  private static @Nullable TaskKeys first(List<TaskKeys> tasks, Predicate<TaskKeys> which) {
    return tasks.stream().filter(which).findFirst().orElse(null);
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static ClassHead.Kind classHead(JsonNode head, List<TaskKeys> others) {
    if (isAbsent(head)) {
      return ClassHead.Kind.LINEAR;
    }
    JsonNode kind = head.isObject() ? head.path("kind") : head;
    String said = kind.asString("");
    List<String> own =
        Stream.of(ClassHead.Kind.values()).map(k -> k.name().toLowerCase(Locale.ROOT)).toList();
    if (others.isEmpty() || own.contains(said.toLowerCase(Locale.ROOT))) {
      return Settings.convert(kind, ClassHead.Kind.class, "head");
    }
    List<String> all =
        Stream.concat(own.stream(), others.stream().flatMap(t -> t.heads().keySet().stream()))
            .toList();
    throw new ConfigException(
        "head: expected %s of a classification, or %s; found %s%s"
            .formatted(
                String.join(" or ", own),
                others.stream()
                    .map(
                        task ->
                            "{kind: %s, …} of a %s"
                                .formatted(String.join(" or ", task.heads().keySet()), task.name()))
                    .collect(Collectors.joining(", ")),
                kind.isMissingNode() ? "no kind in " + head : kind,
                Names.hint(said, all)));
  }

  private static Record head(TaskKeys task, String kind, JsonNode said) {
    Record defaults = Own.head(task, kind);
    if (!said.isObject()) {
      return defaults;
    }
    ObjectNode keys = ((ObjectNode) said).deepCopy();
    keys.remove("kind");
    return Settings.read(keys, defaults, "head");
  }

  private static ConfigException noHead(JsonNode head, String name, @Nullable TaskKeys named) {
    return new ConfigException(
        "head: %s is no head of a %s; it has %s%s"
            .formatted(
                head,
                name,
                named == null
                    ? "linear and mlp"
                    : "keys such as {kind: %s, …}"
                        .formatted(String.join(" or ", named.heads().keySet())),
                named == null
                    ? ""
                    : Names.hint(
                        (head.isObject() ? head.path("kind") : head).asString(""),
                        named.heads().keySet())));
  }

  /** A task's section with its defaults. */
  private static Record section(JsonNode data, TaskKeys task) {
    JsonNode section = data.path(task.dataKey());
    return isAbsent(section)
        ? task.dataDefaults()
        : Settings.read(section, task.dataDefaults(), "data." + task.dataKey());
  }

  /** Whether a task's section says anything; one of defaults does not. */
  private static boolean says(JsonNode data, TaskKeys task) {
    return !section(data, task).equals(task.dataDefaults());
  }

  private static void requireOwnSections(
      JsonNode data, List<TaskKeys> tasks, @Nullable TaskKeys task) {
    TaskKeys other = first(tasks, one -> one != task && says(data, one));
    if (other != null) {
      throw new ConfigException(
          "data.%s is for the task %s; the task is %s"
              .formatted(
                  other.dataKey(), other.name(), task == null ? CLASSIFICATION : task.name()));
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
