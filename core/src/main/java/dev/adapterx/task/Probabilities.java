package dev.adapterx.task;

import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Class probabilities, computed in one place: evaluation and prediction get the same bits. Among
 * equal ones the class with the lower index comes first.
 */
public final class Probabilities {
  private Probabilities() {}

  /**
   * Probabilities from scores: {@code softmax} over the classes in fp32. Call inside a {@code
   * Scope}.
   *
   * @param scores (B, C), of any dtype
   * @return B rows of C values
   */
  public static List<float[]> of(Tensor scores) {
    int classes = Math.toIntExact(scores.size(1));
    float[] flat = Tensors.floats(torch.softmax(Tensors.fp32(scores), 1));
    List<float[]> rows = new ArrayList<>();
    for (int at = 0; at < flat.length; at += classes) {
      rows.add(Arrays.copyOfRange(flat, at, at + classes));
    }
    return rows;
  }

  /**
   * The mean {@code 1/n Σ_i p_i} of several models' probabilities for one sample, summed in their
   * order.
   *
   * @param members (C) each, at least one
   */
  public static float[] mean(List<float[]> members) {
    float[] mean = new float[members.get(0).length];
    for (float[] p : members) {
      for (int c = 0; c < mean.length; c++) {
        mean[c] += p[c];
      }
    }
    for (int c = 0; c < mean.length; c++) {
      mean[c] /= members.size();
    }
    return mean;
  }

  /**
   * The same for each sample of a batch.
   *
   * @param members at least one, with (C) of each of the same samples
   */
  public static List<float[]> means(List<List<float[]>> members) {
    List<float[]> means = new ArrayList<>();
    for (int i = 0; i < members.get(0).size(); i++) {
      int sample = i;
      means.add(mean(members.stream().map(rows -> rows.get(sample)).toList()));
    }
    return means;
  }

  /** The most probable class. */
  public static int best(float[] p) {
    int best = 0;
    for (int c = 1; c < p.length; c++) {
      best = p[c] > p[best] ? c : best;
    }
    return best;
  }

  /**
   * The most probable classes, best first.
   *
   * @param most how many, or all if there are fewer
   */
  public static List<Integer> ranked(float[] p, int most) {
    return IntStream.range(0, p.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer c) -> -p[c]).thenComparing(c -> c))
        .limit(most)
        .toList();
  }
}
