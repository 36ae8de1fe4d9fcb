package dev.adapterx.hub;

import java.time.Duration;

/**
 * Limits of retrying.
 *
 * @param tries in a row without progress
 * @param first wait, before the second try; doubled before each further one
 * @param longest wait that a server may request
 * @param stall time without a byte after which a connection counts as broken
 */
record Patience(int tries, Duration first, Duration longest, Duration stall) {
  static final Patience USUAL =
      new Patience(5, Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofMinutes(1));
}
