package dev.adapterx.data;

import dev.adapterx.data.image.RgbImage;

/** Labelled images. */
public interface ImageDataset extends Dataset<RgbImage> {}
