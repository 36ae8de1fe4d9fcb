package dev.adapterx.train.loop;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/** Logs the progress of a run. */
record LoggingListener(Logger log) implements RunListener {
  @Override
  public void started(Map<String, String> facts, int batch, String noun) {
    facts.forEach((name, value) -> log.info("{}: {}", name, value));
  }

  @Override
  public void epochDone(int epoch, int epochs, Map<String, Object> metrics) {
    if (log.isInfoEnabled()) {
      log.info("epoch {}/{}: {}", epoch, epochs, text(metrics));
    }
  }

  private static String text(Map<String, Object> metrics) {
    return metrics.entrySet().stream()
        .map(
            e ->
                e.getKey()
                    + " "
                    + (e.getValue() instanceof Double d
                        ? String.format(Locale.ROOT, "%.4g", d)
                        : e.getValue()))
        .collect(Collectors.joining(", "));
  }

  @Override
  public void warned(String message) {
    log.warn("{}", message);
  }
}
