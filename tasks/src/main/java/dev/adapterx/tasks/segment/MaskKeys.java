package dev.adapterx.tasks.segment;

import dev.adapterx.dense.layout.MaskLayout;
import dev.adapterx.dense.picture.MaskAugment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said of pictures with masks: {@code data.masks}.
 *
 * @param classes names in the order of the masks' values; absent: those of a file beside the data,
 *     else the values themselves
 * @param ignore values of pixels without a class; absent: 255, and what the data's own table calls
 *     void or unlabelled
 * @param scale of the augmentation {@code dense}: least and largest ratio of the shorter side to
 *     the input
 * @param catMaxRatio of {@code dense}: a crop is drawn again while one class has this share of it
 * @param photometric of {@code dense}: whether colours change
 */
public record MaskKeys(
    @Nullable List<String> classes,
    @Nullable List<Integer> ignore,
    List<Double> scale,
    double catMaxRatio,
    boolean photometric) {
  public MaskKeys {
    classes = classes == null ? null : List.copyOf(classes);
    ignore = ignore == null ? null : List.copyOf(ignore);
    scale = List.copyOf(scale);
    new MaskAugment("none", scale, catMaxRatio, photometric); // says what is wrong
  }

  /** The data's own names, mmsegmentation's augmentation. */
  public static MaskKeys defaults() {
    return new MaskKeys(null, null, List.of(0.5, 2.0), 0.75, true);
  }

  /** How a folder is read. */
  public MaskLayout.Options options() {
    return new MaskLayout.Options(classes, ignore);
  }

  /** The augmentation of a name. */
  public MaskAugment augment(String preset) {
    return new MaskAugment(preset, scale, catMaxRatio, photometric);
  }
}
