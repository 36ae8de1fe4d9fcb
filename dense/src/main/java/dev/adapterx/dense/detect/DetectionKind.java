package dev.adapterx.dense.detect;

import dev.adapterx.task.Task;
import dev.adapterx.task.TaskConfig;
import dev.adapterx.task.TaskKind;
import tools.jackson.databind.JsonNode;

/** Reads {@link Detection}s from adapter files. */
public final class DetectionKind implements TaskKind {
  @Override
  public String name() {
    return Detection.NAME;
  }

  @Override
  public Task<?, ?> read(JsonNode config) {
    TaskConfig own = new TaskConfig(config);
    return new Detection(
        own.list("labels", String[].class),
        own.required("head", BoxForm.class),
        own.required("window", Integer.class),
        own.required("cell", Integer.class),
        own.required("tile", Integer.class));
  }
}
