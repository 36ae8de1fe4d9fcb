package dev.adapterx.infer;

import dev.adapterx.data.Dataset;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.image.Filter;
import dev.adapterx.data.image.Normalisation;
import dev.adapterx.data.image.Preprocess;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.ImageDecoder;
import dev.adapterx.data.images.FileDataset;
import dev.adapterx.data.images.ImageFolder;
import dev.adapterx.data.images.ImageHeader;
import dev.adapterx.data.images.ImagePipeline;
import dev.adapterx.model.input.ImagePreprocessing;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Pictures: decoded, turned as their EXIF tags say, resized, normalised. */
public final class ImageInput extends Input<RgbImage> {
  private final Preprocess preprocess;
  private final String normalisation;
  private final boolean exifOrientation;

  /** As a backbone wants them. */
  public ImageInput(ImagePreprocessing p) {
    this(
        new Preprocess(
            p.inputSize(),
            p.crop() == ImagePreprocessing.Crop.SQUASH
                ? Preprocess.Mode.DIRECT
                : Preprocess.Mode.CROP,
            p.cropPct(),
            Filter.valueOf(p.interpolation().toUpperCase(Locale.ROOT)),
            new Normalisation(floats(p.mean()), floats(p.std()))),
        p.normalisation(),
        true);
  }

  private ImageInput(Preprocess preprocess, String normalisation, boolean exifOrientation) {
    this.preprocess = preprocess;
    this.normalisation = normalisation;
    this.exifOrientation = exifOrientation;
  }

  private static List<Float> floats(List<Double> values) {
    return values.stream().map(Double::floatValue).toList();
  }

  @Override
  public ImageInput withoutExifOrientation() {
    return new ImageInput(preprocess, normalisation, false);
  }

  /** Size, crop and scale in the words of the data. */
  public Preprocess preprocess() {
    return preprocess;
  }

  @Override
  public String noun() {
    return "images";
  }

  @Override
  public boolean isKnown(Path file) {
    return ImageFolder.isImage(file);
  }

  @Override
  public String taker() {
    return "The backbone is a vision transformer, which takes images";
  }

  @Override
  public String normalisation() {
    return normalisation;
  }

  @Override
  public Pipeline<RgbImage> pipeline() {
    return ImagePipeline.plain(
        preprocess.inputSize(), preprocess.geometry(), preprocess::normalise);
  }

  @Override
  public Class<RgbImage> type() {
    return RgbImage.class;
  }

  @Override
  public Dataset<RgbImage> unlabelled(List<Path> files, List<String> classes) {
    List<FileDataset.Sample> samples =
        files.stream()
            .map(f -> new FileDataset.Sample(f, f.toString(), Dataset.UNLABELLED))
            .toList();
    return new FileDataset(samples, classes, 0, exifOrientation);
  }

  @Override
  public RgbImage decode(byte[] content, String name) {
    return ImageDecoder.decode(content, name, exifOrientation);
  }

  @Override
  public long memory(byte[] content) {
    return ImageHeader.memory(content);
  }

  @Override
  RgbImage checked(RgbImage sample, String name) {
    return sample;
  }
}
