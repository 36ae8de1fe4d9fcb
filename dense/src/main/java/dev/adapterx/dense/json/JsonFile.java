package dev.adapterx.dense.json;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.Settings;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;

/** JSON that is read element by element, as large annotations do not fit into memory at once. */
public final class JsonFile {
  /** How many keys are looked at to recognise a file. */
  private static final int MOST_KEYS = 64;

  private static final int SHOWN = 120;

  private JsonFile() {}

  /** Takes the values of a file. */
  public interface Reader {
    /**
     * Reads one value.
     *
     * @param key of the outermost object, or empty in a list
     * @param parser at its first token; must be left at its last
     */
    void read(String key, JsonParser parser);
  }

  /**
   * Goes through the outermost object or list.
   *
   * @throws DataException with file and line where it is not valid JSON
   */
  public static void read(Path file, Reader reader) {
    try (JsonParser parser = parser(file)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.START_ARRAY) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          reader.read("", parser);
        }
      } else if (first == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          String key = parser.currentName();
          parser.nextToken();
          reader.read(key, parser);
        }
      } else {
        throw new DataException(file + ": expected an object or a list of JSON");
      }
    } catch (JacksonException e) {
      throw invalid(file, e);
    }
  }

  /** Numbers that are none, as {@code NaN}, are let in: they spoil a box, not the file. */
  private static JsonParser parser(Path file) {
    return Settings.json()
        .reader()
        .with(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .createParser(file);
  }

  private static DataException invalid(Path file, JacksonException e) {
    int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
    String reason = Reason.of(e);
    return new DataException(
        "%s:%d: not valid JSON: %s"
            .formatted(file, line, reason.substring(0, Math.min(SHOWN, reason.length()))),
        e);
  }

  /**
   * Why a file cannot be annotations: it is empty, no JSON, or neither an object nor a list of
   * them. Empty where it may be, by its first keys.
   */
  public static Optional<String> fault(Path file) {
    try (JsonParser parser = parser(file)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return Optional.of(file + " is empty; expected an object or a list of JSON");
      }
      if (first == JsonToken.START_OBJECT) {
        return keys(file, parser);
      }
      JsonToken next = first == JsonToken.START_ARRAY ? parser.nextToken() : first;
      return next == JsonToken.START_OBJECT
          ? Optional.empty()
          : Optional.of(
              "%s: expected an object of JSON, or a list of objects, found %s"
                  .formatted(file, found(first, next)));
    } catch (JacksonException e) {
      return Optional.of(String.valueOf(invalid(file, e).getMessage()));
    }
  }

  private static Optional<String> keys(Path file, JsonParser parser) {
    int keys = 0;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME && ++keys <= MOST_KEYS) {
      parser.nextToken();
      parser.skipChildren();
    }
    return keys == 0 ? Optional.of(file + ": its object of JSON has no keys") : Optional.empty();
  }

  private static String found(JsonToken first, JsonToken next) {
    if (first != JsonToken.START_ARRAY) {
      return first == JsonToken.VALUE_NULL ? "null" : "a single value";
    }
    return next == JsonToken.END_ARRAY
        ? "an empty list"
        : next == JsonToken.START_ARRAY ? "a list of lists" : "a list of single values";
  }

  /** Takes elements of a list. */
  public interface Element {
    void read(JsonNode element, int line);
  }

  /** The elements of the list that the parser stands at; nothing where it is none. */
  public static void elements(JsonParser parser, Element element) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      int line = Math.max(1, parser.currentTokenLocation().getLineNr());
      JsonNode node = parser.readValueAsTree();
      element.read(node, line);
    }
  }

  private static final class Found extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean yes;

    Found(boolean yes) {
      super(null, null, false, false);
      this.yes = yes;
    }
  }

  /** Judges a file by a key of its outermost object, or of the first element of its list. */
  public interface Judge {
    /**
     * Whether the key says yes, or no, or nothing.
     *
     * @return null: the next key is to be looked at
     */
    @Nullable Boolean of(String key, JsonToken value);
  }

  /** Whether a file is of a kind, by its first keys; not one that is no JSON. */
  public static boolean isKind(Path file, boolean list, Judge judge) {
    int[] keys = {0};
    try {
      read(
          file,
          (key, parser) -> {
            if (key.isEmpty() != list) {
              throw new Found(false);
            }
            if (list) {
              first(parser, judge);
            }
            Boolean found = judge.of(key, parser.currentToken());
            if (found != null || ++keys[0] > MOST_KEYS) {
              throw new Found(found != null && found);
            }
            parser.skipChildren();
          });
      return false;
    } catch (Found e) {
      return e.yes;
    } catch (DataException e) {
      return false;
    }
  }

  private static void first(JsonParser parser, Judge judge) {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String key = parser.currentName();
        Boolean found = judge.of(key, parser.nextToken());
        if (found != null) {
          throw new Found(found);
        }
        parser.skipChildren();
      }
    }
    throw new Found(false);
  }
}
