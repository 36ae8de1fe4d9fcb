package dev.adapterx.dense.layout;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Sample;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.ImageDecoder;
import dev.adapterx.data.image.format.IndexImage;
import dev.adapterx.data.images.ImageHeader;
import dev.adapterx.data.targets.ClassMask;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Pictures with a class for every pixel.
 *
 * @param pairs in the order the layout defines
 * @param code what the values of masks mean
 * @param exifOrientation whether pictures are turned as their EXIF tag says, where the mask fits
 *     them both ways
 */
public record MaskDataset(List<Pair> pairs, MaskCode code, boolean exifOrientation)
    implements Dataset<Sample<RgbImage, ClassMask>> {
  public MaskDataset {
    pairs = List.copyOf(pairs);
  }

  /** The same, turned as EXIF tags say or not. */
  public MaskDataset withExifOrientation(boolean turned) {
    return new MaskDataset(pairs, code, turned);
  }

  @Override
  public int size() {
    return pairs.size();
  }

  @Override
  public int label(int i) {
    return UNLABELLED;
  }

  @Override
  public String name(int i) {
    return pairs.get(i).name();
  }

  /** The mask of a sample alone. */
  public ClassMask mask(int i) {
    Pair pair = pairs.get(i);
    IndexImage image = IndexImage.read(pair.mask());
    String where = pair.mask().toString();
    return pair.segments() == null
        ? code.decode(image, where)
        : pair.segments().decode(image, where);
  }

  /** The mask says which way a picture lies, where its sides differ. */
  @Override
  public Sample<RgbImage, ClassMask> sample(int i) {
    Pair pair = pairs.get(i);
    ClassMask mask = mask(i);
    RgbImage picture = ImageDecoder.decode(pair.picture(), exifOrientation);
    if (!fits(picture, mask)) {
      RgbImage other = ImageDecoder.decode(pair.picture(), !exifOrientation);
      if (!fits(other, mask)) {
        throw new DataException(
            "%s has %d x %d pixels, its mask %s has %d x %d; a mask needs the size of its picture"
                .formatted(
                    pair.picture(),
                    picture.width(),
                    picture.height(),
                    pair.mask(),
                    mask.width(),
                    mask.height()));
      }
      picture = other;
    }
    return new Sample<>(picture, mask);
  }

  private static boolean fits(RgbImage picture, ClassMask mask) {
    return picture.width() == mask.width() && picture.height() == mask.height();
  }

  /** Whether a pixel has a class; reads the mask alone. */
  @Override
  public boolean hasTarget(int i) {
    for (short found : mask(i).classes()) {
      if (found != ClassMask.IGNORED) {
        return true;
      }
    }
    return false;
  }

  @Override
  public long memory(int i) {
    return ImageHeader.memory(pairs.get(i).picture()) + ImageHeader.memory(pairs.get(i).mask());
  }

  @Override
  public List<String> classes() {
    return code.classes();
  }

  @Override
  public Optional<Path> file(int i) {
    return Optional.of(pairs.get(i).picture());
  }
}
