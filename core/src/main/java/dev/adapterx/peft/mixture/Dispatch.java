package dev.adapterx.peft.mixture;

/**
 * Tokens sorted by the expert they go to: a counting sort, so each expert's tokens keep their
 * order. The run of an expert that has tokens is padded to a multiple of {@code step}, so that
 * kernels compiled for a number of rows (oneDNN's bf16 products) are reused in many steps.
 *
 * @param order the token at each sorted position; the first token where a run is padded
 * @param back the sorted position of each token
 * @param starts first sorted position of each expert
 * @param counts positions of each expert
 */
@SuppressWarnings("ArrayRecordComponent") // index buffers in transit to the engine
record Dispatch(long[] order, long[] back, long[] starts, long[] counts) {
  /** Sorts tokens into runs whose lengths are multiples of {@code step}. */
  static Dispatch of(long[] expert, int experts, int step) {
    long[] counts = new long[experts];
    for (long e : expert) {
      counts[(int) e]++;
    }
    long[] starts = new long[experts];
    int places = 0;
    for (int e = 0; e < experts; e++) {
      starts[e] = places;
      counts[e] = (counts[e] + step - 1) / step * step;
      places += (int) counts[e];
    }
    long[] next = starts.clone();
    long[] order = new long[places];
    long[] back = new long[expert.length];
    for (int t = 0; t < expert.length; t++) {
      int place = (int) next[(int) expert[t]]++;
      order[place] = t;
      back[t] = place;
    }
    return new Dispatch(order, back, starts, counts);
  }
}
