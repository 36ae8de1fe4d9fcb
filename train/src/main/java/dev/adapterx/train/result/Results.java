package dev.adapterx.train.result;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.Settings;
import dev.adapterx.base.SmallFile;
import dev.adapterx.task.Evaluation;
import dev.adapterx.train.run.RunFolder;
import dev.adapterx.train.text.Statistics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Finished runs side by side: those of one method, backbone and data set are one row. */
public final class Results {
  /**
   * What makes runs comparable: all but seed and fold.
   *
   * @param score what was measured, {@code accuracy} or {@code mIoU}
   * @param settings a digest of the recipes but for their seed and data: trials of a search are no
   *     seeds
   */
  public record Group(
      String backbone,
      String data,
      String method,
      String score,
      long trainable,
      double percent,
      String settings) {}

  /**
   * A group's scores in percent, after the last epoch, on the test split or, of runs without one,
   * on what was held out.
   *
   * @param accuracies each run's score
   * @param std sample standard deviation; NaN of a single run
   * @param runs their folders
   */
  public record Row(
      Group group, List<Double> accuracies, double mean, double std, List<String> runs) {}

  /**
   * What was read.
   *
   * @param leftOut why runs are left out, one for each: damaged, or without a measurement
   * @param runs how many there are with these
   */
  public record Found(List<Row> rows, List<String> leftOut, int runs) {
    public Found {
      rows = List.copyOf(rows);
      leftOut = List.copyOf(leftOut);
    }
  }

  private Results() {}

  /**
   * Reads runs. One that cannot be read or measured nothing is left out.
   *
   * @param runs folders of runs, or folders that hold them, as deep as studies put them
   * @throws ConfigException for a folder without finished runs, and when all are left out
   */
  public static Found of(List<Path> runs) {
    Map<Group, Map<String, Double>> groups = new LinkedHashMap<>();
    List<String> leftOut = new ArrayList<>();
    int all = 0;
    for (Path given : runs) {
      for (RunFolder run : FinishedRuns.of(given).required()) {
        all++;
        try {
          add(run, groups);
        } catch (ConfigException e) {
          leftOut.add(String.valueOf(e.getMessage()));
        }
      }
    }
    if (all > 0 && leftOut.size() == all) {
      throw new ConfigException(
          leftOut.get(0)
              + (all == 1 ? "" : ". Nor has any of the other %d a result".formatted(all - 1)));
    }
    List<Row> rows = new ArrayList<>();
    groups.forEach(
        (group, found) -> {
          List<Double> accuracies = List.copyOf(found.values());
          Statistics over = Statistics.of(accuracies);
          rows.add(
              new Row(group, accuracies, over.mean(), over.std(), List.copyOf(found.keySet())));
        });
    return new Found(rows, leftOut, all);
  }

  /** Whether a folder is a finished run or holds one directly. */
  public static boolean hasAny(Path given) {
    return !FinishedRuns.of(given, 1).runs().isEmpty();
  }

  private static void add(RunFolder run, Map<Group, Map<String, Double>> groups) {
    JsonNode summary = summary(run);
    String score = summary.path("score").asString(Evaluation.ACCURACY);
    boolean tested = summary.path("test-" + score + "-last").isNumber();
    JsonNode accuracy = summary.path((tested ? "test-" : "val-") + score + "-last");
    if (accuracy.isNumber() && Double.isNaN(accuracy.asDouble())) {
      throw notANumber(run, (tested ? "test-" : "val-") + score + "-last");
    }
    for (String part : List.of("test-", "val-")) {
      if (!accuracy.isNumber() && summary.has(part + score + "-last")) {
        throw notANumber(run, part + score + "-last");
      }
    }
    if (!accuracy.isNumber()) {
      throw new ConfigException(
          run.summary()
              + " has no test-"
              + score
              + "-last and no val-"
              + score
              + "-last: the run had no test split and"
              + " nothing held out (data.hold-out)");
    }
    String data = summary.path("data").asString("");
    JsonNode parameters = summary.path("parameters");
    Group group =
        new Group(
            summary.path("backbone").asString(""),
            tested ? data : data + " (" + summary.path("measured-on").asString("") + ")",
            summary.path("method").asString(""),
            score,
            parameters.path("trainable").asLong(0),
            parameters.path("trainable-percent").asDouble(0),
            settings(run));
    groups
        .computeIfAbsent(group, unused -> new LinkedHashMap<>())
        .put(run.path().toString(), accuracy.asDouble());
  }

  /** Folds are data, and paths are a machine's. */
  private static String settings(RunFolder run) {
    StringBuilder kept = new StringBuilder();
    try {
      String section = "";
      for (String line : SmallFile.text(run.recipe()).lines().toList()) {
        if (!line.startsWith(" ")) {
          section = line.replaceFirst(":.*", "");
        }
        boolean left = section.equals("seed") || section.equals("data") || line.contains("path:");
        kept.append(left ? "" : line + "\n");
      }
    } catch (IOException e) {
      return "";
    }
    return Integer.toHexString(kept.toString().hashCode());
  }

  private static ConfigException notANumber(RunFolder run, String key) {
    return new ConfigException(
        "%s: the measured value %s is not a number: there was nothing to be found in what was measured, or the training came apart. Measure other data (evaluate), or leave the run out"
            .formatted(run.summary(), key));
  }

  private static JsonNode summary(RunFolder run) {
    try {
      return Settings.json().readTree(SmallFile.text(run.summary()));
    } catch (IOException | JacksonException e) {
      throw new ConfigException(run.summary() + " is not readable JSON: " + Reason.of(e), e);
    }
  }
}
