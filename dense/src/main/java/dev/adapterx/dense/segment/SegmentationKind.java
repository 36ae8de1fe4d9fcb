package dev.adapterx.dense.segment;

import dev.adapterx.task.Task;
import dev.adapterx.task.TaskConfig;
import dev.adapterx.task.TaskKind;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads {@link Segmentation}s from adapter files. */
public final class SegmentationKind implements TaskKind {
  @Override
  public String name() {
    return Segmentation.NAME;
  }

  @Override
  public Task<?, ?> read(JsonNode config) {
    TaskConfig own = new TaskConfig(withSkip(config));
    return new Segmentation(
        own.list("labels", String[].class),
        own.required("head", PixelForm.class),
        own.required("window", Integer.class),
        own.list("weights", Double[].class),
        own.required("dice", Double.class),
        own.colours("palette"));
  }

  /** Heads of before had no linear layer beside. */
  private static JsonNode withSkip(JsonNode config) {
    if (!config.path("head").isObject() || config.path("head").has("skip")) {
      return config;
    }
    JsonNode copy = config.deepCopy();
    ((ObjectNode) copy.path("head")).put("skip", false);
    return copy;
  }
}
