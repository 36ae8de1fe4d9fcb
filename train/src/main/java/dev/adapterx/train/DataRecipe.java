package dev.adapterx.train;

import dev.adapterx.base.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Which images, and what happens to them before the backbone sees them.
 *
 * @param path the data set's folder
 * @param train split that is trained on
 * @param val split the best epoch is chosen on; absent: none, and only the last epoch counts
 * @param holdOut instead of {@code val}: share of the training split held out for it, stratified;
 *     0: none
 * @param test split the result is reported on; absent: none
 * @param augment {@code none}, {@code flip}, {@code crop-flip}, {@code standard} (random resized
 *     crop and flip) or a RandAugment string such as {@code rand-m9-mstd0.5-inc1}
 * @param mixup strength α of mixup; 0: off
 * @param cutmix strength α of CutMix; 0: off
 * @param exifOrientation whether pictures are turned as their EXIF tag says; the references do not
 * @param cacheMegabytes memory for decoded pixels, so that later epochs need not decode
 * @param threads decoding threads; 0: as many as processors
 * @param allowBroken whether broken images are skipped in evaluation as they are in training
 */
public record DataRecipe(
    @Nullable String path,
    String train,
    @Nullable String val,
    double holdOut,
    @Nullable String test,
    String augment,
    double mixup,
    double cutmix,
    boolean exifOrientation,
    int cacheMegabytes,
    int threads,
    boolean allowBroken) {
  public DataRecipe {
    if (val != null && holdOut > 0) {
      throw new ConfigException("give either val or hold-out, not both");
    }
    if (!(holdOut >= 0 && holdOut < 1)) {
      throw new ConfigException("hold-out: expected a share in [0, 1), found " + holdOut);
    }
    Augmentations.require(augment);
    if (!(mixup >= 0 && cutmix >= 0) || Double.isInfinite(mixup + cutmix)) {
      throw new ConfigException(
          "mixup and cutmix: expected strengths of 0 or more (0.8 and 1 are usual), found "
              + mixup
              + " and "
              + cutmix);
    }
    if (cacheMegabytes < 0 || threads < 0) {
      throw new ConfigException(
          "cache-megabytes and threads must not be negative, found "
              + cacheMegabytes
              + " and "
              + threads);
    }
  }

  /** Splits named train and test, no augmentation, half a gigabyte of cache. */
  public static DataRecipe defaults() {
    return new DataRecipe(null, "train", null, 0, "test", "none", 0, 0, false, 512, 0, false);
  }

  /** All of the augmentation in words, for result lines. */
  public String augmentation() {
    String mixed =
        (mixup > 0 ? " + mixup " + mixup : "") + (cutmix > 0 ? " + cutmix " + cutmix : "");
    return augment + mixed;
  }
}
