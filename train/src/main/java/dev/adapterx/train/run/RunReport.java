package dev.adapterx.train.run;

import dev.adapterx.base.Settings;
import dev.adapterx.base.WholeFile;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.ParameterReport;
import dev.adapterx.task.Evaluation;
import dev.adapterx.task.Scores;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.train.input.TrainableTask;
import dev.adapterx.train.input.TrainingData;
import dev.adapterx.train.log.MetricsLog;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.report.Commands;
import dev.adapterx.train.report.Curves;
import dev.adapterx.train.report.Facts;
import dev.adapterx.train.report.LineChart;
import dev.adapterx.train.report.ParameterSection;
import dev.adapterx.train.report.Report;
import dev.adapterx.train.report.Routing;
import dev.adapterx.train.report.RoutingHistory;
import dev.adapterx.train.report.Section;
import dev.adapterx.train.report.Series;
import dev.adapterx.train.routing.ExpertUse;
import dev.adapterx.train.routing.RoutingSummary;
import dev.adapterx.train.text.Headings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Writes {@code run.json} and {@code report.html} of a finished run. */
public record RunReport(
    Recipe recipe,
    TrainingData<?> task,
    AdaptedModel model,
    Provenance provenance,
    MetricsLog log,
    RunResult result,
    RoutingSummary routing) {
  void write(RunFolder folder) {
    WholeFile.write(folder.summary(), Settings.text(summary()));
    new Report(
            result.method() + " on " + task.classes().size() + " classes", line(), sections(folder))
        .write(folder.report());
  }

  private String line() {
    return result.line() == null
        ? "Nothing was measured, as there is no test split and no part held out; data.hold-out=0.2"
            + " holds a fifth out."
        : result.line().text();
  }

  private ObjectNode summary() {
    ObjectNode json = Settings.json().createObjectNode();
    json.put("result", line());
    json.put("method", result.method());
    json.put("backbone", recipe.backbone().name());
    json.put("data", recipe.data().name());
    json.put("seed", recipe.seed());
    json.put("normalisation", model.backbone().preprocessing().normalisation());
    json.put("augmentation", recipe.data().augmentation());
    Scores last = result.lastScores();
    Scores best = result.bestScores();
    if (last != null && best != null) {
      json.put("measured-on", result.measuredOn());
      String score = last.primary().name();
      String measured = (task.test() == null ? "val-" : "test-") + score;
      if (!score.equals(Evaluation.ACCURACY)) {
        json.put("score", score);
        ObjectNode all = json.putObject("scores");
        last.all().forEach(one -> all.put(one.name(), one.value()));
      }
      json.put(measured + "-last", last.primary().value());
      json.put(measured + "-best", best.primary().value());
      json.put("best-epoch", result.bestEpoch());
      json.put("evaluation-seconds", last.seconds());
    }
    ParameterReport p = result.parameters();
    json.putObject("parameters")
        .put("peft", p.peft())
        .put("head", p.head())
        .put("trainable", p.trainable())
        .put("stored", p.stored())
        .put("stored-bytes", p.storedBytes())
        .put("backbone", p.backbone())
        .put("trainable-percent", p.trainablePercent());
    json.put("seconds-per-epoch", result.secondsPerEpoch());
    json.put("peak-resident-bytes", result.peakResidentBytes());
    if (!routing.blocks().isEmpty()) {
      ObjectNode routed = json.putObject("routing");
      routed.put("measured-on", routing.seen());
      ExpertUse.metrics(routing.blocks()).forEach((key, value) -> routed.putPOJO(key, value));
      routing.warnings().forEach(routed.putArray("warnings")::add);
    }
    ObjectNode facts = json.putObject("provenance");
    provenance.facts().forEach(facts::put);
    task.leftOut().forEach(json.putArray("left-out")::add);
    task.broken().forEach(json.putArray("broken-" + task.modality().noun())::add);
    return json;
  }

  private List<Section> sections(RunFolder folder) {
    List<Section> sections = new ArrayList<>();
    Scores last = result.lastScores();
    if (last != null) {
      sections.addAll(task.results(last, model));
    }
    sections.add(curves());
    sections.add(routingSection());
    sections.add(new RoutingHistory(routing.epochs()));
    sections.add(parameters());
    sections.add(next(folder.path().toString()));
    sections.add(Facts.of(provenance.facts()));
    return sections;
  }

  private Section next(String run) {
    String sample = task.modality().noun().equals("images") ? "photo.jpg" : "scan.ply";
    return new Commands(
        "Use and repeat it",
        List.of(
            new Commands.Command(
                TrainableTask.of(model.task())
                    .map(TrainableTask::use)
                    .orElse("Names what other " + task.modality().noun() + " show:"),
                "adapterx predict %s %s".formatted(quoted(run), sample)),
            new Commands.Command(
                "Trains the same again, to the same numbers on the same machine:",
                "adapterx train " + quoted(run + "/recipe.yaml"))));
  }

  /** As a shell takes it. */
  private static String quoted(String path) {
    return path.matches("[\\w./:@+-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }

  private Section curves() {
    List<LineChart> charts = new ArrayList<>();
    charts.add(chart(log, "Loss", "", List.of("loss", "val-loss")));
    String hits = model.task().hitsName();
    Scores last = result.lastScores();
    String score = last == null ? hits : last.primary().name();
    List<String> measured = List.of("val-" + score, "test-" + score);
    if (score.equals(hits)) {
      charts.add(
          chart(
              log,
              Headings.of(score),
              "%",
              List.of("train-" + hits, measured.get(0), measured.get(1))));
    } else {
      charts.add(chart(log, Headings.of(score), "%", measured));
      charts.add(chart(log, Headings.of(hits), "%", List.of("train-" + hits)));
    }
    charts.add(chart(log, "Learning rate", "", List.of("lr")));
    charts.add(
        chart(log, "Routing", "", List.of("routing-entropy", "routing-max-load", "balance")));
    return new Curves(charts.stream().filter(c -> !c.series().isEmpty()).toList());
  }

  /** The course of some metrics, those that were logged. */
  public static LineChart chart(MetricsLog log, String title, String unit, List<String> keys) {
    List<Series> series = new ArrayList<>();
    for (String key : keys) {
      List<Series.Point> points = new ArrayList<>();
      for (Map<String, Object> record : log.records()) {
        if (record.get(key) instanceof Number y
            && record.get(MetricsLog.EPOCH) instanceof Number x) {
          points.add(new Series.Point(x.doubleValue(), y.doubleValue()));
        }
      }
      if (!points.isEmpty()) {
        series.add(new Series(key, points));
      }
    }
    return new LineChart(title, "epoch", unit, series);
  }

  private Section routingSection() {
    List<ExpertUse> blocks = routing.blocks();
    double[][] load =
        blocks.stream()
            .map(b -> b.load().stream().mapToDouble(Double::doubleValue).toArray())
            .toArray(double[][]::new);
    double[] entropy = blocks.stream().mapToDouble(ExpertUse::entropy).toArray();
    return new Routing(load, entropy, routing.warnings());
  }

  private Section parameters() {
    ParameterReport p = result.parameters();
    List<ParameterSection.Row> rows =
        List.of(
            new ParameterSection.Row("method", p.peft(), p.peftPercent(), "trained, without head"),
            new ParameterSection.Row("head", p.head(), 100.0 * p.head() / p.backbone(), "trained"),
            new ParameterSection.Row(
                "trainable", p.trainable(), p.trainablePercent(), "method and head"),
            new ParameterSection.Row(
                "stored",
                p.stored(),
                100.0 * p.stored() / p.backbone(),
                String.format(Locale.ROOT, "in the adapter file, %,d bytes", p.storedBytes())),
            new ParameterSection.Row("backbone", p.backbone(), 100, "frozen, without any head"));
    List<ParameterSection.Tensor> tensors = new ArrayList<>();
    model
        .trainable()
        .forEach(
            (name, t) ->
                tensors.add(
                    new ParameterSection.Tensor(name, Tensors.shape(t.shape()), t.numel())));
    return new ParameterSection(rows, tensors);
  }
}
