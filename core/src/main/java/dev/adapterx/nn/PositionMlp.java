package dev.adapterx.nn;

import dev.adapterx.tensor.NamedTensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A group's position as a vector: {@code fc2(gelu(fc0(centre)))}, 3 → 128 → D. */
public record PositionMlp(Linear fc0, Linear fc2) {
  /** Reads {@code 0} and {@code 2}. */
  public static PositionMlp from(NamedTensors tensors) {
    return new PositionMlp(Linear.from(tensors.at("0")), Linear.from(tensors.at("2")));
  }

  /** Centres (…, 3) in fp32 to (…, D) in a dtype. */
  public Tensor forward(Tensor centres, ScalarType type) {
    Tensor hidden = torch.gelu(fc0.forward(centres));
    return fc2.forward(hidden.to(type));
  }
}
