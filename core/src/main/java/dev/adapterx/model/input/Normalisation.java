package dev.adapterx.model.input;

import dev.adapterx.base.ConfigException;
import java.util.List;
import java.util.Locale;

/** The scale of the numbers a family of weights was trained on. */
public enum Normalisation {
  /** Pixels to [-1, 1]: Google's and timm's plain ViTs. */
  HALF,
  /** ImageNet's mean and deviation: DeiT, DINO, MAE. */
  IMAGENET,
  /** The mean and deviation of OpenAI's images: CLIP. */
  CLIP,
  /** Pixels to [0, 1]; points as they are, which is what ScanObjectNN's protocol wants. */
  NONE,
  /** Points moved to their mean and divided by the largest distance from it. */
  UNIT_SPHERE;

  static final List<Normalisation> OF_PICTURES = List.of(HALF, IMAGENET, CLIP, NONE);

  List<Double> mean() {
    return switch (this) {
      case HALF -> List.of(0.5, 0.5, 0.5);
      case IMAGENET -> List.of(0.485, 0.456, 0.406);
      case CLIP -> List.of(0.48145466, 0.4578275, 0.40821073);
      case NONE -> List.of(0.0, 0.0, 0.0);
      case UNIT_SPHERE -> throw notForPictures();
    };
  }

  List<Double> std() {
    return switch (this) {
      case HALF -> List.of(0.5, 0.5, 0.5);
      case IMAGENET -> List.of(0.229, 0.224, 0.225);
      case CLIP -> List.of(0.26862954, 0.26130258, 0.27577711);
      case NONE -> List.of(1.0, 1.0, 1.0);
      case UNIT_SPHERE -> throw notForPictures();
    };
  }

  private static ConfigException notForPictures() {
    return new ConfigException(
        "backbone.normalisation: unit-sphere is for point clouds, pictures have half, imagenet, clip or none");
  }

  /** As recipes write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
