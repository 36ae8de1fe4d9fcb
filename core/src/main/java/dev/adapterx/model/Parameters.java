package dev.adapterx.model;

import dev.adapterx.base.Rng;
import dev.adapterx.model.tokens.ClassToken;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.NamedTensors;
import dev.adapterx.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Collects the trainable tensors of a tuner or a head while it is built; each is drawn from the
 * random stream of its name.
 */
public final class Parameters {
  private final Rng rng;
  private final Device device;
  private final @Nullable NamedTensors given;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /** On the device of the backbone. */
  public Parameters(Rng rng, Device device) {
    this(rng, device, null);
  }

  private Parameters(Rng rng, Device device, @Nullable NamedTensors given) {
    this.rng = rng;
    this.device = device;
    this.given = given;
  }

  /** Nothing is drawn: every tensor is one that is given, as it is. */
  public static Parameters of(NamedTensors given, Device device) {
    return new Parameters(Rng.of(0, "given"), device, given);
  }

  /** A trainable tensor with initial values from its own stream. */
  public Tensor add(String name, Function<Rng, Tensor> initial) {
    Tensor tensor;
    if (given == null) {
      tensor = device.place(initial.apply(rng.at(name)));
      tensor.requires_grad_(true);
    } else {
      tensor = given.get(name);
    }
    tensors.put(name, tensor);
    return tensor;
  }

  /** A tensor of the method that is not trained, on the same device. */
  public Tensor place(Tensor constant) {
    return device.place(constant);
  }

  /** A trainable fp32 copy of a frozen tensor. */
  public Tensor copy(String name, Tensor frozen) {
    return add(
        name,
        unused -> Tensors.type(frozen) == ScalarType.Float ? frozen.clone() : Tensors.fp32(frozen));
  }

  /** A trainable copy of a norm. */
  public LayerNorm copy(String place, LayerNorm frozen) {
    return new LayerNorm(
        copy(place + ".weight", frozen.weight()),
        copy(place + ".bias", frozen.bias()),
        frozen.eps());
  }

  /** A trainable norm with weight 1 and bias 0. */
  public LayerNorm norm(String place, int width, double eps) {
    return new LayerNorm(
        add(place + ".weight", unused -> Init.constant(1, width)),
        add(place + ".bias", unused -> Init.zeros(width)),
        eps);
  }

  /**
   * A trainable copy of a class token, with its position if there is one.
   *
   * @throws IllegalStateException when there is none: a method that trains one {@linkplain
   *     Capability#CLASS_TOKEN needs} one
   */
  public ClassToken copy(@Nullable ClassToken frozen) {
    if (frozen == null) {
      throw new IllegalStateException("No class token; a method that trains it needs CLASS_TOKEN");
    }
    Tensor token = copy("cls_token", frozen.token());
    Tensor position = frozen.position();
    return new ClassToken(token, position == null ? null : copy("cls_pos", position));
  }

  /** All of them. */
  public NamedTensors named() {
    return NamedTensors.of(tensors);
  }

  /** All of them below a place. */
  public NamedTensors named(String place) {
    Map<String, Tensor> below = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> below.put(place + "." + name, tensor));
    return NamedTensors.of(below);
  }
}
