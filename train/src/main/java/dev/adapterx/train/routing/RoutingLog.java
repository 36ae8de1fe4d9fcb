package dev.adapterx.train.routing;

import dev.adapterx.base.DataException;
import dev.adapterx.train.log.EpochLines;
import dev.adapterx.train.log.MetricsLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The full use of experts in each epoch: {@code routing.jsonl} has one line per epoch and block,
 * and one per library that several blocks share, with the block {@code all}.
 *
 * <pre>{@code
 * {"epoch":1,"block":"blocks.0","library":"smoa","sub-tokens":31520,"load":[0.21,…],
 *  "probability":[0.24,…],"token-entropy":1.31,"mean-entropy":1.38}
 * }</pre>
 *
 * <p>Methods without routing write no such file.
 */
public final class RoutingLog {
  private final EpochLines lines;
  private final TreeMap<Integer, List<ExpertUse>> epochs = new TreeMap<>();

  private RoutingLog(Path folder) {
    this.lines = new EpochLines(folder.resolve("routing.jsonl"));
  }

  /**
   * Continues a log after {@code epoch}, the checkpoint's; a missing file is an empty log.
   *
   * @throws DataException naming the line that is not a record
   */
  public static RoutingLog resume(Path folder, int epoch) {
    var log = new RoutingLog(folder);
    int number = 0;
    for (Map<String, Object> record : log.lines.resume(epoch)) {
      ExpertUse use = log.use(record, ++number);
      if (!use.place().equals(ExpertUse.ALL)) {
        log.epochs
            .computeIfAbsent(EpochLines.epochOf(record), unused -> new ArrayList<>())
            .add(use);
      }
    }
    return log;
  }

  /**
   * Adds one epoch and flushes it to the disk; writes nothing if {@code places} is empty.
   *
   * @param places in order
   */
  public void append(int epoch, List<ExpertUse> places) {
    if (places.isEmpty()) {
      return;
    }
    List<Map<String, Object>> records = new ArrayList<>();
    places.forEach(place -> records.add(record(epoch, place)));
    ExpertUse.libraries(places).stream()
        .filter(library -> library.place().equals(ExpertUse.ALL))
        .forEach(library -> records.add(record(epoch, library)));
    lines.append(epoch, records);
    epochs.put(epoch, List.copyOf(places));
  }

  /** The places of each epoch, oldest first. */
  public Map<Integer, List<ExpertUse>> epochs() {
    return new LinkedHashMap<>(epochs);
  }

  /** The places of the last epoch; empty without routing. */
  public List<ExpertUse> last() {
    return epochs.isEmpty() ? List.of() : epochs.lastEntry().getValue();
  }

  private static Map<String, Object> record(int epoch, ExpertUse use) {
    Map<String, Object> record = new LinkedHashMap<>();
    record.put(MetricsLog.EPOCH, epoch);
    record.put("block", use.place());
    record.put("library", use.library());
    record.put("sub-tokens", use.subTokens());
    record.put("load", use.load());
    record.put("probability", use.probability());
    record.put("token-entropy", use.entropy());
    record.put("mean-entropy", use.meanEntropy());
    return record;
  }

  private ExpertUse use(Map<String, Object> record, int number) {
    List<Double> load = numbers(record.get("load"));
    List<Double> probability = numbers(record.get("probability"));
    if (record.get("block") instanceof String block
        && record.get("library") instanceof String library
        && record.get("sub-tokens") instanceof Number subTokens
        && record.get("token-entropy") instanceof Number entropy
        && !load.isEmpty()
        && load.size() == probability.size()) {
      return new ExpertUse(
          block, library, subTokens.longValue(), load, probability, entropy.doubleValue());
    }
    throw lines.notARecord(
        Objects.toString(record),
        number,
        "block, library, sub-tokens, load and probability of the same experts, and token-entropy",
        null);
  }

  private static List<Double> numbers(@Nullable Object list) {
    List<Double> numbers = new ArrayList<>();
    if (list instanceof List<?> all) {
      for (Object element : all) {
        if (!(element instanceof Number number)) {
          return List.of();
        }
        numbers.add(number.doubleValue());
      }
    }
    return numbers;
  }
}
