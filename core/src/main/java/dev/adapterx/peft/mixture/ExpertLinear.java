package dev.adapterx.peft.mixture;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.Pass;
import dev.adapterx.peft.kit.AdapterInit;
import dev.adapterx.peft.kit.Modules;
import dev.adapterx.tensor.Tensors;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer with several sets of weights, which start as copies of each other. A training step
 * uses one of them, drawn at random; evaluation uses their mean.
 *
 * @param weight (E, D_out, D_in), of a single expert (D_out, D_in)
 * @param bias (E, D_out), of a single expert (D_out)
 * @param modules which entries of the weight each expert trains; absent: all
 * @param place of its tensors and of the draws
 */
record ExpertLinear(
    Tensor weight, Tensor bias, int experts, @Nullable Modules modules, String place) {

  /**
   * @param matrix initial value of all experts
   * @param sparse whether each expert trains only its own share of the entries
   */
  static ExpertLinear initial(
      int experts,
      int in,
      int out,
      boolean sparse,
      Function<Rng, Tensor> matrix,
      String place,
      Parameters parameters) {
    return new ExpertLinear(
        parameters.add(place + ".weight", rng -> copies(matrix.apply(rng), experts)),
        parameters.add(place + ".bias", rng -> copies(AdapterInit.LORA.bias(rng, out), experts)),
        experts,
        sparse && experts > 1 ? Modules.of(experts, out * in, place) : null,
        place);
  }

  private static Tensor copies(Tensor one, int experts) {
    if (experts == 1) {
      return one;
    }
    float[] values = Tensors.floats(one);
    float[] all = new float[Math.multiplyExact(experts, values.length)];
    for (int e = 0; e < experts; e++) {
      System.arraycopy(values, 0, all, e * values.length, values.length);
    }
    long[] shape = new long[one.shape().length + 1];
    shape[0] = experts;
    System.arraycopy(one.shape(), 0, shape, 1, shape.length - 1);
    return Tensors.of(all, shape);
  }

  /** The layer used in this pass. */
  Linear drawn(Pass pass) {
    if (experts == 1) {
      return new Linear(weight, bias);
    }
    if (!pass.isTraining()) {
      return new Linear(Tensors.mean(weight, 0), Tensors.mean(bias, 0));
    }
    int e = pass.rng(place + ".expert").nextInt(experts);
    Tensor own = weight.select(0, e);
    return new Linear(modules == null ? own : modules.trained(own, e), bias.select(0, e));
  }
}
