package dev.adapterx.base;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.EnumNamingStrategies;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Converts settings between records and trees of keys (YAML, JSON). Keys are the record's
 * components, lower-case with dashes; a missing key keeps its default, an unknown key is an error
 * that names the nearest known one.
 */
public final class Settings {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enumNamingStrategy(EnumNamingStrategies.KEBAB_CASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .changeDefaultVisibility(seen -> seen.withIsGetterVisibility(Visibility.NONE))
          .build();

  private Settings() {}

  /** The mapper used for all settings, for files that contain more than settings. */
  public static JsonMapper json() {
    return JSON;
  }

  /** The tree of a record. */
  public static ObjectNode tree(Object settings) {
    return (ObjectNode) JSON.valueToTree(settings);
  }

  /** A record as indented JSON. */
  public static String text(Object settings) {
    return JSON.writeValueAsString(settings) + "\n";
  }

  /**
   * A record with some of its keys changed.
   *
   * @param given the keys a user set; nested records by nested trees
   * @param defaults values of all other keys
   * @param place where the keys are, for messages: {@code recipe.yaml:train}
   * @throws ConfigException naming place and key
   */
  public static <T> T read(JsonNode given, T defaults, String place) {
    ObjectNode merged = tree(defaults);
    overlay(given, merged, place);
    @SuppressWarnings("unchecked")
    Class<T> type = (Class<T>) defaults.getClass();
    return convert(merged, type, place);
  }

  /**
   * A record from a tree that has all of its keys.
   *
   * @throws ConfigException naming place and key
   */
  public static <T> T convert(JsonNode tree, Class<T> type, String place) {
    requireValues(tree, type, place);
    try {
      return JSON.treeToValue(tree, type);
    } catch (JacksonException e) {
      throw readable(e, tree, place);
    }
  }

  /** Refuses null for components that are not nullable. */
  private static void requireValues(JsonNode tree, Class<?> type, String place) {
    RecordComponent[] components = type.getRecordComponents();
    if (components == null) {
      return;
    }
    for (RecordComponent component : components) {
      String key = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
      boolean mayBeAbsent =
          component.getType().isPrimitive()
              || component.getAnnotatedType().isAnnotationPresent(Nullable.class);
      if (!mayBeAbsent && tree.path(key).isNull()) {
        throw new ConfigException(place + "." + key + ": expected a value, found null");
      }
    }
  }

  private static void overlay(JsonNode given, ObjectNode into, String place) {
    if (!given.isObject()) {
      throw new ConfigException(place + ": expected keys and values, found " + given);
    }
    for (Map.Entry<String, JsonNode> entry : given.properties()) {
      String key = entry.getKey();
      List<String> known = into.properties().stream().map(Map.Entry::getKey).toList();
      if (!known.contains(key)) {
        throw new ConfigException(
            place
                + ": unknown key '"
                + key
                + "'"
                + Names.hintSentence(key, known)
                + " Known: "
                + String.join(", ", known)
                + ".");
      }
      JsonNode old = into.get(key);
      if (old instanceof ObjectNode nested && !nested.isEmpty()) {
        overlay(entry.getValue(), nested, place + "." + key);
      } else {
        into.set(key, entry.getValue());
      }
    }
  }

  private static ConfigException readable(JacksonException e, JsonNode tree, String place) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigException ours) {
        return new ConfigException(place + ": " + ours.getMessage(), e);
      }
    }
    String key =
        place
            + e.getPath().stream()
                .map(
                    r ->
                        r.getPropertyName() == null
                            ? "[" + r.getIndex() + "]"
                            : "." + r.getPropertyName())
                .collect(Collectors.joining());
    if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
      Class<?> wanted = mismatch.getTargetType();
      String found = found(e, tree);
      String what = found.isEmpty() ? "" : ", found '" + found + "'";
      if (wanted.isEnum()) {
        List<String> values =
            Arrays.stream(wanted.getEnumConstants())
                .map(v -> v.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
        return new ConfigException(
            key
                + ": expected one of "
                + String.join(", ", values)
                + what
                + Names.hint(found, values),
            e);
      }
      return new ConfigException(key + ": expected " + kind(wanted) + what, e);
    }
    return new ConfigException(key + ": " + e.getOriginalMessage(), e);
  }

  /** The value at the path that the exception names. */
  private static String found(JacksonException e, JsonNode tree) {
    JsonNode node = tree;
    for (JacksonException.Reference step : e.getPath()) {
      node =
          step.getPropertyName() == null
              ? node.path(step.getIndex())
              : node.path(step.getPropertyName());
    }
    return node.isValueNode() ? node.asString() : node.toString();
  }

  private static String kind(Class<?> type) {
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "a whole number";
    }
    if (type == double.class || type == Double.class) {
      return "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "text";
    }
    return Collection.class.isAssignableFrom(type) ? "a list such as [a, b]" : "keys and values";
  }
}
