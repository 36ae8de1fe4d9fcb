package dev.adapterx.peft.kit;

import dev.adapterx.nn.Linear;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** Changes some of a block's projections, each by itself. */
public interface ProjectionTuner extends WeightTuner {
  /** A method's change of one projection. */
  interface Change extends Projection.Changing {
    /** The frozen layer's input: may differ from x only where the projection is a whole layer. */
    default Tensor input(Tensor x) {
      return x;
    }

    /**
     * The projection's output with the change.
     *
     * @param y (B, N, D_out) output of the frozen projection
     * @param x (B, N, D_in)
     * @param frozen the layer the projection belongs to
     */
    Tensor output(Tensor y, Tensor x, Linear frozen, Pass pass);

    /** Merges the change into the projection's weight (D_out, D_in) in fp32. */
    Tensor weight(Tensor frozen);

    /** Merges the change into the projection's bias (D_out) in fp32. */
    default Tensor bias(Tensor frozen) {
      return frozen;
    }
  }

  /** The block's changes. */
  List<? extends Change> changes();

  @Override
  default Tensor linear(LinearSite at, Linear frozen, Tensor x, Pass pass) {
    List<? extends Change> here = Projection.Changing.of(at, changes());
    if (here.isEmpty()) {
      return frozen.forward(x);
    }
    Tensor y = frozen.forward(here.get(0).input(x));
    return Projection.joined(y, 2, here, (change, part) -> change.output(part, x, frozen, pass));
  }

  @Override
  default Linear merged(LinearSite at, Linear frozen) {
    List<? extends Change> here = Projection.Changing.of(at, changes());
    if (here.isEmpty()) {
      return frozen;
    }
    Tensor weight = Projection.joined(Tensors.fp32(frozen.weight()), 0, here, Change::weight);
    @Nullable Tensor bias = frozen.bias();
    return new Linear(
        weight, bias == null ? null : Projection.joined(Tensors.fp32(bias), 0, here, Change::bias));
  }
}
