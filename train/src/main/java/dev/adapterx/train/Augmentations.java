package dev.adapterx.train;

import dev.adapterx.data.ImagePipeline;
import dev.adapterx.data.image.Preprocess;

/** Augmentation presets by name. */
final class Augmentations {
  private Augmentations() {}

  static ImagePipeline pipeline(DataRecipe data, Preprocess preprocess, int classes) {
    return ImagePipeline.plain(
        preprocess.inputSize(), preprocess.geometry(), preprocess::normalise);
  }
}
