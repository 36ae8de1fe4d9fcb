package dev.adapterx.dense.segment;

import dev.adapterx.dense.picture.Place;
import dev.adapterx.dense.picture.Windows;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Scores of a picture's windows put together. */
final class SlidingScores {
  private SlidingScores() {}

  /**
   * The mean where windows overlap.
   *
   * @param rows (n, C, h, w), those of the n windows in order
   * @return (1, C, height, width) of the resized picture, without what was padded
   */
  static Tensor of(Windows windows, Tensor rows) {
    long[] size = {windows.side(), windows.side()};
    List<Place> places = windows.places();
    if (places.size() == 1) {
      Tensor whole = torch.upsample_bilinear2d(rows, size, false);
      return whole.narrow(2, 0, windows.height()).narrow(3, 0, windows.width());
    }
    long height = windows.paddedHeight();
    long width = windows.paddedWidth();
    return Scope.within(
        () -> {
          Tensor sum = Tensors.beside(rows, Init.zeros(1, rows.size(1), height, width));
          Tensor seen = Tensors.beside(rows, Init.zeros(1, 1, height, width));
          Tensor one = Tensors.beside(rows, Init.constant(1, 1, 1, size[0], size[1]));
          for (int i = 0; i < places.size(); i++) {
            Tensor scores = torch.upsample_bilinear2d(rows.narrow(0, i, 1), size, false);
            at(sum, places.get(i), windows.side()).add_(scores);
            at(seen, places.get(i), windows.side()).add_(one);
          }
          return sum.div_(seen)
              .narrow(2, 0, windows.height())
              .narrow(3, 0, windows.width())
              .contiguous();
        });
  }

  private static Tensor at(Tensor canvas, Place place, int side) {
    return canvas.narrow(2, place.top(), side).narrow(3, place.left(), side);
  }
}
