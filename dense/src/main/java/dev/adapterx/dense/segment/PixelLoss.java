package dev.adapterx.dense.segment;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.task.Hits;
import dev.adapterx.task.Judged;
import dev.adapterx.tensor.Largest;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Cross-entropy over labelled pixels, a mean by the weights of their classes as PyTorch's: {@code Σ
 * w_y · ce ÷ Σ w_y}; unlabelled pixels are in neither sum. With a share of soft dice, {@code 1 -
 * mean_c (2 Σ p t + 1) ÷ (Σ p + Σ t + 1)} over the classes that a picture has, added to it, each
 * picture by the weight of its pixels.
 *
 * @param weights w of each class; empty: 1
 * @param dice what dice is multiplied by; 0: it is left out
 */
record PixelLoss(List<Double> weights, double dice) {
  PixelLoss {
    weights = List.copyOf(weights);
    if (!weights.stream().allMatch(w -> w > 0 && w < Double.POSITIVE_INFINITY)) {
      throw new ConfigException("class weights: expected positive numbers, found " + weights);
    }
    if (!(dice >= 0 && dice < Double.POSITIVE_INFINITY)) {
      throw new ConfigException("dice: expected a number from 0, found " + dice);
    }
  }

  /** Σ w_y over the labelled pixels. */
  double weight(ClassMask mask) {
    if (weights.isEmpty()) {
      return mask.labelled();
    }
    double sum = 0;
    for (short found : mask.classes()) {
      sum += found == ClassMask.IGNORED ? 0 : weights.get(found);
    }
    return sum;
  }

  /** Σ of {@link #weight(ClassMask)}. */
  double weight(List<ClassMask> masks) {
    return masks.stream().mapToDouble(this::weight).sum();
  }

  /**
   * The mean loss; 0 where no pixel is labelled.
   *
   * @param logits (B, C, H, W)
   * @param labels (B, H, W) of int64, {@link ClassMask#IGNORED} where there is none
   * @param masks the same
   */
  Tensor of(Tensor logits, Tensor labels, List<ClassMask> masks, double smoothing) {
    double all = weight(masks);
    double part = all == 0 ? 0 : 1 / all;
    Tensor byClass = weights.isEmpty() ? null : Tensors.beside(logits, weightTensor());
    Tensor sum =
        torch.cross_entropy_loss(
            logits,
            labels,
            Tensors.optional(byClass),
            torch.Reduction.Sum.value,
            ClassMask.IGNORED,
            smoothing);
    Tensor loss = Tensors.scaled(sum, part);
    if (dice == 0) {
      return loss;
    }
    double[] shares = masks.stream().mapToDouble(m -> dice * weight(m) * part).toArray();
    return loss.add(dice(logits, labels, shares));
  }

  /**
   * The mean loss of maps (B, C, h, w), each brought to the size of its mask.
   *
   * @param scores of fp32
   */
  Tensor ofMaps(Tensor scores, List<ClassMask> masks, double smoothing) {
    if (isByPicture(scores)) {
      return judged(scores, masks, smoothing).loss();
    }
    Tensor logits = Enlarging.enlarged(scores, masks.get(0));
    return of(logits, Tensors.beside(logits, labels(masks)), masks, smoothing);
  }

  /** Whether {@link #judged} takes them: a processor's, in training. */
  static boolean isByPicture(Tensor scores) {
    return scores.requires_grad() && scores.is_cpu();
  }

