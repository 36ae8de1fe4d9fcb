package dev.adapterx.train.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A file of JSON objects, one per line, each with its {@code epoch}; lines are appended as epochs
 * are completed.
 */
public record EpochLines(Path file) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TypeReference<LinkedHashMap<String, Object>> RECORD =
      new TypeReference<>() {};

  /**
   * Drops lines later than {@code epoch}, and a last line that was only partly written when the
   * process was killed; other lines are kept byte for byte.
   *
   * @return the records kept; empty for a missing file, which is not created
   * @throws DataException naming the line that is not a record
   */
  public List<Map<String, Object>> resume(int epoch) {
    List<Map<String, Object>> records = new ArrayList<>();
    if (!Files.exists(file)) {
      return records;
    }
    var kept = new StringBuilder();
    int number = 0;
    for (String line : completeLines()) {
      var record = parsed(line, ++number);
      if (epochOf(record) <= epoch) {
        kept.append(line).append('\n');
        records.add(Collections.unmodifiableMap(record));
      }
    }
    WholeFile.write(file, kept.toString());
    return records;
  }

  /** Adds records and flushes them to the disk. */
  public void append(int epoch, List<? extends Map<String, ?>> records) {
    var text = new StringBuilder();
    records.forEach(record -> text.append(JSON.writeValueAsString(record)).append('\n'));
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      var lines = ByteBuffer.wrap(text.toString().getBytes(UTF_8));
      while (lines.hasRemaining()) {
        channel.write(lines);
      }
      channel.force(false);
    } catch (IOException e) {
      throw new AdapterXException(
          "Could not append epoch "
              + epoch
              + " to "
              + file
              + ": "
              + Reason.of(e)
              + ". Free space and resume"
              + " the run.",
          e);
    }
  }

  public static int epochOf(Map<String, Object> record) {
    return record.get(MetricsLog.EPOCH) instanceof Integer epoch ? epoch : 0;
  }

  /** Lines that end in a line feed; the text after the last one was only partly written. */
  private List<String> completeLines() {
    try {
      String text = new String(Files.readAllBytes(file), UTF_8);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    } catch (IOException e) {
      throw new AdapterXException("Could not read " + file + ": " + Reason.of(e), e);
    }
  }

  private Map<String, Object> parsed(String line, int number) {
    try {
      var record = JSON.readValue(line, RECORD);
      if (record != null && record.get(MetricsLog.EPOCH) instanceof Integer) {
        return record;
      }
    } catch (JacksonException e) {
      throw notARecord(line, number, "an integer \"epoch\"", e);
    }
    throw notARecord(line, number, "an integer \"epoch\"", null);
  }

  /** The error for a line that is not a valid record. */
  public DataException notARecord(String line, int number, String with, @Nullable Exception cause) {
    String shown = line.length() > 60 ? line.substring(0, 60) + "…" : line;
    return new DataException(
        file
            + ":"
            + number
            + ": expected a JSON object with "
            + with
            + ", found "
            + shown
            + "; restore the line or remove it",
        cause);
  }
}
