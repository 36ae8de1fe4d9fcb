package dev.adapterx.tensor;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.jspecify.annotations.Nullable;

/**
 * Frees, when closed, every tensor that was made inside it on this thread. One scope per training
 * step, evaluation batch or request keeps native memory flat; what must live longer leaves by
 * {@link #keep}.
 *
 * <pre>{@code
 * try (Scope step = Scope.open()) {
 *   Tensor loss = ...;
 *   loss.backward();
 * }
 * try (Scope request = Scope.withoutGradients()) {
 *   return Tensors.floats(model.logits(images, Pass.evaluation()));
 * }
 * }</pre>
 */
public final class Scope implements AutoCloseable {
  static {
    Native.load();
  }

  private final PointerScope pointers = new PointerScope();
  private final @Nullable NoGradGuard noGrad;

  private Scope(boolean gradients) {
    this.noGrad = gradients ? null : new NoGradGuard();
  }

  /** A scope in which gradients are recorded as outside of it. */
  public static Scope open() {
    return new Scope(true);
  }

  /** A scope in which no operation is recorded for a backward pass. */
  public static Scope withoutGradients() {
    return new Scope(false);
  }

  /** Lets a value outlive this scope; from then on the caller closes it. */
  public <P extends Pointer> P keep(P value) {
    value.retainReference();
    pointers.detach(value);
    return value;
  }

  @Override
  public void close() {
    // Explicitly and first: the guard resets the grad mode of the thread that closes it.
    if (noGrad != null) {
      noGrad.close();
    }
    pointers.close();
  }
}