  /**
   * The loss of maps in training, and the pixels whose label has the largest score there. Each
   * picture's scores are enlarged, compared and differentiated before the next one's, since they
   * are many times the map: value and gradient are those of the whole, of memory there is one
   * picture's, and it stays in the processor's cache. There is no second derivative.
   *
   * @param scores {@link #isByPicture}
   */
  Judged judged(Tensor scores, List<ClassMask> masks, double smoothing) {
    double all = weight(masks);
    Tensor maps = scores.detach().contiguous();
    ClassMask first = masks.get(0);
    Enlarging enlarging = Enlarging.of(maps.size(2), maps.size(3), first.height(), first.width());
    Tensor[] gradients = new Tensor[masks.size()];
    double sum = 0;
    long right = 0;
    for (int i = 0; i < gradients.length; i++) {
      try (Scope scope = Scope.open()) {
        Tensor logits = Enlarging.enlarged(maps.narrow(0, i, 1), first).contiguous();
        CrossEntropy own = picture(logits, masks.get(i), all, smoothing);
        gradients[i] = scope.keep(enlarging.gradient(logits));
        sum += own.loss();
        right += own.right();
      }
    }
    Tensor known = scores.mul(Tensors.cat(0, gradients)).sum(); // whose gradient is the loss's
    Hits hits = new Hits(right, masks.stream().mapToLong(ClassMask::labelled).sum());
    Tensor loss = known.sub(known.detach()).add(new Scalar(sum));
    return new Judged(loss, all, () -> hits);
  }

  /** A picture's part of a loss of which all pixels weigh {@code all}; scores become gradient. */
  private CrossEntropy picture(Tensor logits, ClassMask mask, double all, double smoothing) {
    double part = all == 0 ? 0 : 1 / all;
    int classes = Math.toIntExact(logits.size(1));
    if (smoothing == 0 && dice == 0 && logits.nbytes() <= Integer.MAX_VALUE) {
      return CrossEntropy.of(
          logits.select(0, 0), mask, CrossEntropy.factors(weights, classes, part));
    }
    List<ClassMask> one = List.of(mask);
    Tensor labels = labels(one);
    long right = right(logits, labels);
    Tensor leaf = logits.detach().clone().requires_grad_(true);
    Tensor loss = Tensors.scaled(of(leaf, labels, one, smoothing), weight(mask) * part);
    loss.backward();
    logits.copy_(leaf.grad());
    return new CrossEntropy(loss.item_double(), right);
  }

  private static long right(Tensor logits, Tensor labels) {
    try (Scope scope = Scope.withoutGradients()) {
      return Largest.isAt(logits, labels, 1).sum().item_long();
    }
  }

  /** Soft dice of each picture times its share, summed. */
  private static Tensor dice(Tensor logits, Tensor labels, double[] shares) {
    long classes = logits.size(1);
    Tensor known = labels.ge(new Scalar(0)).unsqueeze(1).to(ScalarType.Float); // (B, 1, H, W)
    Tensor truth =
        torch
            .one_hot(labels.clamp_min(new Scalar(0)), classes)
            .permute(0, 3, 1, 2)
            .to(ScalarType.Float)
            .mul(known);
    Tensor p = torch.softmax(logits, 1).mul(known);
    Tensor both = sum(p.mul(truth)); // (B, C)
    Tensor pixels = sum(truth);
    Tensor each =
        Tensors.scaled(both, 2)
            .add(new Scalar(1))
            .div(sum(p).add(pixels).add(new Scalar(1))); // (B, C)
    Tensor there = pixels.gt(new Scalar(0)).to(ScalarType.Float);
    Tensor mean = each.mul(there).sum(1).div(there.sum(1).clamp_min(new Scalar(1))); // (B)
    Tensor loss = mean.neg().add(new Scalar(1));
    float[] factors = new float[shares.length];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = (float) shares[i];
    }
    return loss.mul(Tensors.beside(loss, Tensors.of(factors, factors.length))).sum();
  }

  private static Tensor sum(Tensor map) {
    return map.flatten(2, 3).sum(2);
  }

  private Tensor weightTensor() {
    float[] values = new float[weights.size()];
    for (int c = 0; c < values.length; c++) {
      values[c] = weights.get(c).floatValue();
    }
    return Tensors.of(values, values.length);
  }

  /** Masks of one size as (B, H, W) of int64. */
  static Tensor labels(List<ClassMask> masks) {
    List<Tensor> rows = new ArrayList<>();
    for (ClassMask mask : masks) {
      ByteBuffer bytes =
          ByteBuffer.allocate(Short.BYTES * mask.classes().length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asShortBuffer().put(mask.classes());
      rows.add(Tensors.of(bytes, ScalarType.Short, 1, mask.height(), mask.width()));
    }
    return Tensors.cat(0, rows.toArray(Tensor[]::new)).to(ScalarType.Long);
  }
}
