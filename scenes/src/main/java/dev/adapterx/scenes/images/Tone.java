package dev.adapterx.scenes.images;

/** Maps a signal in about -1 … 1 to the second colour's share. */
enum Tone {
  SOFT {
    @Override
    double of(double signal) {
      return Field.clamp(0.5 + 0.6 * signal);
    }
  },
  HARD {
    @Override
    double of(double signal) {
      return Field.clamp(0.5 + 4 * signal);
    }
  },
  /** Thin lines where the signal changes its sign. */
  VEINS {
    @Override
    double of(double signal) {
      return Field.clamp(1.2 - 3.5 * Math.abs(signal));
    }
  },
  /** Separate spots where the signal is high. */
  PEAKS {
    @Override
    double of(double signal) {
      return Field.clamp(3.5 * (signal - 0.35));
    }
  };

  abstract double of(double signal);

  /** The highest frequency, in cycles per image, that 64 pixels can still show. */
  double finest() {
    return this == VEINS ? 6 : 13;
  }
}
