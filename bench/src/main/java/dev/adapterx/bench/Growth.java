package dev.adapterx.bench;

import dev.adapterx.tensor.Precision;
import dev.adapterx.train.report.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * How the cost of a training step grows along one size, everything else as in ViT-Ti/16 with
 * Adapter-X at batch 16, and the exponent {@code d log(seconds) / d log(size)} between the ends,
 * beside the expected one.
 */
record Growth(List<Line> lines) {
  /**
   * One size.
   *
   * @param theory the exponent expected, and why
   */
  record Line(String size, List<Point> points, String theory) {
    double exponent() {
      Point first = points.get(0);
      Point last = points.get(points.size() - 1);
      return Math.log(last.seconds / first.seconds) / Math.log(last.value / first.value);
    }

    double memoryExponent() {
      Point first = points.get(0);
      Point last = points.get(points.size() - 1);
      return Math.log((double) last.bytes / first.bytes) / Math.log(last.value / first.value);
    }
  }

  /**
   * One measurement.
   *
   * @param seconds of a step
   * @param bytes largest resident set
   */
  record Point(double value, double seconds, long bytes) {}

  static Growth measured(Match match, Precision precision) {
    List<Line> lines = new ArrayList<>();
    String tiny = "vit_tiny_patch16_224";
    String method = "adapter-x";
    lines.add(
        line(
            match,
            "batch",
            List.of(8, 16, 32, 64),
            n -> new Case(tiny, method, HeadKind.CLASSES, Work.TRAIN, precision, n),
            "1: pieces one after the other"));
    lines.add(
        line(
            match,
            "tokens",
            List.of(197, 577, 1025),
            n ->
                new Case(
                    "vit_tiny_patch16_" + Map.of(197, 224, 577, 384, 1025, 512).get(n),
                    method,
                    HeadKind.CLASSES,
                    Work.TRAIN,
                    precision,
                    16),
            "1 (linear layers) to 2 (attention)"));
    lines.add(
        line(
            match,
            "experts",
            List.of(2, 4, 8, 16, 32, 64),
            n ->
                new Case(
                    tiny,
                    "{\"name\": \"adapter-x\", \"experts\": " + n + "}",
                    HeadKind.CLASSES,
                    Work.TRAIN,
                    precision,
                    16),
            "0: each sub-token sees one expert"));
    lines.add(
        line(
            match,
            "depth",
            List.of(3, 6, 12, 24),
            n ->
                new Case(
                    "vit_192x" + n + "x3_patch16_224",
                    method,
                    HeadKind.CLASSES,
                    Work.TRAIN,
                    precision,
                    16),
            "1"));
    lines.add(
        line(
            match,
            "width",
            List.of(192, 384, 768),
            n ->
                new Case(
                    "vit_" + n + "x12x" + n / 64 + "_patch16_224",
                    method,
                    HeadKind.CLASSES,
                    Work.TRAIN,
                    precision,
                    16),
            "1 (attention, element-wise) to 2 (linear layers)"));
    return new Growth(lines);
  }

  private static Line line(
      Match match, String size, List<Integer> values, IntFunction<Case> of, String theory) {
    List<Point> points = new ArrayList<>();
    for (int value : values) {
      Measured m = match.measure(of.apply(value));
      double rate = Measured.median(m.samplesPerSecond());
      points.add(new Point(value, m.of().batch() / rate, m.peakBytes()));
    }
    return new Line(size, points, theory);
  }

  String markdown() {
    List<List<String>> rows = new ArrayList<>();
    for (Line line : lines) {
      for (int i = 0; i < line.points.size(); i++) {
        Point point = line.points.get(i);
        boolean last = i == line.points.size() - 1;
        rows.add(
            List.of(
                line.size,
                BenchResult.number("%.0f", point.value),
                BenchResult.number("%.0f", 1e3 * point.seconds),
                Long.toString(point.bytes >> 20),
                last ? BenchResult.number("%.2f", line.exponent()) : "",
                last ? line.theory : "",
                last ? BenchResult.number("%.2f", line.memoryExponent()) : ""));
      }
    }
    return new Columns(
            List.of("size", "value", "ms a step", "MiB", "exponent", "theory", "exponent of MiB"),
            rows)
        .markdown();
  }
}
