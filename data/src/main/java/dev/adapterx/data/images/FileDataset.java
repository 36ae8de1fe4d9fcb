package dev.adapterx.data.images;

import dev.adapterx.data.Dataset;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.ImageDecoder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Image files on disk, decoded lazily.
 *
 * @param samples in the order the layout defines
 * @param classes position = label
 * @param ignored number of files that were skipped: hidden files and files that are not images
 * @param exifOrientation apply the EXIF orientation; off in the reference implementations
 */
public record FileDataset(
    List<Sample> samples, List<String> classes, int ignored, boolean exifOrientation)
    implements Dataset<RgbImage> {

  /**
   * One image file.
   *
   * @param name path relative to the data set, with {@code /}: the same on every machine
   * @param label index into the classes, or {@link Dataset#UNLABELLED}
   */
  public record Sample(Path file, String name, int label) {}

  public FileDataset {
    samples = List.copyOf(samples);
    classes = List.copyOf(classes);
  }

  public FileDataset(List<Sample> samples, List<String> classes, int ignored) {
    this(samples, classes, ignored, false);
  }

  /** The same files with their EXIF orientation applied. */
  public FileDataset withExifOrientation() {
    return new FileDataset(samples, classes, ignored, true);
  }

  @Override
  public int size() {
    return samples.size();
  }

  @Override
  public int label(int i) {
    return samples.get(i).label();
  }

  @Override
  public String name(int i) {
    return samples.get(i).name();
  }

  @Override
  public RgbImage sample(int i) {
    return ImageDecoder.decode(samples.get(i).file(), exifOrientation);
  }

  @Override
  public long memory(int i) {
    return ImageHeader.memory(samples.get(i).file());
  }

  @Override
  public Optional<Path> file(int i) {
    return Optional.of(samples.get(i).file());
  }
}
