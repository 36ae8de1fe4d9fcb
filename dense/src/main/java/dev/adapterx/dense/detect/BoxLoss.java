package dev.adapterx.dense.detect;

import dev.adapterx.task.Outputs;
import dev.adapterx.tensor.Tensors;
import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * FCOS's three losses, each a sum: focal loss of all places and classes (α = 0.25, γ = 2), GIoU
 * loss and binary cross-entropy of how central a place is, both of the places that a box has taken.
 *
 * @param focal {@code Σ α_t (1 - p_t)² · BCE} over places that are not left out
 * @param giou {@code Σ 1 - (I / (U + ε) - (A - U) / (A + ε))}, ε = 1e-7, A the smallest box around
 *     both
 * @param centre against {@code √(min(l, r) / max(l, r) · min(t, b) / max(t, b))}
 */
record BoxLoss(Tensor focal, Tensor giou, Tensor centre) {
  private static final double ALPHA = 0.25;
  private static final double EPS = 1e-7;
  private static final long NONE = torch.Reduction.None.value;
  private static final long SUM = torch.Reduction.Sum.value;
  private static final int SIDES = 4;

  /** Of outputs of R places each. */
  static BoxLoss of(Outputs outputs, List<Assigned> targets, Places places) {
    Tensor scores = outputs.scores(); // (B, R, C)
    Tensor focal = focal(scores, targets);
    int positives = targets.stream().mapToInt(Assigned::positives).sum();
    if (positives == 0) {
      // No box, so no gradient: still of the same outputs, which must all be read.
      Tensor nothing =
          Tensors.scaled(outputs.get(BoxHead.DISTANCES).sum(), 0)
              .add(Tensors.scaled(outputs.get(BoxHead.CENTRE).sum(), 0));
      return new BoxLoss(focal, nothing, nothing);
    }
    int r = places.count();
    long[] at = new long[positives];
    float[] strides = new float[positives];
    FloatBuffer wanted = FloatBuffer.allocate(SIDES * positives);
    float[] central = new float[positives];
    int n = 0;
    for (int b = 0; b < targets.size(); b++) {
      Assigned own = targets.get(b);
      wanted.put(own.distances());
      for (int i = 0; i < own.positives(); i++) {
        at[n] = (long) b * r + own.places()[i];
        strides[n] = (float) stride(places, own.places()[i]);
        central[n++] = central(own.distances(), SIDES * i);
      }
    }
    Tensor index = Tensors.beside(scores, Tensors.of(at, positives));
    Tensor found =
        outputs
            .get(BoxHead.DISTANCES)
            .flatten(0, 1)
            .index_select(0, index)
            .mul(Tensors.beside(scores, Tensors.of(strides, positives, 1)));
    Tensor truth = Tensors.beside(scores, Tensors.of(wanted.array(), positives, SIDES));
    Tensor logits = outputs.get(BoxHead.CENTRE).flatten(0, 1).index_select(0, index);
    Tensor shares = Tensors.beside(scores, Tensors.of(central, positives));
    return new BoxLoss(
        focal,
        giou(found, truth).sum(),
        torch.binary_cross_entropy_with_logits(
            logits, shares, Tensors.optional(null), Tensors.optional(null), SUM));
  }

  private static double stride(Places places, int place) {
    for (int i = places.levels().size() - 1; i >= 0; i--) {
      if (place >= places.levels().get(i).start()) {
        return places.levels().get(i).stride();
      }
    }
    throw new IllegalArgumentException("place " + place);
  }

  /** In single precision, as the reference has it. */
  private static float central(float[] d, int at) {
    float across = Math.min(d[at], d[at + 2]) / Math.max(d[at], d[at + 2]);
    float down = Math.min(d[at + 1], d[at + 3]) / Math.max(d[at + 1], d[at + 3]);
    return (float) Math.sqrt(across * down);
  }

  private static Tensor focal(Tensor scores, List<Assigned> targets) {
    long b = scores.size(0);
    long r = scores.size(1);
    long c = scores.size(2);
    long[] classes = new long[Math.toIntExact(b * r)];
    boolean aside = false;
    int n = 0;
    for (Assigned own : targets) {
      for (int label : own.classes()) {
        aside |= label == Assigned.ASIDE;
        classes[n++] = label;
      }
    }
    Tensor labels = Tensors.beside(scores, Tensors.of(classes, b, r));
    // One column more, which background and places left out point at.
    Tensor column = torch.where(labels.ge(new Scalar(0)), labels, new Scalar(c));
    Tensor truth =
        torch.one_hot(column.to(ScalarType.Long), c + 1).narrow(2, 0, c).to(ScalarType.Float);
    Tensor p = scores.sigmoid();
    Tensor each =
        torch.binary_cross_entropy_with_logits(
            scores, truth, Tensors.optional(null), Tensors.optional(null), NONE);
    Tensor other = truth.neg().add(new Scalar(1));
    Tensor miss = p.mul(other).add(p.neg().add(new Scalar(1)).mul(truth)); // 1 - p_t
    Tensor alpha = Tensors.scaled(truth, ALPHA).add(Tensors.scaled(other, 1 - ALPHA));
    Tensor loss = alpha.mul(miss.mul(miss)).mul(each);
    if (aside) {
      Tensor seen = labels.ge(new Scalar(Assigned.BACKGROUND)).to(ScalarType.Float).unsqueeze(2);
      loss = loss.mul(seen);
    }
    return loss.sum();
  }

  /** Of distances (n, 4) from the same points. */
  static Tensor giou(Tensor found, Tensor truth) {
    Tensor[] f = sides(found);
    Tensor[] t = sides(truth);
    Tensor across = torch.minimum(f[0], t[0]).add(torch.minimum(f[2], t[2]));
    Tensor down = torch.minimum(f[1], t[1]).add(torch.minimum(f[3], t[3]));
    Tensor both = across.mul(down);
    Tensor own = f[0].add(f[2]).mul(f[1].add(f[3]));
    Tensor other = t[0].add(t[2]).mul(t[1].add(t[3]));
    Tensor either = own.add(other).sub(both);
    Tensor width = torch.maximum(f[0], t[0]).add(torch.maximum(f[2], t[2]));
    Tensor height = torch.maximum(f[1], t[1]).add(torch.maximum(f[3], t[3]));
    Tensor around = width.mul(height);
    Tensor iou = both.div(either.add(new Scalar(EPS)));
    Tensor spare = around.sub(either).div(around.add(new Scalar(EPS)));
    return iou.sub(spare).neg().add(new Scalar(1));
  }

  private static Tensor[] sides(Tensor distances) {
    Tensor[] sides = new Tensor[SIDES];
    for (int i = 0; i < SIDES; i++) {
      sides[i] = distances.select(1, i);
    }
    return sides;
  }

  Tensor sum() {
    return focal.add(giou).add(centre);
  }
}
