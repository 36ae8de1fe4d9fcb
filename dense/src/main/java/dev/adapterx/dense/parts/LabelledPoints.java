package dev.adapterx.dense.parts;

import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.data.targets.PointLabels;
import dev.adapterx.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What was found of a cloud.
 *
 * @param classes of every point; none is ignored; not copied
 * @param loss sum of the cross-entropies of the points that are labelled; 0 where none is known
 */
@SuppressWarnings("ArrayRecordComponent") // as long as the cloud
public record LabelledPoints(short[] classes, double loss) {
  /**
   * The class of the largest of each point's log-probabilities, summed over the views it is in.
   *
   * @param scores (V, C, N), a row for each view
   * @param target how many points there are, which each view has, and what is known of them
   * @param competing the classes that are looked at; empty: all
   */
  static LabelledPoints of(Tensor scores, PointLabels target, List<Integer> competing) {
    int classes = Math.toIntExact(scores.size(1));
    int each = Math.toIntExact(scores.size(2));
    float[] logs = Tensors.floats(torch.log_softmax(scores, 1));
    int points = target.size();
    double[] sums = new double[Math.multiplyExact(points, classes)];
    int[] seen = new int[points];
    for (int v = 0; v < target.rows(); v++) {
      for (int i = 0; i < each; i++) {
        int point = target.point(v, i);
        seen[point]++;
        for (int c = 0; c < classes; c++) {
          sums[point * classes + c] += logs[(v * classes + c) * each + i];
        }
      }
    }
    int[] among =
        competing.isEmpty()
            ? IntStream.range(0, classes).toArray()
            : competing.stream().mapToInt(Integer::intValue).toArray();
    short[] found = new short[points];
    double loss = 0;
    for (int p = 0; p < points; p++) {
      if (seen[p] == 0) {
        throw new IllegalArgumentException("point " + p + " is in no view");
      }
      int best = among[0];
      for (int c : among) {
        best = sums[p * classes + c] > sums[p * classes + best] ? c : best;
      }
      found[p] = (short) best;
      if (target.classes()[p] != ClassMask.IGNORED) {
        loss -= sums[p * classes + target.classes()[p]] / seen[p];
      }
    }
    return new LabelledPoints(found, loss);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LabelledPoints points
        && loss == points.loss
        && Arrays.equals(classes, points.classes);
  }

  @Override
  public int hashCode() {
    return 31 * Double.hashCode(loss) + Arrays.hashCode(classes);
  }

  @Override
  public String toString() {
    return "classes of " + classes.length + " points";
  }
}
