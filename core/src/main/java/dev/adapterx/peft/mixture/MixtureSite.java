package dev.adapterx.peft.mixture;

import dev.adapterx.model.Parameters;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * One block's tensors of {@link OwnParts}; null where the part is off.
 *
 * @param weight α (D), with {@code bias}
 * @param bias β (D)
 * @param output γ (D)
 * @param scale g (1)
 * @param embedding (K), of a linear router (d)
 */
record MixtureSite(
    @Nullable Tensor weight,
    @Nullable Tensor bias,
    @Nullable Tensor output,
    @Nullable Tensor scale,
    @Nullable Tensor embedding,
    @Nullable Router router) {
  /** A block without parts of its own. */
  static final MixtureSite NONE = new MixtureSite(null, null, null, null, null, null);

  /** Makes the tensors under {@code place}. */
  static MixtureSite initial(AdapterX method, int width, String place, Parameters parameters) {
    OwnParts own = method.own();
    int sub = width / method.heads();
    int compared = method.router() == AdapterX.RouterFlavour.LINEAR ? sub : method.routerWidth();
    return new MixtureSite(
        own.input() ? ones(place + ".input.weight", width, parameters) : null,
        own.input() ? zeros(place + ".input.bias", width, parameters) : null,
        own.output() ? ones(place + ".output.weight", width, parameters) : null,
        own.scale() ? ones(place + ".scale", 1, parameters) : null,
        own.embedding() ? zeros(place + ".router.embedding", compared, parameters) : null,
        own.router()
            ? Router.initial(
                method.router(),
                method.experts(),
                sub,
                method.routerWidth(),
                place + ".router",
                parameters)
            : null);
  }

  private static Tensor ones(String name, int length, Parameters parameters) {
    return parameters.add(name, unused -> Init.constant(1, length));
  }

  private static Tensor zeros(String name, int length, Parameters parameters) {
    return parameters.add(name, unused -> Init.zeros(length));
  }

  /** The mixture's input for x (…, D). */
  Tensor into(Tensor x) {
    return weight == null || bias == null
        ? x
        : torch.addcmul(Tensors.like(bias, x), x, Tensors.like(weight, x));
  }

  /** The block's result for the mixture's output m (…, D). */
  Tensor out(Tensor m) {
    Tensor scaled = output == null ? m : m.mul(Tensors.like(output, m));
    return scale == null ? scaled : scaled.mul(Tensors.like(scale, m));
  }
}
