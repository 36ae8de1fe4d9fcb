package dev.adapterx.dense.segment;

import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.tensor.Largest;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What was found in a picture.
 *
 * @param classes of every pixel, in the picture's own size; none is ignored
 * @param loss sum of the cross-entropies of the pixels that are labelled; 0 where none is known
 */
public record Segmented(ClassMask classes, double loss) {
  /** How many scores are brought to a picture's size at once, which bounds the memory. */
  private static final long BAND = 1L << 23;

  /**
   * The class of the largest score of each pixel, band by band.
   *
   * @param scores (1, C, h, w), brought to the target's size bilinearly
   * @param target whose size the result has, and whose labels the loss
   */
  static Segmented of(Tensor scores, ClassMask target) {
    int width = target.width();
    int height = target.height();
    long rows = Math.max(1, BAND / (scores.size(1) * width));
    short[] found = new short[width * height];
    double loss = 0;
    for (int from = 0; from < height; from += (int) rows) {
      int count = (int) Math.min(rows, height - from);
      try (Scope scope = Scope.open()) {
        Tensor band = band(scores, height, width, from, count);
        long[] best = Tensors.longs(Largest.index(band, 1));
        for (int i = 0; i < best.length; i++) {
          found[from * width + i] = (short) best[i];
        }
        loss += loss(band, target, from, count);
      }
    }
    return new Segmented(new ClassMask(width, height, found), loss);
  }

  /**
   * Rows of the map enlarged without corners aligned: sample {@code (y + ½) · h/H - ½}, as
   * upsample_bilinear2d does, first down the columns, then along the rows.
   */
  private static Tensor band(Tensor scores, int height, int width, int from, int count) {
    long h = scores.size(2);
    if (h == height && scores.size(3) == width) {
      return scores.narrow(2, from, count);
    }
    long[] above = new long[count];
    long[] below = new long[count];
    float[] share = new float[count];
    float scale = (float) h / height;
    for (int i = 0; i < count; i++) {
      float y = Math.max(0, (from + i + 0.5f) * scale - 0.5f);
      above[i] = (long) y;
      below[i] = Math.min(h - 1, above[i] + 1);
      share[i] = y - above[i];
    }
    Tensor first = scores.index_select(2, Tensors.beside(scores, Tensors.of(above, count)));
    Tensor second = scores.index_select(2, Tensors.beside(scores, Tensors.of(below, count)));
    Tensor part = Tensors.beside(scores, Tensors.of(share, 1, 1, count, 1));
    Tensor rows = torch.lerp(first, second, part);
    return torch.upsample_bilinear2d(rows, new long[] {count, width}, false);
  }

  private static double loss(Tensor band, ClassMask target, int from, int count) {
    int width = target.width();
    short[] classes = new short[count * width];
    System.arraycopy(target.classes(), from * width, classes, 0, classes.length);
    ClassMask part = new ClassMask(width, count, classes);
    if (part.labelled() == 0) {
      return 0;
    }
    Tensor labels = Tensors.beside(band, PixelLoss.labels(List.of(part)));
    return torch
        .cross_entropy_loss(
            band, labels, Tensors.optional(null), torch.Reduction.Sum.value, ClassMask.IGNORED, 0)
        .item_double();
  }
}
