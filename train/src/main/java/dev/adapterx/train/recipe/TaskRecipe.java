package dev.adapterx.train.recipe;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.base.Settings;
import dev.adapterx.dense.segment.Segmentation;
import dev.adapterx.task.ClassHead;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is learned: the keys {@code task} and {@code head}.
 *
 * @param name {@code classification} or {@code segmentation}; absent: what the data are
 * @param head of a classification
 * @param pixels the head of a segmentation
 */
public record TaskRecipe(@Nullable String name, ClassHead.Kind head, PixelRecipe pixels) {
  /** Classes of whole samples. */
  public static final String CLASSIFICATION = "classification";

  /** Classes of pixels. */
  public static final String SEGMENTATION = Segmentation.NAME;

  private static final List<String> NAMES = List.of(CLASSIFICATION, SEGMENTATION);

  public TaskRecipe {
    if (name != null && !NAMES.contains(name)) {
      throw new ConfigException(
          "task: unknown task '"
              + name
              + "'"
              + Names.hint(name, NAMES)
              + " Known: "
              + String.join(", ", NAMES)
              + ".");
    }
  }

  /** What the data are, with its usual head. */
  public static TaskRecipe defaults() {
    return classes(ClassHead.Kind.LINEAR);
  }

  /** A classification with a head, unless the data say otherwise. */
  public static TaskRecipe classes(ClassHead.Kind head) {
    return new TaskRecipe(null, head, PixelRecipe.defaults());
  }

  /** Whether it is certain that pixels are classified. */
  public boolean isSegmentation() {
    return SEGMENTATION.equals(name);
  }

  /** This with a name. */
  public TaskRecipe named(String task) {
    return new TaskRecipe(task, head, pixels);
  }

  /** Reads the two keys. */
  static TaskRecipe read(ObjectNode tree, String place) {
    JsonNode task = tree.path("task");
    JsonNode head = tree.path("head");
    String name = task.isMissingNode() || task.isNull() ? null : task.asString("");
    boolean object = head.isObject();
    String kind = object ? head.path("kind").asString(PixelRecipe.KIND) : head.asString("");
    boolean said = !head.isMissingNode() && !head.isNull();
    boolean pixels = said && kind.equals(PixelRecipe.KIND);
    try {
      if ((pixels && CLASSIFICATION.equals(name))
          || (said && !pixels && SEGMENTATION.equals(name))) {
        throw new ConfigException(
            "head: %s is no head of a %s; it has %s"
                .formatted(
                    head,
                    name,
                    pixels ? "linear and mlp" : "keys such as {kind: pixels, upscale: 2}"));
      }
      if (pixels) {
        ObjectNode keys =
            object ? ((ObjectNode) head).deepCopy() : Settings.json().createObjectNode();
        keys.remove("kind");
        PixelRecipe read = Settings.read(keys, PixelRecipe.defaults(), "head");
        read.form();
        return new TaskRecipe(SEGMENTATION, ClassHead.Kind.LINEAR, read);
      }
      ClassHead.Kind own =
          said
              ? Settings.convert(object ? head.path("kind") : head, ClassHead.Kind.class, "head")
              : ClassHead.Kind.LINEAR;
      return new TaskRecipe(name, own, PixelRecipe.defaults());
    } catch (ConfigException e) {
      throw new ConfigException(place + ": " + e.getMessage(), e);
    }
  }

  /** Writes the two keys; a classification's name is left out, as it always was. */
  void write(ObjectNode tree) {
    if (isSegmentation()) {
      tree.put("task", SEGMENTATION);
      ObjectNode own = Settings.json().createObjectNode().put("kind", PixelRecipe.KIND);
      own.setAll(Settings.tree(pixels));
      tree.set("head", own);
    } else {
      tree.set("head", Settings.json().valueToTree(head));
    }
  }
}
