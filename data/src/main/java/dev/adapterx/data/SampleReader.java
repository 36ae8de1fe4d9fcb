package dev.adapterx.data;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.image.ImageTransform;
import dev.adapterx.data.image.RgbImage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One sample's way from the file to finished bytes. Safe for many threads at once. */
final class SampleReader {
  /** Finished bytes, or why there are none. */
  record Sample(int index, @Nullable RgbImage image, @Nullable BrokenImage broken) {}

  private final ImageDataset data;
  private final ImagePipeline pipeline;
  private final PixelCache cache;
  private final Rng fixed;
  private final Rng drawn;
  private final Map<Integer, BrokenImage> broken;
  private final AtomicLong decoded;

  SampleReader(ImageDataset data, ImagePipeline pipeline, LoaderOptions options) {
    this.data = data;
    this.pipeline = pipeline;
    this.cache = new PixelCache(data.size(), options.cacheBytes());
    this.fixed = Rng.of(options.seed(), "geometry");
    this.drawn = Rng.of(options.seed(), "augment");
    this.broken = new ConcurrentHashMap<>();
    this.decoded = new AtomicLong();
  }

  private SampleReader(SampleReader other, PixelCache cache) {
    this.data = other.data;
    this.pipeline = other.pipeline;
    this.cache = cache;
    this.fixed = other.fixed;
    this.drawn = other.drawn;
    this.broken = other.broken;
    this.decoded = other.decoded;
  }

  /** Reads the same, knows the same broken images, keeps no pixels. */
  SampleReader withoutCache() {
    return new SampleReader(this, new PixelCache(data.size(), 0));
  }

  /** Reads sample {@code index} as epoch {@code epoch} sees it. */
  Sample read(int index, int epoch) {
    RgbImage image = cache.find(index);
    if (image == null) {
      BrokenImage known = broken.get(index);
      if (known != null) {
        return new Sample(index, null, known);
      }
      try {
        image = data.sample(index);
      } catch (RuntimeException e) { // decoders of hostile bytes throw whatever they like
        return new Sample(index, null, new BrokenImage(index, data.where(index), reason(e)));
      }
      decoded.incrementAndGet();
      image = transformed(index, image, pipeline.geometry(), fixed.at(index));
      cache.offer(index, image);
    }
    ImageTransform augment = pipeline.augment();
    if (augment != null) {
      image = transformed(index, image, augment, drawn.at(epoch).at(index));
    }
    requireInputSize(index, image);
    return new Sample(index, image, null);
  }

  /** Called in the order of the samples, so that what is known does not depend on the threads. */
  void remember(BrokenImage image) {
    broken.put(image.index(), image);
  }

  Map<Integer, BrokenImage> broken() {
    return broken;
  }

  LoaderStatistics statistics(long budget) {
    return new LoaderStatistics(
        decoded.get(), cache.hits(), cache.count(), cache.bytes(), budget, broken.size());
  }

  private RgbImage transformed(int index, RgbImage image, ImageTransform transform, Rng rng) {
    try {
      return transform.apply(image, rng);
    } catch (RuntimeException e) {
      throw new DataException(
          "Could not transform "
              + data.where(index)
              + " ("
              + image.width()
              + " x "
              + image.height()
              + " pixels): "
              + reason(e),
          e);
    }
  }

  private void requireInputSize(int index, RgbImage image) {
    int size = pipeline.inputSize();
    if (image.width() != size || image.height() != size) {
      throw new DataException(
          data.where(index)
              + " is "
              + image.width()
              + " x "
              + image.height()
              + " pixels after all transforms, but the backbone takes "
              + size
              + " x "
              + size
              + ": add a resize or a crop to "
              + size
              + " as the last step");
    }
  }

  private static String reason(RuntimeException e) {
    boolean ours = e instanceof DataException && e.getMessage() != null;
    return ours ? String.valueOf(e.getMessage()) : e.toString();
  }
}
