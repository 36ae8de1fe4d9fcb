package dev.adapterx.dense.picture;

import dev.adapterx.base.Rng;
import dev.adapterx.data.Sample;
import dev.adapterx.data.Transform;
import dev.adapterx.data.image.Fill;
import dev.adapterx.data.image.Filter;
import dev.adapterx.data.image.Geometry;
import dev.adapterx.data.image.HorizontalFlip;
import dev.adapterx.data.image.Resize;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.Warp;
import dev.adapterx.data.targets.ClassMask;

/**
 * Transforms of a picture and its mask to a window of S × S pixels. The geometry is drawn once and
 * moves both; colours change in the picture alone. What a window shows beyond the picture has a
 * colour, and its mask is ignored there.
 */
final class MaskTransforms {
  /** mmsegmentation's number of attempts at a crop that is not nearly one class. */
  private static final int ATTEMPTS = 10;

  private static final Geometry FLIP = new HorizontalFlip(0.5);

  private final int side;
  private final Fill fill;

  MaskTransforms(int side, Fill fill) {
    this.side = side;
    this.fill = fill;
  }

  /** What every epoch does alike; what it gives is kept in memory. */
  Transform<Sample<RgbImage, ClassMask>> fixed(MaskAugment augment) {
    Geometry shorter = Resize.shorterSide(side, Filter.BILINEAR);
    return switch (augment.preset()) {
      case "none", "flip" -> shorter.then(middle()).together();
      case "crop-flip" -> shorter.together();
      default -> (sample, rng) -> sample;
    };
  }

  /** What every epoch draws anew. */
  Transform<Sample<RgbImage, ClassMask>> drawn(MaskAugment augment) {
    Transform<Sample<RgbImage, ClassMask>> geometry =
        switch (augment.preset()) {
          case "none" -> (sample, rng) -> sample;
          case "flip" -> FLIP.together();
          case "crop-flip" -> anywhere().then(FLIP).together();
          default -> dense(augment);
        };
    boolean colours = augment.preset().equals("dense") && augment.photometric();
    return colours
        ? (sample, rng) -> {
          Sample<RgbImage, ClassMask> moved = geometry.apply(sample, rng);
          return new Sample<>(Photometric.USUAL.apply(moved.input(), rng), moved.target());
        }
        : geometry;
  }

  private Geometry middle() {
    return (width, height, rng) -> cut((width - side) / 2, (height - side) / 2);
  }

  private Geometry anywhere() {
    return (width, height, rng) -> {
      int top = rng.nextInt(Math.max(height - side, 0) + 1);
      return cut(rng.nextInt(Math.max(width - side, 0) + 1), top);
    };
  }

  private Warp cut(int left, int top) {
    return Warp.Window.cut(left, top, side, side, fill);
  }

  private Transform<Sample<RgbImage, ClassMask>> dense(MaskAugment augment) {
    Transform<Sample<RgbImage, ClassMask>> scale = scale(augment).together();
    return (sample, rng) -> {
      Sample<RgbImage, ClassMask> scaled = scale.apply(sample, rng);
      Warp place = place(scaled.target(), augment.catMaxRatio(), rng);
      Warp mirrored = FLIP.draw(side, side, rng);
      Warp both = place.then(mirrored);
      return new Sample<>(both.of(scaled.input()), scaled.target().warped(both));
    };
  }

  private Geometry scale(MaskAugment augment) {
    double least = augment.scale().get(0);
    double largest = augment.scale().get(1);
    return (width, height, rng) -> {
      double ratio = least + (largest - least) * rng.nextDouble();
      double factor = ratio * side / Math.min(width, height);
      int newWidth = Math.max(1, (int) Math.rint(factor * width));
      int newHeight = Math.max(1, (int) Math.rint(factor * height));
      return Resize.to(newWidth, newHeight, Filter.BILINEAR).draw(width, height, rng);
    };
  }

  /** The last attempt is taken whatever it shows. */
  private Warp place(ClassMask mask, double most, Rng rng) {
    Warp place = anywhere().draw(mask.width(), mask.height(), rng);
    for (int i = 1; i < ATTEMPTS && most < 1 && !isMixed(mask.warped(place), most); i++) {
      place = anywhere().draw(mask.width(), mask.height(), rng);
    }
    return place;
  }

  private static boolean isMixed(ClassMask mask, double most) {
    int[] counts = new int[ClassMask.MOST_CLASSES];
    int all = 0;
    int largest = 0;
    for (short found : mask.classes()) {
      if (found != ClassMask.IGNORED) {
        all++;
        largest = Math.max(largest, ++counts[found]);
      }
    }
    return largest < all && largest < most * all;
  }
}
