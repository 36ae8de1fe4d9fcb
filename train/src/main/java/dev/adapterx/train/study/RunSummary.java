package dev.adapterx.train.study;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.Settings;
import dev.adapterx.base.SmallFile;
import dev.adapterx.peft.ParameterReport;
import dev.adapterx.task.Evaluation;
import dev.adapterx.train.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a finished run left to be compared by. Scores are percent.
 *
 * @param score what is measured, {@code accuracy}
 * @param method as people know it
 * @param last on the test split after the last epoch; NaN without one
 * @param best on the test split at the best validation epoch; NaN without a validation split, and
 *     without a test split
 * @param bestEpoch from 1; 0 without a validation split
 * @param validation on the validation split or the held-out part after the last epoch; NaN without
 *     one
 * @param bestValidation on what has no test split beside it: of the epoch that was best there; NaN
 *     with a test split
 * @param samplesPerSecond of training, median over epochs
 * @param seconds of training, all epochs
 * @param peakBytes resident in the process while it ran; 0 where the system does not tell
 */
public record RunSummary(
    String score,
    String method,
    double last,
    double best,
    int bestEpoch,
    double validation,
    double bestValidation,
    ParameterReport parameters,
    double samplesPerSecond,
    double seconds,
    long peakBytes,
    @Nullable String normalisation) {

  private static final String SCORE = "score";

  /**
   * What finished runs measure: {@code accuracy}, also where none has finished; of tasks with
   * different scores all, {@code accuracy, mIoU}.
   */
  static String score(Stream<Outcome> outcomes) {
    return outcomes
        .flatMap(outcome -> Stream.ofNullable(outcome.summary()))
        .map(RunSummary::score)
        .distinct()
        .reduce((all, next) -> all + ", " + next)
        .orElse(Evaluation.ACCURACY);
  }

  /** What is quoted: of the test split after the last epoch; without one of what was held out. */
  public double measured() {
    return Double.isNaN(last) ? validation : last;
  }

  /** As {@link #measured}, at the best epoch; NaN where none was chosen. */
  double measuredBest() {
    return Double.isNaN(last) ? bestValidation : best;
  }

  /** Whether a run has come to its end. */
  static boolean exists(RunFolder run) {
    return Files.isRegularFile(run.summary()) && Files.isRegularFile(run.report());
  }

  /**
   * Reads {@code run.json} and {@code metrics.jsonl}.
   *
   * @throws DataException when they are damaged
   */
  static RunSummary read(RunFolder run) {
    JsonNode json = json(run.summary(), text(run.summary()));
    Path metrics = run.path().resolve("metrics.jsonl");
    List<JsonNode> epochs = text(metrics).lines().map(line -> json(metrics, line)).toList();
    JsonNode p = json.path("parameters");
    boolean chosen = json.path("best-epoch").asInt(0) > 0;
    String score = json.path(SCORE).asString(Evaluation.ACCURACY);
    return new RunSummary(
        score,
        json.path("method").asString(""),
        json.path("test-" + score + "-last").asDouble(Double.NaN),
        chosen ? json.path("test-" + score + "-best").asDouble(Double.NaN) : Double.NaN,
        json.path("best-epoch").asInt(0),
        epochs.isEmpty()
            ? Double.NaN
            : epochs.get(epochs.size() - 1).path("val-" + score).asDouble(Double.NaN),
        json.path("val-" + score + "-best").asDouble(Double.NaN),
        new ParameterReport(
            p.path("peft").asLong(0),
            p.path("head").asLong(0),
            p.path("stored").asLong(0),
            p.path("backbone").asLong(0)),
        median(epochs, "samples-per-second"),
        epochs.stream().mapToDouble(e -> e.path("seconds").asDouble(0)).sum(),
        json.path("peak-resident-bytes").asLong(0),
        json.path("normalisation").asString(null));
  }

  /** The figures by name; those that are not known are left out. */
  ObjectNode json() {
    ObjectNode json = Settings.json().createObjectNode();
    if (!score.equals(Evaluation.ACCURACY)) {
      json.put(SCORE, score);
    }
    json.put("method", method);
    put(json, "test-" + score + "-last", last);
    put(json, "test-" + score + "-best", best);
    json.put("best-epoch", bestEpoch);
    put(json, "val-" + score + "-last", validation);
    put(json, "val-" + score + "-best", bestValidation);
    json.put("peft", parameters.peft());
    json.put("head", parameters.head());
    json.put("stored", parameters.stored());
    json.put("backbone", parameters.backbone());
    put(json, "samples-per-second", samplesPerSecond);
    put(json, "seconds", seconds);
    json.put("peak-resident-bytes", peakBytes);
    json.put("normalisation", normalisation);
    return json;
  }

  private static void put(ObjectNode json, String key, double value) {
    if (Double.isFinite(value)) {
      json.put(key, value);
    }
  }

  /** Reads what {@link #json} gave. */
  static RunSummary of(JsonNode json) {
    String score = json.path(SCORE).asString(Evaluation.ACCURACY);
    return new RunSummary(
        score,
        json.path("method").asString(""),
        json.path("test-" + score + "-last").asDouble(Double.NaN),
        json.path("test-" + score + "-best").asDouble(Double.NaN),
        json.path("best-epoch").asInt(0),
        json.path("val-" + score + "-last").asDouble(Double.NaN),
        json.path("val-" + score + "-best").asDouble(Double.NaN),
        new ParameterReport(
            json.path("peft").asLong(0),
            json.path("head").asLong(0),
            json.path("stored").asLong(0),
            json.path("backbone").asLong(0)),
        json.path("samples-per-second").asDouble(Double.NaN),
        json.path("seconds").asDouble(Double.NaN),
        json.path("peak-resident-bytes").asLong(0),
        json.path("normalisation").asString(null));
  }

  private static double median(List<JsonNode> epochs, String key) {
    double[] sorted =
        epochs.stream()
            .map(epoch -> epoch.path(key))
            .filter(JsonNode::isNumber)
            .mapToDouble(JsonNode::asDouble)
            .sorted()
            .toArray();
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
  }

  private static String text(Path file) {
    try {
      return SmallFile.text(file);
    } catch (IOException e) {
      throw damaged(file, e);
    }
  }

  private static JsonNode json(Path file, String text) {
    try {
      return Settings.json().readTree(text);
    } catch (JacksonException e) {
      throw damaged(file, e);
    }
  }

  private static DataException damaged(Path file, Exception e) {
    return new DataException(
        file
            + " cannot be read ("
            + Reason.of(e)
            + "): expected what a finished run leaves. Restore it, or delete its run folder "
            + file.getParent()
            + " to have it trained again",
        e);
  }
}
