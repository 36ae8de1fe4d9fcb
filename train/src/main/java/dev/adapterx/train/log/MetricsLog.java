package dev.adapterx.train.log;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.WholeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run's metrics, one record per epoch: {@code metrics.jsonl} grows by a line, {@code metrics.csv}
 * is rewritten from it, so that a column that first appears late never breaks the table.
 *
 * <p>Values are numbers or strings, keys keep their order, {@code epoch} comes first. NaN and the
 * infinities, which JSON does not have, are written as the strings {@code "NaN"}, {@code
 * "Infinity"}, {@code "-Infinity"}.
 */
public final class MetricsLog {
  /** The key every record starts with. */
  public static final String EPOCH = "epoch";

  private final EpochLines lines;
  private final Path csv;
  private final List<Map<String, Object>> records = new ArrayList<>();

  private MetricsLog(Path folder) {
    this.lines = new EpochLines(folder.resolve("metrics.jsonl"));
    this.csv = folder.resolve("metrics.csv");
  }

  /**
   * Starts the log of a new run.
   *
   * @throws ConfigException when the folder already contains one, which is never overwritten
   */
  public static MetricsLog create(Path folder) {
    var log = new MetricsLog(folder);
    if (Files.exists(log.lines.file())) {
      throw new ConfigException(
          log.lines.file()
              + " already exists: expected a folder without a run; resume that run or choose"
              + " another folder");
    }
    WholeFile.write(log.lines.file(), "");
    return log;
  }

  /**
   * Continues a log after {@code epoch}, the checkpoint's. Later records are dropped, as is a last
   * line that was only partly written when the process was killed; other lines are kept byte for
   * byte. A missing file is an empty log.
   *
   * @throws DataException naming the line that is not a record
   */
  public static MetricsLog resume(Path folder, int epoch) {
    var log = new MetricsLog(folder);
    if (!Files.exists(log.lines.file())) {
      WholeFile.write(log.lines.file(), "");
    }
    log.records.addAll(log.lines.resume(epoch));
    log.writeCsv();
    return log;
  }

  /**
   * Adds one epoch and flushes it to the disk.
   *
   * @param epoch counted from 1, later than all before
   * @param values numbers or strings by name, in the order to write them; without {@code epoch}
   */
  public void append(int epoch, Map<String, ?> values) {
    requireLater(epoch);
    var record = new LinkedHashMap<String, Object>();
    record.put(EPOCH, epoch);
    values.forEach((key, value) -> record.put(key, checked(key, value)));
    lines.append(epoch, List.of(record));
    records.add(Collections.unmodifiableMap(record));
    writeCsv();
  }

  /** The log's records, oldest first; each record's keys in the order written. */
  public List<Map<String, Object>> records() {
    return List.copyOf(records);
  }

  private void writeCsv() {
    WholeFile.write(csv, Csv.table(records));
  }

  private void requireLater(int epoch) {
    int last = records.isEmpty() ? 0 : EpochLines.epochOf(records.get(records.size() - 1));
    if (epoch <= last) {
      throw new IllegalArgumentException("Epoch " + epoch + " is not later than " + last);
    }
  }

  private static Object checked(String key, Object value) {
    boolean known = value instanceof String || value instanceof Integer || value instanceof Long;
    if (!(known || value instanceof Double) || key.equals(EPOCH)) {
      throw new IllegalArgumentException(
          "A metric is a Double, Integer, Long or String and not called epoch: " + key);
    }
    return value;
  }
}
