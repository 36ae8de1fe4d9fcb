package dev.adapterx.train.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
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
 * A run's figures, one record per epoch: {@code metrics.jsonl} grows by a line, {@code metrics.csv}
 * is written anew from it, so that a column that first appears late never breaks the table.
 *
 * <p>Values are numbers or strings, keys keep their order, {@code epoch} comes first. NaN and the
 * infinities, which JSON does not know, are written as the strings {@code "NaN"}, {@code
 * "Infinity"}, {@code "-Infinity"}.
 */
public final class MetricsLog {
  /** The key every record starts with. */
  public static final String EPOCH = "epoch";

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TypeReference<LinkedHashMap<String, Object>> RECORD =
      new TypeReference<>() {};

  private final Path jsonl;
  private final Path csv;
  private final List<Map<String, Object>> records = new ArrayList<>();

  private MetricsLog(Path folder) {
    this.jsonl = folder.resolve("metrics.jsonl");
    this.csv = folder.resolve("metrics.csv");
  }

  /**
   * Starts the log of a new run.
   *
   * @throws ConfigException when the folder already holds one: nothing written is overwritten
   */
  public static MetricsLog create(Path folder) {
    var log = new MetricsLog(folder);
    if (Files.exists(log.jsonl)) {
      throw new ConfigException(
          log.jsonl
              + " already exists: expected a folder without a run; resume that run or choose"
              + " another folder");
    }
    WholeFile.write(log.jsonl, "");
    return log;
  }

  /**
   * Continues a log after {@code epoch}, the one the checkpoint was taken at. Later records are
   * dropped, as is a last line that a kill left half written; lines kept are kept byte for byte. A
   * missing file is an empty log.
   *
   * @throws DataException naming the line that is not a record
   */
  public static MetricsLog resume(Path folder, int epoch) {
    var log = new MetricsLog(folder);
    var kept = new StringBuilder();
    int number = 0;
    for (String line : log.completeLines()) {
      var record = log.parsed(line, ++number);
      if (epochOf(record) <= epoch) {
        kept.append(line).append('\n');
        log.records.add(Collections.unmodifiableMap(record));
      }
    }
    WholeFile.write(log.jsonl, kept.toString());
    log.writeCsv();
    return log;
  }

  /**
   * Adds one epoch and flushes it to the disk.
   *
   * @param epoch counted from 1, later than all before
   * @param values numbers or strings by name, in the order wanted; without {@code epoch}
   */
  public void append(int epoch, Map<String, ?> values) {
    requireLater(epoch);
    var record = new LinkedHashMap<String, Object>();
    record.put(EPOCH, epoch);
    values.forEach((key, value) -> record.put(key, checked(key, value)));
    try (var channel =
        FileChannel.open(jsonl, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      var line = ByteBuffer.wrap((JSON.writeValueAsString(record) + "\n").getBytes(UTF_8));
      while (line.hasRemaining()) {
        channel.write(line);
      }
      channel.force(false);
    } catch (IOException e) {
      throw new AdapterXException(
          "Could not append epoch "
              + epoch
              + " to "
              + jsonl
              + ": "
              + e
              + ". Free space and resume"
              + " the run.",
          e);
    }
    records.add(Collections.unmodifiableMap(record));
    writeCsv();
  }

  /** What the log holds, oldest first; each record's keys in the order written. */
  public List<Map<String, Object>> records() {
    return List.copyOf(records);
  }

  private void writeCsv() {
    WholeFile.write(csv, Csv.table(records));
  }

  private void requireLater(int epoch) {
    int last = records.isEmpty() ? 0 : epochOf(records.get(records.size() - 1));
    if (epoch <= last) {
      throw new IllegalArgumentException("Epoch " + epoch + " is not later than " + last);
    }
  }

  private static int epochOf(Map<String, Object> record) {
    return record.get(EPOCH) instanceof Integer epoch ? epoch : 0;
  }

  private static Object checked(String key, Object value) {
    boolean known = value instanceof String || value instanceof Integer || value instanceof Long;
    if (!(known || value instanceof Double) || key.equals(EPOCH)) {
      throw new IllegalArgumentException(
          "A metric is a Double, Integer, Long or String and not called epoch: " + key);
    }
    return value;
  }

  /** Lines that end in a line feed; what follows the last one was cut off while being written. */
  private List<String> completeLines() {
    if (!Files.exists(jsonl)) {
      return List.of();
    }
    try {
      String text = new String(Files.readAllBytes(jsonl), UTF_8);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    } catch (IOException e) {
      throw new AdapterXException("Could not read " + jsonl + ": " + e, e);
    }
  }

  private Map<String, Object> parsed(String line, int number) {
    try {
      var record = JSON.readValue(line, RECORD);
      if (record != null && record.get(EPOCH) instanceof Integer) {
        return record;
      }
    } catch (JacksonException e) {
      throw notARecord(line, number, e);
    }
    throw notARecord(line, number, null);
  }

  private DataException notARecord(String line, int number, @Nullable Exception cause) {
    String shown = line.length() > 60 ? line.substring(0, 60) + "…" : line;
    return new DataException(
        jsonl
            + ":"
            + number
            + ": expected a JSON object with an integer \"epoch\", found "
            + shown
            + "; restore the line or remove it",
        cause);
  }
}
