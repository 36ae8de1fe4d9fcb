package dev.adapterx.hub;

import java.time.Duration;

/**
 * How long to try.
 *
 * @param tries in a row without a byte gained
 * @param first wait, before the second try; doubled before each further one
 * @param longest that a server may ask to wait for
 * @param stall without a byte before a connection counts as cut
 */
record Patience(int tries, Duration first, Duration longest, Duration stall) {
  static final Patience USUAL =
      new Patience(5, Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofMinutes(1));
}
