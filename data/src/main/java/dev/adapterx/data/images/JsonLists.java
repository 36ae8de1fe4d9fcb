package dev.adapterx.data.images;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;

/**
 * Images of one split as JSON: {@code {"001.Black_footed_Albatross/x.jpg": 1, …}}, a path and the
 * number of its class, which need be neither dense nor from 0 (NABirds' are not).
 */
final class JsonLists {
  private static final long LARGEST = 64L << 20;

  /**
   * One image.
   *
   * @param id of its class, as written
   * @param line where it stands, counted from 1
   */
  record Entry(String path, int id, int line) {}

  private JsonLists() {}

  /**
   * Reads a file without looking for the images.
   *
   * @throws DataException with file and line where it is not a path and a whole number
   */
  static List<Entry> read(Path file) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    requireSmall(file);
    // Duplicates are detected here: Jackson's message does not give the line.
    try (JsonParser parser =
        Settings.json()
            .reader()
            .without(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .createParser(file)) {
      read(file, parser, entries);
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      throw new DataException(
          "%s:%d: not valid JSON: %s".formatted(file, line, firstLine(e.getOriginalMessage())), e);
    }
    if (entries.isEmpty()) {
      throw new DataException(
          file + " lists no image; expected {\"path of an image\": number of its class, …}");
    }
    return List.copyOf(entries.values());
  }

  /** The numbers of classes in some files, ascending: the position of one is its label. */
  static List<Integer> ids(List<List<Entry>> lists) {
    TreeSet<Integer> ids = new TreeSet<>();
    lists.forEach(list -> list.forEach(entry -> ids.add(entry.id())));
    return List.copyOf(ids);
  }

  /** With labels instead of classes' numbers. */
  static List<ListFile.Line> lines(List<Entry> entries, List<Integer> ids) {
    Map<Integer, Integer> labels = new LinkedHashMap<>();
    ids.forEach(id -> labels.put(id, labels.size()));
    return entries.stream()
        .map(e -> new ListFile.Line(e.path(), labels.getOrDefault(e.id(), -1), e.line()))
        .toList();
  }

  private static void requireSmall(Path file) {
    try {
      long size = Files.size(file);
      if (size > LARGEST) {
        throw new DataException(
            "%s has %d bytes; no list of images has more than %d".formatted(file, size, LARGEST));
      }
    } catch (IOException e) {
      throw new DataException("Could not read " + file + ": " + Reason.of(e), e);
    }
  }

  private static void read(Path file, JsonParser parser, Map<String, Entry> entries) {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw wrong(file, parser, "the list begins with " + found(parser));
    }
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String path = parser.currentName();
      int line = line(parser);
      if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT) {
        throw wrong(file, parser, "'" + shortened(path) + "' has " + found(parser));
      }
      Entry entry = new Entry(path, id(file, parser), line);
      Entry before = entries.put(entry.path(), entry);
      if (before != null) {
        throw new DataException(
            "%s:%d: '%s' stands in line %d too"
                .formatted(file, line, shortened(entry.path()), before.line()));
      }
    }
    if (parser.nextToken() != null) {
      throw wrong(file, parser, "behind the list stands " + found(parser));
    }
  }

  private static int id(Path file, JsonParser parser) {
    String text = parser.getString();
    // Nine digits: far beyond any data set, and still an int.
    if (text.startsWith("-") || text.length() > 9) {
      throw new DataException(
          "%s:%d: class %s of '%s' is out of range; classes are numbered from 0 or 1"
              .formatted(file, line(parser), shortened(text), shortened(parser.currentName())));
    }
    return Integer.parseInt(text);
  }

  private static DataException wrong(Path file, JsonParser parser, String found) {
    return new DataException(
        "%s:%d: expected {\"path of an image\": number of its class, …}, but %s"
            .formatted(file, line(parser), found));
  }

  private static String found(JsonParser parser) {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return "nothing";
    }
    return switch (token) {
      case START_OBJECT -> "keys and values";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "the text '" + shortened(parser.getString()) + "'";
      default -> shortened(parser.getString());
    };
  }

  private static int line(JsonParser parser) {
    return Math.max(1, parser.currentTokenLocation().getLineNr());
  }

  private static String firstLine(String text) {
    return shortened(text.lines().findFirst().orElse(""));
  }

  private static String shortened(String text) {
    return text.length() <= 120 ? text : text.substring(0, 120) + "…";
  }
}
