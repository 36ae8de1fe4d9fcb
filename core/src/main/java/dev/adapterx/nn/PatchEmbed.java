package dev.adapterx.nn;

import dev.adapterx.tensor.NamedTensors;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Cuts an image into squares and projects each: a convolution whose stride is its kernel, computed
 * as the matrix product it is.
 *
 * @param weight (D, 3, p, p)
 * @param bias (D), or absent
 */
public record PatchEmbed(Tensor weight, @Nullable Tensor bias) {
  /** Reads {@code proj}. */
  public static PatchEmbed from(NamedTensors tensors) {
    return new PatchEmbed(tensors.get("proj.weight"), tensors.find("proj.bias").orElse(null));
  }

  /** images (B, 3, H, W) to (B, H/p · W/p, D), patches row by row. */
  public Tensor forward(Tensor images) {
    long batch = images.size(0);
    long channels = images.size(1);
    long patch = weight.size(3);
    long rows = images.size(2) / patch;
    long columns = images.size(3) / patch;
    Tensor patches =
        images
            .reshape(batch, channels, rows, patch, columns, patch)
            .permute(0, 2, 4, 1, 3, 5) // (B, h, w, 3, p, p)
            .reshape(batch, rows * columns, channels * patch * patch);
    return new Linear(weight.flatten(1, 3), bias).forward(patches);
  }
}
