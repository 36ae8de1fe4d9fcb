package dev.adapterx.train.recipe;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import dev.adapterx.data.LoaderOptions;
import dev.adapterx.scenes.ComputedData;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which images or point clouds, and what happens to them before the backbone sees them.
 *
 * @param path the data set's folder or file; {@code formula:CLASSESxIMAGES} and {@code
 *     shapes:CLASSESxCLOUDS} are computed
 * @param train split that is trained on
 * @param val split the best epoch is chosen on; absent: none, and only the last epoch counts
 * @param holdOut instead of {@code val}: share of the training split held out for it, stratified;
 *     0: none
 * @param test split the result is reported on; absent: it is reported on {@code val} or on what is
 *     held out
 * @param augment of images {@code none}, {@code flip}, {@code crop-flip}, {@code standard} (random
 *     resized crop and flip) or a RandAugment string such as {@code rand-m9-mstd0.5-inc1}; of point
 *     clouds {@code none}, {@code scale-translate}, {@code rotate-y}, {@code scale-rotate} or
 *     {@code scale-shift}
 * @param mixup strength α of mixup; 0: off
 * @param cutmix strength α of CutMix; 0: off
 * @param exifOrientation whether pictures are turned as their EXIF tag says; absent: photographs in
 *     folders and files to predict are, published lists are not, as their references do not
 * @param cacheMegabytes memory for decoded pixels, so that later epochs need not decode
 * @param threads decoding threads; 0: as many as processors
 * @param label of point clouds: the HDF5 dataset with the labels
 * @param variant of ScanObjectNN {@code obj-bg}, {@code obj-only} or {@code pb-t50-rs}; of ModelNet
 *     {@code modelnet10} or {@code modelnet40}
 * @param fewShot {@code WAYxSHOT/FOLD} draws a fold from the training split ({@code 5x10/3}); in a
 *     folder of published folds their name ({@code 5way_10shot/3})
 * @param textCache a folder for clouds that are slow to read from text
 * @param allowBroken whether any number of broken samples is skipped, not only a quarter
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
    @Nullable Boolean exifOrientation,
    int cacheMegabytes,
    int threads,
    String label,
    @Nullable String variant,
    @Nullable String fewShot,
    @Nullable String textCache,
    boolean allowBroken) {
  private static final int CACHE_PARTS_OF_HEAP = 6;

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

  /**
   * Reads the section of a recipe; sections of tasks inside it are theirs ({@link TaskRecipe}).
   *
   * @param place names it in messages
   * @throws ConfigException naming the key that is wrong
   */
  public static DataRecipe read(JsonNode section, String place) {
    return read(section, defaults(), place);
  }

  static DataRecipe read(JsonNode section, DataRecipe defaults, String place) {
    if (!(section instanceof ObjectNode keys)) {
      return Settings.read(section, defaults, place);
    }
    ObjectNode own = keys.deepCopy();
    TaskKeys.all().all().forEach(task -> own.remove(task.dataKey()));
    return Settings.read(own, defaults, place);
  }

  /** Splits named train and test, no augmentation, half a gigabyte of cache. */
  public static DataRecipe defaults() {
    return new DataRecipe(
        null, "train", null, 0, "test", "none", 0, 0, null, 512, 0, "label", null, null, null,
        false);
  }

  /**
   * Where the data are.
   *
   * @throws ConfigException when the recipe does not say
   */
  public String requirePath() {
    if (path == null) {
      throw new ConfigException(
          "data.path: expected the folder of the data, found nothing; set it in the recipe or as"
              + " data.path=FOLDER");
    }
    return path;
  }

  /** Options of a loader with what is said here of threads, memory and broken samples. */
  public LoaderOptions loading(LoaderOptions options) {
    // Training, validation and test have one each, within a heap that has more to hold.
    long share = Runtime.getRuntime().maxMemory() / CACHE_PARTS_OF_HEAP;
    LoaderOptions set = options.withCacheBytes(Math.min((long) cacheMegabytes << 20, share));
    set = threads > 0 ? set.withThreads(threads) : set;
    return allowBroken ? set.withBroken(LoaderOptions.OnBroken.SKIP, 1) : set;
  }

  /** Whether pictures given one by one are turned as their EXIF tags say. */
  public boolean turnsFiles() {
    return exifOrientation == null || exifOrientation;
  }

  /** This with another augmentation. */
  DataRecipe withAugment(String other) {
    return with("augment", other);
  }

  /** This with data from elsewhere. */
  public DataRecipe withPath(String other) {
    return with("path", other);
  }

  /** This with pictures left as their pixels lie, whatever their EXIF tags say. */
  public DataRecipe withoutExifOrientation() {
    ObjectNode tree = Settings.tree(this);
    tree.put("exif-orientation", false);
    return Settings.convert(tree, DataRecipe.class, "data");
  }

  private DataRecipe with(String key, String value) {
    ObjectNode tree = Settings.tree(this);
    tree.put(key, value);
    return Settings.convert(tree, DataRecipe.class, "data");
  }

  /**
   * What results call it: the folder or file, or the formula, and few-shot draws without the fold.
   */
  public String name() {
    String place = path == null ? "" : path.substring(path.replace('\\', '/').lastIndexOf('/') + 1);
    String folds = fewShot == null ? "" : " " + fewShot.substring(0, fewShot.lastIndexOf('/') + 1);
    return place + folds.replace("/", "");
  }

  /** The split or part that the best epoch is chosen on, as results name it; absent: none is. */
  public @Nullable String chosenOn() {
    return val != null ? val : holdOut > 0 ? "a held-out part of " + train : null;
  }

  /**
   * What the result is measured on, as results name it: the test split, or what the best epoch is
   * chosen on; absent: nothing.
   */
  public @Nullable String measuredOn() {
    return test != null ? test : chosenOn();
  }

  /** All of the augmentation in words, for result lines. */
  public String augmentation() {
    String mixed =
        (mixup > 0 ? " + mixup " + mixup : "") + (cutmix > 0 ? " + cutmix " + cutmix : "");
    return augment + mixed;
  }

  /** This with its paths made absolute from a folder, unless the data are computed. */
  DataRecipe relativeTo(Path folder) {
    DataRecipe placed =
        path == null || isComputed(path) ? this : withPath(RecipeText.resolved(folder, path));
    return textCache == null
        ? placed
        : placed.with("text-cache", RecipeText.resolved(folder, textCache));
  }

  /** Whether a path names data that are computed. */
  public static boolean isComputed(String path) {
    return ComputedData.isNamed(path);
  }
}
