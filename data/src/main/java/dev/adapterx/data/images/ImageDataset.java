package dev.adapterx.data.images;

import dev.adapterx.data.Dataset;
import dev.adapterx.data.image.RgbImage;

/** Labelled images. */
public interface ImageDataset extends Dataset<RgbImage> {}
