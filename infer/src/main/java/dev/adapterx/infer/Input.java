package dev.adapterx.infer;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Rng;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Pipeline;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.model.input.Preprocessing;
import dev.adapterx.tensor.Device;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Prepares input for a backbone without augmentation: from files, from their content, or from
 * samples in memory. Immutable and thread-safe.
 *
 * @param <S> what a sample is
 */
public abstract sealed class Input<S> permits ImageInput, CloudInput {
  /** For a backbone with this preprocessing, fully prepared. */
  public static Input<?> of(Preprocessing preprocessing) {
    return of(preprocessing, Device.CPU);
  }

  /** For a backbone, prepared as far as its device requires. */
  public static Input<?> of(Backbone backbone) {
    return of(backbone.preprocessing(), backbone.device());
  }

  private static Input<?> of(Preprocessing preprocessing, Device device) {
    return preprocessing instanceof ImagePreprocessing images
        ? new ImageInput(images)
        : new CloudInput((PointPreprocessing) preprocessing, device);
  }

  /**
   * For an image backbone.
   *
   * @throws ConfigException when the backbone takes point clouds
   */
  public static ImageInput images(Backbone backbone) {
    if (of(backbone) instanceof ImageInput images) {
      return images;
    }
    throw new ConfigException(of(backbone).taker() + ", not pictures");
  }

  /**
   * For a point cloud backbone.
   *
   * @throws ConfigException when the backbone takes images
   */
  public static CloudInput clouds(Backbone backbone) {
    if (of(backbone) instanceof CloudInput clouds) {
      return clouds;
    }
    throw new ConfigException(of(backbone).taker() + ", not point clouds");
  }

  /** {@code images} or {@code clouds}: for messages. */
  public abstract String noun();

  /** Whether a file has the extension of such a sample. */
  public abstract boolean isKnown(Path file);

  /**
   * Whether a file of such a name lies beside data and is none itself, though it has an ending of
   * theirs: names of classes, labels.
   */
  public boolean isBeside(Path file) {
    return false;
  }

  /** For example {@code The backbone is a point transformer, which takes point clouds}. */
  public abstract String taker();

  /** How inputs are scaled, for result lines. */
  public abstract String normalisation();

  /** The pipeline from a sample to a batch, without augmentation. */
  public abstract Pipeline<S> pipeline();

  /** The class of a sample. */
  public abstract Class<S> type();

  /** Files without labels, at least one; the extension determines the reader. */
  public abstract Dataset<S> unlabelled(List<Path> files, List<String> classes);

  /**
   * Reads the content of a file.
   *
   * @param name for messages; its extension may determine the format
   * @throws DataException when it cannot be read
   */
  public abstract S decode(byte[] content, String name);

  /** Approximate heap bytes that {@link #decode} needs; 0: negligible. */
  public abstract long memory(byte[] content);

  /**
   * Checks a sample in memory and converts it for the pipeline.
   *
   * @throws DataException when it cannot be used
   */
  abstract S checked(S sample, String name);

  /** This without applying the EXIF orientation of images. */
  public abstract Input<S> withoutExifOrientation();

  /** Prepares a sample that was read for the backbone. */
  final float[] values(S sample, String name) {
    Pipeline<S> pipeline = pipeline();
    S finished = pipeline.geometry().apply(sample, Rng.of(0, "geometry"));
    pipeline.requireFinished(finished, name);
    float[] values = new float[pipeline.values()];
    pipeline.write(finished, values, 0);
    return values;
  }

  /**
   * Prepares a sample in memory for the backbone: a row of a batch.
   *
   * @param name for messages
   * @throws DataException when it cannot be used
   */
  public final float[] prepared(S sample, String name) {
    return values(checked(sample, name), name);
  }

  /** Files, read lazily. */
  public final Iterator<Item<S>> files(List<Path> files) {
    if (files.isEmpty()) {
      return Collections.emptyIterator();
    }
    Dataset<S> data = unlabelled(files, List.of());
    return IntStream.range(0, files.size()).mapToObj(i -> item(files.get(i), data, i)).iterator();
  }

  /** Contents of files, decoded lazily. */
  public final Iterator<Item<S>> contents(Iterator<byte[]> contents) {
    return numbered(contents, this::decode, this::memory);
  }

  /** Samples in memory. */
  public final Iterator<Item<S>> samples(Iterator<? extends S> samples) {
    return numbered(samples, this::checked, sample -> 0);
  }

  private <V> Iterator<Item<S>> numbered(
      Iterator<? extends V> values, BiFunction<V, String, S> read, ToLongFunction<V> memory) {
    return new Iterator<>() {
      private long next;

      @Override
      public boolean hasNext() {
        return values.hasNext();
      }

      @Override
      public Item<S> next() {
        V value = values.next();
        String name = "sample " + next++;
        return Item.of(name, memory.applyAsLong(value), () -> read.apply(value, name));
      }
    };
  }

  private Item<S> item(Path file, Dataset<S> data, int index) {
    return new Item<>() {
      @Override
      public String name() {
        return file.toString();
      }

      @Override
      public S read() {
        try {
          return data.sample(index);
        } catch (DataException e) {
          throw isKnown(file)
              ? e
              : new DataException(e.getMessage() + ". " + taker(), e.getCause());
        }
      }

      @Override
      public long memory() {
        return data.memory(index);
      }

      @Override
      public Optional<String> note() {
        return data.note(index);
      }
    };
  }
}
