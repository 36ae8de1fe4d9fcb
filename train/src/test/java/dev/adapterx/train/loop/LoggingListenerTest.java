package dev.adapterx.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.MessageFormatter;

class LoggingListenerTest {
  /** Keeps what it is told. */
  private static final class Kept extends AbstractLogger {
    private static final long serialVersionUID = 1L;
    private final transient List<String> lines = new ArrayList<>();

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public boolean isTraceEnabled(Marker marker) {
      return false;
    }

    @Override
    public boolean isDebugEnabled() {
      return false;
    }

    @Override
    public boolean isDebugEnabled(Marker marker) {
      return false;
    }

    @Override
    public boolean isInfoEnabled() {
      return true;
    }

    @Override
    public boolean isInfoEnabled(Marker marker) {
      return true;
    }

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public boolean isWarnEnabled(Marker marker) {
      return true;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled(Marker marker) {
      return true;
    }

    @Override
    protected String getFullyQualifiedCallerName() {
      return "";
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level, Marker marker, String message, Object[] arguments, Throwable cause) {
      lines.add(level + " " + MessageFormatter.basicArrayFormat(message, arguments));
    }
  }

  @Test
  void facts_and_epochs_are_information_and_warnings_are_warnings() {
    Kept log = new Kept();
    RunListener listener = new LoggingListener(log);
    Map<String, Object> metrics = new LinkedHashMap<>();
    metrics.put("loss", 0.123456);
    metrics.put("steps", 8);
    listener.started(Map.of("method", "LoRA {x}"), 4, "images");
    listener.epochDone(2, 3, metrics);
    listener.warned("one {} expert");
    assertThat(log.lines)
        .containsExactly(
            "INFO method: LoRA {x}", "INFO epoch 2/3: loss 0.1235, steps 8", "WARN one {} expert");
  }
}
