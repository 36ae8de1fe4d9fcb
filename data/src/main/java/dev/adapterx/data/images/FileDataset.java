package dev.adapterx.data.images;

import dev.adapterx.data.Dataset;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.ImageDecoder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Image files on disk, or parts of files, decoded lazily.
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
   * One image: a file, or a part of one.
   *
   * @param part absent: the whole file
   * @param name path relative to the data set, with {@code /}: the same on every machine
   * @param label index into the classes, or {@link Dataset#UNLABELLED}
   */
  public record Sample(Path file, @Nullable Part part, String name, int label) {
    /** A whole file. */
    public Sample(Path file, String name, int label) {
      this(file, null, name, label);
    }
  }

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
    Sample sample = samples.get(i);
    Part part = sample.part();
    return part == null
        ? ImageDecoder.decode(sample.file(), exifOrientation)
        : ImageDecoder.decode(part.content(sample.file()), where(i), exifOrientation);
  }

  @Override
  public long memory(int i) {
    Sample sample = samples.get(i);
    Part part = sample.part();
    return part == null ? ImageHeader.memory(sample.file()) : part.memory(sample.file());
  }

  @Override
  public Optional<Path> file(int i) {
    Sample sample = samples.get(i);
    return sample.part() == null ? Optional.of(sample.file()) : Optional.empty();
  }

  @Override
  public String where(int i) {
    Sample sample = samples.get(i);
    return sample.part() == null
        ? sample.file().toString()
        : sample.file().resolveSibling(sample.name()).toString();
  }
}
