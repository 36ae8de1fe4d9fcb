package dev.adapterx.serve;

import dev.adapterx.infer.Adapters;
import dev.adapterx.infer.Batcher;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts of requests, and all counts there are as Prometheus reads them (text format 0.0.4). */
final class Metrics {
  /** Upper bounds of the durations, in seconds. */
  private static final double[] BOUNDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

  private final Map<String, LongAdder> answered = new ConcurrentSkipListMap<>();
  private final LongAdder[] within = new LongAdder[BOUNDS.length + 1];
  private final LongAdder nanoseconds = new LongAdder();

  Metrics() {
    for (int i = 0; i < within.length; i++) {
      within[i] = new LongAdder();
    }
  }

  /**
   * A request was answered.
   *
   * @param route its pattern: of those there are only so many, whatever is asked
   * @param predicts whether its duration counts: those of others say nothing
   */
  void answered(String route, int status, long nanos, boolean predicts) {
    String labels = "route=\"" + route + "\",status=\"" + status + "\"";
    answered.computeIfAbsent(labels, key -> new LongAdder()).increment();
    if (predicts && status == 200) {
      int bucket = 0;
      while (bucket < BOUNDS.length && nanos > BOUNDS[bucket] * 1e9) {
        bucket++;
      }
      within[bucket].increment();
      nanoseconds.add(nanos);
    }
  }

  /** All counts as text. */
  String text(Batcher.Statistics queue, Adapters adapters, boolean ready) {
    StringBuilder out = new StringBuilder();
    head(out, "requests_total", "counter", "Requests answered, by route and status.");
    new TreeMap<>(answered)
        .forEach(
            (labels, count) ->
                out.append("adapterx_requests_total{")
                    .append(labels)
                    .append("} ")
                    .append(count)
                    .append('\n'));
    durations(out);
    figure(out, "ready", "gauge", "Whether requests are taken.", ready ? 1 : 0);
    figure(out, "samples_waiting", "gauge", "Samples that wait now.", queue.waiting());
    figure(out, "groups_working", "gauge", "Groups that are computed now.", queue.working());
    figure(out, "samples_total", "counter", "Samples that were let in.", queue.taken());
    figure(out, "samples_refused_total", "counter", "Samples without room.", queue.refused());
    figure(out, "samples_late_total", "counter", "Samples past their deadline.", queue.late());
    figure(out, "samples_cancelled_total", "counter", "Samples given up.", queue.cancelled());
    figure(out, "samples_failed_total", "counter", "Samples that failed.", queue.failed());
    figure(out, "groups_total", "counter", "Groups computed: forward passes.", queue.groups());
    Adapters.Statistics of = adapters.statistics();
    figure(out, "adapters_loaded", "gauge", "Adapters in memory.", adapters.loaded().size());
    figure(out, "adapter_bytes", "gauge", "Memory of adapters.", adapters.bytes());
    figure(out, "adapter_hits_total", "counter", "Uses of a loaded adapter.", of.hits());
    figure(out, "adapter_loads_total", "counter", "Adapters loaded.", of.loads());
    figure(out, "adapter_reloads_total", "counter", "Of these, changed files.", of.reloads());
    figure(out, "adapter_evictions_total", "counter", "Given up for memory.", of.evictions());
    figure(out, "adapter_failures_total", "counter", "Could not be loaded.", of.failures());
    return out.toString();
  }

  private void durations(StringBuilder out) {
    String name = "predict_seconds";
    head(out, name, "histogram", "From a prediction's request to its answer.");
    long below = 0;
    for (int i = 0; i < within.length; i++) {
      below += within[i].sum();
      String bound = i < BOUNDS.length ? String.valueOf(BOUNDS[i]) : "+Inf";
      out.append("adapterx_predict_seconds_bucket{le=\"").append(bound).append("\"} ");
      out.append(below).append('\n');
    }
    out.append("adapterx_predict_seconds_sum ").append(nanoseconds.sum() / 1e9).append('\n');
    out.append("adapterx_predict_seconds_count ").append(below).append('\n');
  }

  private static void figure(StringBuilder out, String name, String type, String help, long n) {
    head(out, name, type, help);
    out.append("adapterx_").append(name).append(' ').append(n).append('\n');
  }

  private static void head(StringBuilder out, String name, String type, String help) {
    out.append("# HELP adapterx_").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE adapterx_").append(name).append(' ').append(type).append('\n');
  }
}
