package dev.adapterx.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Counts failures in a row and waits between them. */
final class Retries {
  private final Patience patience;
  private final FetchListener listener;
  private int failures;

  Retries(Patience patience, FetchListener listener) {
    this.patience = patience;
    this.listener = listener;
  }

  /** Progress was made: the next failure counts as the first. */
  void gained() {
    failures = 0;
  }

  /**
   * Waits before the next try.
   *
   * @param what failed, for the listener
   * @param reason why
   * @param asked wait that the server requests
   * @return whether there is another try
   */
  boolean again(String what, String reason, Optional<Duration> asked) throws IOException {
    failures++;
    Duration wait = asked.orElse(patience.first().multipliedBy(1L << Math.min(failures - 1, 20)));
    if (failures >= patience.tries() || wait.compareTo(patience.longest()) > 0) {
      return false;
    }
    listener.warned(
        "%s: %s; trying again in %s (%d of %d)"
            .formatted(what, reason, text(wait), failures + 1, patience.tries()));
    try {
      Thread.sleep(wait.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    }
    return true;
  }

  private static String text(Duration wait) {
    return wait.toSeconds() > 0 ? wait.toSeconds() + " s" : wait.toMillis() + " ms";
  }

  /** The wait given by {@code Retry-After}: seconds or a date. */
  static Optional<Duration> asked(HubResponse answer) {
    Optional<String> header = answer.header("retry-after").map(String::strip);
    if (header.isEmpty()) {
      return Optional.empty();
    }
    if (header.get().matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(header.get())));
    }
    try {
      Instant until =
          ZonedDateTime.parse(header.get(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(Instant.now(), until);
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
