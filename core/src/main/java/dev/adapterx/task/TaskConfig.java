package dev.adapterx.task;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * A task's section of an adapter file, for {@link TaskKind#read}: what is missing or wrong is
 * refused by its key.
 */
public record TaskConfig(JsonNode config) {
  private static final String COLOUR = "#[0-9a-fA-F]{6}";
  private static final int HEX = 16;

  /**
   * A value that must be there.
   *
   * @throws ConfigException naming the key
   */
  public <T> T required(String key, Class<T> type) {
    JsonNode value = config.path(key);
    if (value.isMissingNode() || value.isNull()) {
      throw new ConfigException("task." + key + ": expected a value, found nothing");
    }
    return Settings.convert(value, type, "task." + key);
  }

  /**
   * A list that must be there, without gaps.
   *
   * @param type of the list as an array: {@code String[].class}
   * @throws ConfigException naming the key
   */
  public <T> List<T> list(String key, Class<T[]> type) {
    T[] values = required(key, type);
    for (T value : values) {
      if (value == null) {
        throw new ConfigException("task." + key + ": expected values, found null");
      }
    }
    return List.of(values);
  }

  /**
   * Colours as {@link #colours(List)} writes them, 0xRRGGBB.
   *
   * @throws ConfigException naming the key
   */
  public List<Integer> colours(String key) {
    List<Integer> colours = new ArrayList<>();
    for (String colour : list(key, String[].class)) {
      if (!colour.matches(COLOUR)) {
        throw new ConfigException(
            "task." + key + ": expected colours like #80ff00, found " + colour);
      }
      colours.add(Integer.parseInt(colour.substring(1), HEX));
    }
    return colours;
  }

  /** Colours 0xRRGGBB as {@code #rrggbb}. */
  public static ArrayNode colours(List<Integer> colours) {
    ArrayNode texts = Settings.json().createArrayNode();
    colours.forEach(colour -> texts.add("#%06x".formatted(colour)));
    return texts;
  }
}
