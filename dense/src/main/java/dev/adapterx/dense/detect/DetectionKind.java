package dev.adapterx.dense.detect;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import dev.adapterx.task.Task;
import dev.adapterx.task.TaskKind;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads {@link Detection}s from adapter files. */
public final class DetectionKind implements TaskKind {
  @Override
  public String name() {
    return Detection.NAME;
  }

  @Override
  public Task<?, ?> read(JsonNode config) {
    String[] labels = required(config, "labels", String[].class);
    for (String label : labels) {
      if (label == null) {
        throw new ConfigException("task.labels: expected values, found null");
      }
    }
    return new Detection(
        List.of(labels),
        required(config, "head", BoxForm.class),
        required(config, "window", Integer.class),
        required(config, "cell", Integer.class),
        required(config, "tile", Integer.class));
  }

  private static <T> T required(JsonNode config, String key, Class<T> type) {
    JsonNode value = config.path(key);
    if (value.isMissingNode() || value.isNull()) {
      throw new ConfigException("task." + key + ": expected a value, found nothing");
    }
    return Settings.convert(value, type, "task." + key);
  }
}
