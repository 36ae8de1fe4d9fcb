package dev.adapterx.scenes.images;

import dev.adapterx.base.Rng;

/** What the images of one class have in common; each instance draws everything else. */
sealed interface Formula permits Fractal, RadialContour, Texture, Arrangement {
  void paint(Canvas canvas, Rng instance);
}
