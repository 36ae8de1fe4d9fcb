package dev.adapterx.tensor;

import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Frees, when closed, every tensor that was made inside it on this thread. One scope per training
 * step, evaluation batch or request keeps native memory constant; a tensor that must live longer
 * leaves by {@link #keep}.
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

  private final @Nullable PointerScope around = PointerScope.getInnerScope(); // before the next
  private final PointerScope pointers = new PointerScope();
  private final @Nullable NoGradGuard noGrad;

  private Scope(boolean gradients) {
    this.noGrad = gradients ? null : new NoGradGuard();
  }

  /** A scope that leaves gradient recording as it is. */
  public static Scope open() {
    return new Scope(true);
  }

  /** A scope in which no operation is recorded for a backward pass. */
  public static Scope withoutGradients() {
    return new Scope(false);
  }

  /**
   * Runs a part of a forward pass and then frees everything it made except its result, which the
   * enclosing scope owns from then on. What the backward pass needs stays alive in libtorch's
   * graph; the rest, most of a frozen layer's intermediates, is freed for the next part.
   */
  public static Tensor within(Supplier<Tensor> part) {
    try (Scope inner = open()) {
      return inner.leave(part.get());
    }
  }

  /**
   * Keeps values made in inner scopes alive as long as the scope it was created in.
   *
   * @param pointers absent if there was no scope
   */
  public record Keeper(@Nullable PointerScope pointers) {
    /** Keeps a value. */
    public <P extends Pointer> P keep(P value) {
      if (pointers != null) {
        pointers.attach(value);
      }
      return value;
    }
  }

  /** The keeper of the scope this thread is in. */
  public static Keeper keeper() {
    return new Keeper(PointerScope.getInnerScope());
  }

  /** Lets a value outlive this scope; from then on the caller closes it. */
  public <P extends Pointer> P keep(P value) {
    value.retainReference();
    pointers.detach(value);
    return value;
  }

  /** Lets a value outlive this scope and belong to the enclosing one, if there is one. */
  public <P extends Pointer> P leave(P value) {
    keep(value);
    if (around != null) {
      around.attach(value);
      value.releaseReference();
    }
    return value;
  }

  @Override
  public void close() {
    // Closed explicitly and first: the guard resets the grad mode of the thread that closes it.
    if (noGrad != null) {
      noGrad.close();
    }
    pointers.close();
  }
}
