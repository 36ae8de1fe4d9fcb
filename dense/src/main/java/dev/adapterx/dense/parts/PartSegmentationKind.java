package dev.adapterx.dense.parts;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.task.Task;
import dev.adapterx.task.TaskKind;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads {@link PartSegmentation}s from adapter files. */
public final class PartSegmentationKind implements TaskKind {
  private static final String COLOUR = "#[0-9a-fA-F]{6}";
  private static final int HEX = 16;

  @Override
  public String name() {
    return PartSegmentation.NAME;
  }

  @Override
  public Task<?, ?> read(JsonNode config) {
    List<Integer> palette = new ArrayList<>();
    for (String colour : list(config, "palette", String[].class)) {
      if (!colour.matches(COLOUR)) {
        throw new ConfigException("task.palette: expected colours like #80ff00, found " + colour);
      }
      palette.add(Integer.parseInt(colour.substring(1), HEX));
    }
    return new PartSegmentation(
        List.of(list(config, "labels", String[].class)),
        required(config, "head", PartForm.class),
        required(config, "input", PointPreprocessing.class),
        List.of(list(config, "categories", Category[].class)),
        required(config, "given", Boolean.class),
        required(config, "views", Views.class),
        List.of(list(config, "weights", Double[].class)),
        palette);
  }

  private static <T> T[] list(JsonNode config, String key, Class<T[]> type) {
    T[] values = required(config, key, type);
    for (T value : values) {
      if (value == null) {
        throw new ConfigException("task." + key + ": expected values, found null");
      }
    }
    return values;
  }

  private static <T> T required(JsonNode config, String key, Class<T> type) {
    JsonNode value = config.path(key);
    if (value.isMissingNode() || value.isNull()) {
      throw new ConfigException("task." + key + ": expected a value, found nothing");
    }
    return Settings.convert(value, type, "task." + key);
  }
}
