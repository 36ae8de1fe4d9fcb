package dev.adapterx.tensor;

import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
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

  private final @Nullable PointerScope around = PointerScope.getInnerScope(); // before the next
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

  /**
   * Runs a part of a walk and frees at its end all it made but its result, which the scope around
   * owns from then on. What a backward pass will need lives on in libtorch's graph; what it will
   * not need, most of a frozen layer's, gives its memory to the next part.
   */
  public static Tensor within(Supplier<Tensor> part) {
    try (Scope inner = open()) {
      return inner.leave(part.get());
    }
  }

  /**
   * Keeps values made in scopes inside the one it was asked for alive as long as that.
   *
   * @param pointers absent where there was no scope
   */
  public record Keeper(@Nullable PointerScope pointers) {
    /** Keeps one. */
    public <P extends Pointer> P keep(P value) {
      if (pointers != null) {
        pointers.attach(value);
      }
      return value;
    }
  }

  /** Of the scope this thread is in. */
  public static Keeper keeper() {
    return new Keeper(PointerScope.getInnerScope());
  }

  /** Lets a value outlive this scope; from then on the caller closes it. */
  public <P extends Pointer> P keep(P value) {
    value.retainReference();
    pointers.detach(value);
    return value;
  }

  /** Lets a value outlive this scope and belong to the one around it, if there is one. */
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
    // Explicitly and first: the guard resets the grad mode of the thread that closes it.
    if (noGrad != null) {
      noGrad.close();
    }
    pointers.close();
  }
}
