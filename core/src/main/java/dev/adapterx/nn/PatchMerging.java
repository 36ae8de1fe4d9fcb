package dev.adapterx.nn;

import dev.adapterx.tensor.NamedTensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * One token for each square of four neighbouring cells: {@code reduction(norm([x_00, x_10, x_01,
 * x_11]))}, x_yx the cell in row y and column x of the square. An odd side gets a row or column of
 * zeros.
 *
 * @param norm over 4D
 * @param reduction (D', 4D), mostly D' = 2D
 */
public record PatchMerging(LayerNorm norm, Linear reduction) {
  /** Reads {@code norm} and {@code reduction}. */
  public static PatchMerging from(NamedTensors tensors, double eps) {
    return new PatchMerging(
        LayerNorm.from(tensors.at("norm"), eps), Linear.from(tensors.at("reduction")));
  }

  /** The number of cells along a side after merging. */
  public static int half(int side) {
    return (side + 1) / 2;
  }

  /** x (B, h·w, D), row by row, to (B, ⌈h/2⌉·⌈w/2⌉, D'). */
  public Tensor forward(Tensor x, int height, int width) {
    long batch = x.size(0);
    long channels = x.size(2);
    Tensor grid = x.view(batch, height, width, channels);
    Tensor even =
        height % 2 + width % 2 == 0
            ? grid
            : torch.constant_pad_nd(grid, new long[] {0, 0, 0, width % 2, 0, height % 2});
    Tensor squares =
        even.reshape(batch, half(height), 2, half(width), 2, channels)
            .permute(0, 1, 3, 4, 2, 5)
            .reshape(batch, (long) half(height) * half(width), 4 * channels);
    return reduction.forward(norm.forward(squares));
  }
}
