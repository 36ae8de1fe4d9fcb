package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;

/** What all images of one class share; each instance draws everything else. */
sealed interface Formula permits Fractal, RadialContour, Texture, Arrangement {
  void paint(Canvas canvas, Rng instance);
}
