package dev.adapterx.data.image;

import dev.adapterx.base.ConfigException;

/** Checks that the transforms' constructors share. */
final class TransformChecks {
  private TransformChecks() {}

  static void probability(String what, double value) {
    within(what, value, 0, 1);
  }

  static void within(String what, double value, double from, double to) {
    if (!(value >= from && value <= to)) {
      throw new ConfigException(what + " must be in [" + from + ", " + to + "], found " + value);
    }
  }

  static void positive(String what, int value) {
    if (value < 1) {
      throw new ConfigException(what + " must be at least 1, found " + value);
    }
  }

  static void range(String what, double from, double to) {
    if (!(from > 0 && from <= to) || !Double.isFinite(to)) {
      throw new ConfigException(
          what + " must be a range of numbers above 0, found " + from + " … " + to);
    }
  }
}
