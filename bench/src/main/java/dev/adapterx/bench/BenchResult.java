package dev.adapterx.bench;

import dev.adapterx.tensor.Precision;
import dev.adapterx.train.report.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All measurements of one run: stored as JSON and printed as a table. */
record BenchResult(String command, Machine machine, List<Measured> cases) {
  /** The table, and notes below it. */
  String markdown() {
    boolean peers = cases.stream().anyMatch(m -> m.peer() != null);
    List<String> head =
        new ArrayList<>(
            List.of(
                "model",
                "method",
                "head",
                "work",
                "type",
                "batch",
                "samples/s",
                "MiB",
                "GFLOP/s",
                "% of ceiling"));
    if (peers) {
      head.addAll(
          List.of(
              "best peer",
              "its samples/s",
              "its MiB",
              "speed, times",
              "from",
              "to",
              "memory, times"));
    }
    List<List<String>> rows = new ArrayList<>();
    cases.forEach(m -> rows.add(row(m, head.size())));
    StringBuilder text = new StringBuilder(new Columns(head, rows).markdown()).append('\n');
    notes(peers).forEach(note -> text.append("- ").append(note).append('\n'));
    return text.toString();
  }

  private List<String> row(Measured m, int width) {
    Case of = m.of();
    List<String> row =
        new ArrayList<>(
            List.of(
                of.model(),
                of.peft().title() + settings(of),
                of.head().title(),
                lower(of.work()),
                lower(of.precision()),
                Integer.toString(of.batch())));
    if (m.failure() != null) {
      row.add("failed");
    } else {
      double ceiling = machine.ceiling().getOrDefault(of.precision(), Double.NaN);
      row.add(number("%.1f", Measured.median(m.samplesPerSecond())));
      row.add(mebibytes(m.peakBytes()));
      row.add(number("%.0f", m.flopsPerSecond() / 1e9));
      row.add(number("%.0f", 100 * m.flopsPerSecond() / ceiling));
      if (m.peer() != null) {
        Measured.Peer peer = m.peer();
        row.add(peer.variant());
        row.add(number("%.1f", Measured.median(peer.samplesPerSecond())));
        row.add(mebibytes(peer.peakBytes()));
        row.add(number("%.2f", Measured.median(peer.ratios())));
        row.add(number("%.2f", peer.ratios().stream().min(Double::compare).orElse(Double.NaN)));
        row.add(number("%.2f", peer.ratios().stream().max(Double::compare).orElse(Double.NaN)));
        row.add(number("%.2f", (double) m.peakBytes() / peer.peakBytes()));
      }
    }
    while (row.size() < width) {
      row.add("-");
    }
    return row;
  }

  private static String settings(Case of) {
    return of.method().startsWith("{") ? " " + of.method().replaceAll("[{}\"]", "") : "";
  }

  private List<String> notes(boolean peers) {
    List<String> notes = new ArrayList<>();
    notes.add(
        "%s, %s; %d threads, Java %s, commit %s, %s"
            .formatted(
                machine.processor(),
                String.join(" ", machine.instructions()),
                machine.threads(),
                machine.java(),
                machine.commit(),
                machine.date()));
    for (Map.Entry<Precision, Double> ceiling : machine.ceiling().entrySet()) {
      notes.add(
          "ceiling in %s: %s GFLOP/s, the fastest matrix product of ViT-B/16's MLP in the same run"
              .formatted(lower(ceiling.getKey()), number("%.0f", ceiling.getValue() / 1e9)));
    }
    notes.add(
        "GFLOP/s count the backbone's own matrix products alone; samples/s is the median of the rounds; MiB the largest resident set of a process that did this case alone");
    if (peers) {
      notes.add(
          "times: this library over the fastest way of the peer, median and range of the pairs (speed: larger is better; memory: smaller)");
    }
    cases.stream()
        .filter(m -> m.failure() != null)
        .forEach(m -> notes.add(m.of() + " failed: " + m.failure()));
    return notes;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  static String number(String format, double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "-";
  }

  private static String mebibytes(long bytes) {
    return Long.toString(bytes >> 20);
  }
}
