package dev.adapterx.train.loop;

import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Adam with decoupled weight decay (Loshchilov, Hutter, ICLR 2019, <a
 * href="https://arxiv.org/abs/1711.05101">paper</a>) over one flat buffer: the trained tensors and
 * their gradients become views of it, so that a step is a few operations however many tensors there
 * are, and the whole state is three vectors.
 *
 * <pre>
 *   m ← β₁ m + (1-β₁) g      v ← β₂ v + (1-β₂) g²
 *   θ ← θ (1 - lr·wd) - lr · m̂ / (√v̂ + ε)      m̂ = m/(1-β₁ᵗ), v̂ = v/(1-β₂ᵗ)
 * </pre>
 */
public final class AdamW implements AutoCloseable {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPS = 1e-8;

  private final double weightDecay;
  private final long decayed;
  private final List<Tensor> order;
  private final Tensor theta;
  private final Tensor shared;
  private final Tensor gradient;
  private final Tensor m;
  private final Tensor v;
  private long step;

  /**
   * Takes ownership of the tensors' storage.
   *
   * @param undecayed names exempt from weight decay
   */
  public AdamW(NamedTensors trainable, Set<String> undecayed, double weightDecay) {
    this(trainable, undecayed, weightDecay, 0);
  }

  /**
   * Takes ownership of the tensors' storage.
   *
   * @param undecayed names exempt from weight decay
   * @param tail numbers behind the gradients in {@link #shared}
   */
  AdamW(NamedTensors trainable, Set<String> undecayed, double weightDecay, int tail) {
    this.weightDecay = weightDecay;
    this.order = new ArrayList<>();
    trainable.forEach((name, t) -> addIf(!undecayed.contains(name), t, order));
    this.decayed = order.stream().mapToLong(Tensor::numel).sum();
    trainable.forEach((name, t) -> addIf(undecayed.contains(name), t, order));
    long size = order.stream().mapToLong(Tensor::numel).sum();
    try (Scope scope = Scope.withoutGradients()) {
      this.theta = scope.keep(zeros(size));
      this.shared = scope.keep(zeros(size + tail));
      this.gradient = scope.keep(shared.narrow(0, 0, size));
      this.m = scope.keep(zeros(size));
      this.v = scope.keep(zeros(size));
      long at = 0;
      for (Tensor t : order) {
        Tensor place = theta.narrow(0, at, t.numel()).view(t.shape());
        place.copy_(t);
        t.set_data(place);
        at += t.numel();
      }
    }
  }

  /** Zeros on the device of the trained tensors. */
  private Tensor zeros(long size) {
    return order.isEmpty()
        ? Tensors.zeros(ScalarType.Float, size)
        : Tensors.fp32(order.get(0)).new_zeros(size);
  }

  private static void addIf(boolean wanted, Tensor tensor, List<Tensor> order) {
    if (wanted) {
      order.add(tensor);
    }
  }

  /** Sets the gradients to zero. */
  public void zeroGradients() {
    shared.zero_();
  }

  /** Adds the result of {@link #gradientsOf}, and frees it. */
  public void addGradients(List<Tensor> gradients) {
    try (Scope scope = Scope.withoutGradients()) {
      long at = 0;
      for (int i = 0; i < order.size(); i++) {
        long length = order.get(i).numel();
        Tensor g = gradients.get(i);
        if (g.defined()) {
          gradient.narrow(0, at, length).add_(g.flatten());
        }
        g.close();
        at += length;
      }
    }
  }

  /**
   * The gradients of a loss in the order of the flat buffer; undefined where the loss does not
   * depend on a tensor. They are not concatenated here: for a whole backbone that would be one more
   * copy. Does not modify the optimiser, so that many threads can compute gradients at once.
   *
   * @param pass the forward pass that computed the loss
   */
  public List<Tensor> gradientsOf(Tensor loss, Pass pass) {
    return pass.gradients(loss, order);
  }

  /** Norm of the whole gradient. */
  public double gradientNorm() {
    try (Scope scope = Scope.withoutGradients()) {
      return gradient.norm().item_double();
    }
  }

  /**
   * Scales the gradient down to the norm {@code limit} if it is larger, as PyTorch's
   * clip_grad_norm_.
   */
  public void clip(double limit, double norm) {
    double factor = limit / (norm + 1e-6);
    if (factor < 1) {
      gradient.mul_(new Scalar(factor));
    }
  }

  /** One step with the current gradients. */
  public void step(double lr) {
    step++;
    long rest = theta.numel() - decayed;
    try (Scope scope = Scope.withoutGradients()) {
      FusedAdamW fused = new FusedAdamW(lr, BETA1, BETA2, EPS, step);
      if (decayed > 0) {
        fused.step(
            weightDecay,
            part(theta, 0, decayed),
            part(gradient, 0, decayed),
            part(m, 0, decayed),
            part(v, 0, decayed));
      }
      if (rest > 0) {
        fused.step(
            0,
            part(theta, decayed, rest),
            part(gradient, decayed, rest),
            part(m, decayed, rest),
            part(v, decayed, rest));
      }
    }
  }

  private static Tensor part(Tensor flat, long from, long length) {
    return flat.narrow(0, from, length);
  }

  /** Steps taken. */
  public long steps() {
    return step;
  }

  /** All trained values in one vector: what checkpoints and the moving average store. */
  public Tensor theta() {
    return theta;
  }

  public Tensor gradient() {
    return gradient;
  }

  /** The gradients and what stands behind them: what ranks sum. */
  Tensor shared() {
    return shared;
  }

  /** What stands behind the gradients; a view. */
  Tensor tail() {
    return shared.narrow(0, gradient.numel(), shared.numel() - gradient.numel());
  }

  Tensor firstMoment() {
    return m;
  }

  Tensor secondMoment() {
    return v;
  }

  /** Continues after a checkpoint has been copied into the three vectors. */
  void resumeAt(long steps) {
    this.step = steps;
  }

  @Override
  public void close() {
    theta.close();
    gradient.close();
    shared.close();
    m.close();
    v.close();
  }
}
