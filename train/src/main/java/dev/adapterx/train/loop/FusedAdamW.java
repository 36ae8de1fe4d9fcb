package dev.adapterx.train.loop;

import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.Type;

/**
 * libtorch's fused step: all of {@link AdamW}'s formula in one pass over the four vectors instead
 * of eight. It is not part of libtorch's Java API, so it is called by its schema.
 *
 * @param step counted from 1
 */
record FusedAdamW(double lr, double beta1, double beta2, double eps, long step) {
  private static final String NAME = "aten::_fused_adamw_";

  /** Changes θ, m and v. Call inside a {@code Scope} without gradients. */
  void step(double weightDecay, Tensor theta, Tensor gradient, Tensor m, Tensor v) {
    OperatorHandle operator = Dispatcher.singleton().findSchemaOrThrow(NAME, "");
    Type.TypePtr tensor =
        operator.schema().arguments().getPointer(0L).type().get().containedType(0);
    Tensor steps = Tensors.beside(theta, Tensors.of(new float[] {step}));
    IValueVector arguments = new IValueVector();
    for (Tensor one : new Tensor[] {theta, gradient, m, v}) {
      arguments.push_back(list(tensor, one));
    }
    arguments.push_back(list(tensor)); // of AMSGrad
    arguments.push_back(list(tensor, steps));
    for (double number : new double[] {lr, beta1, beta2, weightDecay, eps}) {
      arguments.push_back(new IValue(number));
    }
    arguments.push_back(new IValue(false)); // AMSGrad
    arguments.push_back(new IValue(false)); // maximise
    arguments.push_back(new IValue()); // scale of the gradient
    arguments.push_back(new IValue()); // whether an infinity was found
    operator.callBoxed(arguments);
  }

  private static IValue list(Type.TypePtr type, Tensor... tensors) {
    GenericList list = new GenericList(type);
    for (Tensor tensor : tensors) {
      list.push_back(new IValue(tensor));
    }
    return new IValue(list);
  }
}
