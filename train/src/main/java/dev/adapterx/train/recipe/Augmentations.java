package dev.adapterx.train.recipe;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import dev.adapterx.data.image.Fill;
import dev.adapterx.data.image.Filter;
import dev.adapterx.data.image.HorizontalFlip;
import dev.adapterx.data.image.ImageTransform;
import dev.adapterx.data.image.Preprocess;
import dev.adapterx.data.image.RandAugment;
import dev.adapterx.data.image.RandomCrop;
import dev.adapterx.data.image.RandomResizedCrop;
import dev.adapterx.data.image.Sampling;
import dev.adapterx.data.images.ImagePipeline;
import dev.adapterx.data.points.PointAugmentation;
import java.util.ArrayList;
import java.util.List;

/**
 * Augmentation presets by name. What cuts its own square ({@code standard} and RandAugment, as timm
 * trains) needs the picture as it was decoded, so nothing is resized before it and the cache holds
 * whole pictures; the others change the square that evaluation would see.
 */
public final class Augmentations {
  private static final String RAND = "rand-m9-mstd0.5-inc1";
  private static final List<String> NAMES = List.of("none", "flip", "crop-flip", "standard");
  private static final ImageTransform FLIP = new HorizontalFlip(0.5);
  private static final ImageTransform AS_DECODED = (image, rng) -> image;

  private Augmentations() {}

  /**
   * Requires a preset's name or a RandAugment string.
   *
   * @throws ConfigException with the nearest name, or what in the string was not understood
   */
  static void require(String name) {
    if (isRandAugment(name)) {
      RandAugment.parse(name, Sampling.BICUBIC, Fill.GREY);
    } else if (!NAMES.contains(name)
        && !PointAugmentation.names().contains(name)
        && TaskKeys.all().all().stream().noneMatch(t -> t.augmentations().contains(name))) {
      List<String> known = new ArrayList<>(NAMES);
      known.add(RAND);
      known.addAll(PointAugmentation.names());
      StringBuilder tasks = new StringBuilder();
      for (TaskKeys task : TaskKeys.all().all()) {
        known.addAll(task.augmentations());
        tasks
            .append("; ")
            .append(String.join(", ", task.augmentations()))
            .append(" for ")
            .append(task.samples());
      }
      throw new ConfigException(
          "augment: unknown augmentation '"
              + name
              + "'"
              + Names.hintSentence(name, known)
              + " Known: "
              + String.join(", ", NAMES)
              + ", or a RandAugment string such as "
              + RAND
              + " for images; "
              + String.join(", ", PointAugmentation.names())
              + " for point clouds"
              + tasks
              + ".");
    }
  }

  /** The way of a training image from file to batch. */
  public static ImagePipeline pipeline(DataRecipe data, Preprocess preprocess, int classes) {
    if (!NAMES.contains(data.augment()) && !isRandAugment(data.augment())) {
      throw new ConfigException(
          "data.augment: "
              + data.augment()
              + " is for "
              + samples(data.augment())
              + "; images have "
              + String.join(", ", NAMES)
              + " and RandAugment strings");
    }
    ImagePipeline plain =
        ImagePipeline.plain(preprocess.inputSize(), preprocess.geometry(), preprocess::normalise);
    int size = preprocess.inputSize();
    ImagePipeline augmented =
        switch (data.augment()) {
          case "none" -> plain;
          case "flip" -> plain.withAugment(FLIP);
          case "crop-flip" -> plain.withAugment(new RandomCrop(size, size / 8).then(FLIP));
          default -> plain.withGeometry(AS_DECODED).withAugment(cropped(data, preprocess));
        };
    return data.mixup() > 0 || data.cutmix() > 0
        ? augmented.withMix(Mixing.of(data.mixup(), data.cutmix(), classes))
        : augmented;
  }

  /** The samples that an augmentation is for, which is none of images. */
  private static String samples(String augment) {
    return PointAugmentation.names().contains(augment)
        ? "point clouds"
        : TaskKeys.all().all().stream()
            .filter(task -> task.augmentations().contains(augment))
            .map(TaskKeys::samples)
            .findFirst()
            .orElse("other samples");
  }

  private static ImageTransform cropped(DataRecipe data, Preprocess preprocess) {
    ImageTransform standard =
        RandomResizedCrop.of(preprocess.inputSize(), preprocess.filter()).then(FLIP);
    if (!isRandAugment(data.augment())) {
      return standard;
    }
    Fill fill = Fill.meanOf(preprocess.normalisation());
    return standard.then(RandAugment.parse(data.augment(), sampling(preprocess.filter()), fill));
  }

  private static Sampling sampling(Filter filter) {
    return filter == Filter.BILINEAR ? Sampling.BILINEAR : Sampling.BICUBIC;
  }

  private static boolean isRandAugment(String name) {
    return name.equals("rand") || name.startsWith("rand-");
  }
}
