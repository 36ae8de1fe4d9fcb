package dev.adapterx.peft;

/**
 * Tokens sorted by the expert they go to: a counting sort, so equal experts keep their tokens'
 * order.
 *
 * @param order the token at each sorted place
 * @param back the sorted place of each token
 * @param starts first sorted place of each expert
 * @param counts tokens of each expert
 */
@SuppressWarnings("ArrayRecordComponent") // index buffers on their way to the engine
record Dispatch(long[] order, long[] back, long[] starts, long[] counts) {
  static Dispatch of(long[] expert, int experts) {
    long[] counts = new long[experts];
    for (long e : expert) {
      counts[(int) e]++;
    }
    long[] starts = new long[experts];
    for (int e = 1; e < experts; e++) {
      starts[e] = starts[e - 1] + counts[e - 1];
    }
    long[] next = starts.clone();
    long[] order = new long[expert.length];
    long[] back = new long[expert.length];
    for (int t = 0; t < expert.length; t++) {
      int place = (int) next[(int) expert[t]]++;
      order[place] = t;
      back[t] = place;
    }
    return new Dispatch(order, back, starts, counts);
  }
}
