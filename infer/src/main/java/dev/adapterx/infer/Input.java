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
 * What a backbone sees, and the way there without anything random: from files, from their content,
 * or from samples in memory. Immutable and thread-safe.
 *
 * @param <S> what a sample is
 */
public abstract sealed class Input<S> permits ImageInput, CloudInput {
  /** What a backbone with this preparation sees, prepared to the end. */
  public static Input<?> of(Preprocessing preprocessing) {
    return of(preprocessing, Device.CPU);
  }

  /** What a backbone sees, as its device wants it handed over. */
  public static Input<?> of(Backbone backbone) {
    return of(backbone.preprocessing(), backbone.device());
  }

  private static Input<?> of(Preprocessing preprocessing, Device device) {
    return preprocessing instanceof ImagePreprocessing images
        ? new ImageInput(images)
        : new CloudInput((PointPreprocessing) preprocessing, device);
  }

  /**
   * Of a backbone that sees pictures.
   *
   * @throws ConfigException when it sees point clouds
   */
  public static ImageInput images(Backbone backbone) {
    if (of(backbone) instanceof ImageInput images) {
      return images;
    }
    throw new ConfigException(of(backbone).taker() + ", not pictures");
  }

  /**
   * Of a backbone that sees point clouds.
   *
   * @throws ConfigException when it sees pictures
   */
  public static CloudInput clouds(Backbone backbone) {
    if (of(backbone) instanceof CloudInput clouds) {
      return clouds;
    }
    throw new ConfigException(of(backbone).taker() + ", not point clouds");
  }

  /** {@code images} or {@code clouds}: for messages. */
  public abstract String noun();

  /** Whether a file's name looks like such a sample's. */
  public abstract boolean isKnown(Path file);

  /** For example {@code The backbone is a point transformer, which takes point clouds}. */
  public abstract String taker();

  /** How inputs are scaled, for result lines. */
  public abstract String normalisation();

  /** The way of a sample to the batch without anything random. */
  public abstract Pipeline<S> pipeline();

  /** The class of a sample. */
  public abstract Class<S> type();

  /** Files without labels, whose names say how they are read; at least one. */
  public abstract Dataset<S> unlabelled(List<Path> files, List<String> classes);

  /**
   * Reads the content of a file.
   *
   * @param name for messages, and for what a format does by a file's extension
   * @throws DataException when it cannot be read
   */
  public abstract S decode(byte[] content, String name);

  /** About how many bytes of the heap {@link #decode} takes; 0: not worth counting. */
  public abstract long memory(byte[] content);

  /**
   * A sample of one's own as the pipeline takes it.
   *
   * @throws DataException when it cannot be used
   */
  abstract S checked(S sample, String name);

  /** As files are read; of pictures, not turned as their EXIF tags say. */
  abstract Input<S> withoutExifOrientation();

  /** A sample that was read, prepared for the backbone. */
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

  /** Files, read when their turn comes. */
  public final Iterator<Item<S>> files(List<Path> files) {
    if (files.isEmpty()) {
      return Collections.emptyIterator();
    }
    Dataset<S> data = unlabelled(files, List.of());
    return IntStream.range(0, files.size()).mapToObj(i -> item(files.get(i), data, i)).iterator();
  }

  /** Contents of files, decoded when their turn comes. */
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
