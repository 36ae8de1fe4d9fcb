package dev.adapterx.dense.score;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** The found objects of one class over all pictures, by score descending. */
final class Ranking {
  /** One found object: number {@code place} of its picture's. */
  private record Entry(Matching matching, int place) {}

  private final List<Entry> entries;

  private Ranking(List<Entry> entries) {
    this.entries = entries;
  }

  static Ranking of(Collection<Matching> pictures) {
    Entry[] entries = new Entry[pictures.stream().mapToInt(Matching::size).sum()];
    int n = 0;
    for (Matching matching : pictures) {
      for (int d = 0; d < matching.size(); d++) {
        entries[n++] = new Entry(matching, d);
      }
    }
    // Stable; + 0.0 since a negative zero equals zero.
    Arrays.sort(
        entries,
        (a, b) -> Double.compare(b.matching.score(b.place) + 0.0, a.matching.score(a.place) + 0.0));
    return new Ranking(List.of(entries));
  }

  /**
   * F1 of those with a score of at least 0, 0.01 … 1: {@code 2 right / (wanted + right + wrong)}.
   *
   * @param most how many found objects of a picture count
   * @param wanted how many true objects there are
   * @param f1 takes them; NaN when nothing is wanted
   */
  void balance(int area, int limit, int most, int wanted, double[] f1) {
    int at = 0;
    int right = 0;
    int wrong = 0;
    for (int s = f1.length - 1; s >= 0; s--) {
      double least = s / (f1.length - 1.0);
      for (; at < entries.size(); at++) {
        Entry entry = entries.get(at);
        if (entry.matching.score(entry.place) < least) {
          break;
        }
        if (entry.place < most) {
          right += entry.matching.right(area, entry.place, limit) ? 1 : 0;
          wrong += entry.matching.wrong(area, entry.place, limit) ? 1 : 0;
        }
      }
      f1[s] = wanted == 0 ? Double.NaN : 2.0 * right / (wanted + right + wrong);
    }
  }

  /**
   * Precision by recall.
   *
   * @param most how many found objects of a picture count
   * @param wanted how many true objects there are
   * @param precision takes the precision at recall 0, 0.01 … 1
   * @return the recall reached; NaN when nothing is wanted
   */
  double curve(int area, int limit, int most, int wanted, double[] precision) {
    if (wanted == 0) {
      Arrays.fill(precision, Double.NaN);
      return Double.NaN;
    }
    double[] recalls = new double[entries.size()];
    double[] precisions = new double[entries.size()];
    int n = 0;
    int right = 0;
    int wrong = 0;
    for (Entry entry : entries) {
      if (entry.place < most) {
        right += entry.matching.right(area, entry.place, limit) ? 1 : 0;
        wrong += entry.matching.wrong(area, entry.place, limit) ? 1 : 0;
        recalls[n] = (double) right / wanted;
        precisions[n++] = right / (wrong + right + Math.ulp(1.0));
      }
    }
    for (int i = n - 1; i > 0; i--) {
      precisions[i - 1] = Math.max(precisions[i - 1], precisions[i]);
    }
    int at = 0;
    for (int r = 0; r < precision.length; r++) {
      // numpy's linspace(0, 1, 101), bit for bit.
      double wantedRecall = r == precision.length - 1 ? 1 : r * 0.01;
      while (at < n && recalls[at] < wantedRecall) {
        at++;
      }
      precision[r] = at < n ? precisions[at] : 0;
    }
    return n == 0 ? 0 : recalls[n - 1];
  }
}
