package dev.adapterx.dense.parts;

import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.task.Task;
import dev.adapterx.task.TaskConfig;
import dev.adapterx.task.TaskKind;
import tools.jackson.databind.JsonNode;

/** Reads {@link PartSegmentation}s from adapter files. */
public final class PartSegmentationKind implements TaskKind {
  @Override
  public String name() {
    return PartSegmentation.NAME;
  }

  @Override
  public Task<?, ?> read(JsonNode config) {
    TaskConfig own = new TaskConfig(config);
    return new PartSegmentation(
        own.list("labels", String[].class),
        own.required("head", PartForm.class),
        own.required("input", PointPreprocessing.class),
        own.list("categories", Category[].class),
        own.required("given", Boolean.class),
        own.required("views", Views.class),
        own.list("weights", Double[].class),
        own.colours("palette"));
  }
}
