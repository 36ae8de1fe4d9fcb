package dev.adapterx.model.int8;

import dev.adapterx.base.ConfigException;
import dev.adapterx.model.BackboneTuner;
import dev.adapterx.nn.Linear;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Collects what the linear layers of a model's blocks are given. */
public final class Calibration {
  /** How many inputs are looked at. */
  public static final int MOST = 64;

  private static final double RARE = 1e-4; // the share of sizes above the usual one

  private final Map<String, Seen> layers = new LinkedHashMap<>();

  /** A forward pass with something around the backbone. */
  @FunctionalInterface
  public interface Running {
    void run(Tensor input, BackboneTuner around);
  }

  /**
   * The ranges over the first {@link #MOST} inputs.
   *
   * @param inputs batches (B, …)
   * @throws ConfigException when there is none
   */
  public List<LayerRange> of(Iterable<Tensor> inputs, Running model, BackboneTuner tuner) {
    long seen = 0;
    AroundLinears recording =
        new AroundLinears(tuner, (name, linear, pass) -> linear.by((x, l) -> recorded(name, x, l)));
    for (Tensor batch : inputs) {
      try (Scope scope = Scope.withoutGradients()) {
        long rest = Math.min(batch.size(0), MOST - seen);
        model.run(batch.narrow(0, 0, rest), recording);
        seen += rest;
      }
      if (seen == MOST) {
        break;
      }
    }
    if (seen == 0) {
      throw new ConfigException(
          "int8 needs samples of the training split, to find the layers that must stay as they"
              + " are, and there is none");
    }
    return layers.entrySet().stream().map(e -> e.getValue().range(e.getKey())).toList();
  }

  private Tensor recorded(String name, Tensor x, Linear layer) {
    layers.computeIfAbsent(name, unused -> new Seen()).add(x);
    return layer.plain(x);
  }

  /** What one layer was given so far. */
  private static final class Seen {
    private float least;
    private float largest;
    private long count;
    private final List<float[]> rare = new ArrayList<>(); // the largest sizes of each batch

    void add(Tensor given) {
      try (Scope scope = Scope.withoutGradients()) {
        Tensor x = Tensors.fp32(given).reshape(-1);
        least = Math.min(least, x.min().item_float());
        largest = Math.max(largest, x.max().item_float());
        count += x.numel();
        // No more than this many of one batch can lie above the quantile of all inputs.
        double all = (double) MOST * x.numel() / given.size(0);
        long most = Math.min(x.numel(), (long) Math.ceil(RARE * all) + 1);
        Tensor sizes = x.maximum(x.mul(new Scalar(-1.0)));
        rare.add(Tensors.floats(sizes.topk(most, 0, true, true).get0()));
      }
    }

    LayerRange range(String name) {
      float[] all = new float[rare.stream().mapToInt(r -> r.length).sum()];
      int at = 0;
      for (float[] part : rare) {
        System.arraycopy(part, 0, all, at, part.length);
        at += part.length;
      }
      Arrays.sort(all);
      int above = (int) Math.min(all.length - 1L, (long) (RARE * count));
      return new LayerRange(name, least, largest, all[all.length - 1 - above]);
    }
  }
}
