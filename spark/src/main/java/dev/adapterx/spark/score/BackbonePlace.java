package dev.adapterx.spark.score;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Reason;
import dev.adapterx.hub.FetchListener;
import dev.adapterx.hub.Hub;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.Backbones.Options;
import dev.adapterx.weights.FoundModel;
import dev.adapterx.weights.Models;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Where executors find the backbone.
 *
 * @param text as it was given
 * @param remote absent where the text is looked up on the executor
 */
public record BackbonePlace(String text, @Nullable RemoteModel remote) implements Serializable {
  private static final long serialVersionUID = 1;

  /**
   * Of a parameter; on the driver.
   *
   * @param text {@code embedded} or {@code embedded-points}; a weight file, or a folder with one,
   *     that every executor sees under this path; a name on the hub; or a file or folder on another
   *     file system ({@code hdfs:}, {@code s3a:}), which each executor copies once
   * @throws CheckpointException when another file system does not have it
   */
  public static BackbonePlace of(String text, Configuration hadoop) {
    if (text.isBlank()) {
      throw new ConfigException(
          "backbone: expected a weight file, a folder with one, a model on the hub (hf://org/name), or one of "
              + Backbones.EMBEDDED
              + ", found nothing");
    }
    return new BackbonePlace(
        text, RemoteModel.isRemote(text) ? RemoteModel.of(text, hadoop) : null);
  }

  private static String plain(String text) {
    return text.startsWith("file:") ? text.replaceFirst("^file:/*", "/") : text;
  }

  /**
   * Loads it on this machine.
   *
   * @param hadoop how other file systems are read
   * @throws CheckpointException when it is not here or damaged
   */
  Backbone load(Options options, Configuration hadoop) {
    if (remote != null) {
      return copied(remote, options, hadoop);
    }
    if (Backbones.EMBEDDED.contains(text)) {
      return Backbones.embedded(text, options);
    }
    String place = plain(text);
    if (!Files.exists(Path.of(place)) && Models.isRemote(place)) {
      return Backbones.load(new Models(Hub.environment(FetchListener.NONE)).find(place), options);
    }
    if (!Files.exists(Path.of(place))) {
      throw new CheckpointException(
          "The backbone "
              + place
              + " does not exist on this executor; put it where every executor sees it, or name it by a file system that Spark reads (hdfs:, s3a:), or on the hub (hf://org/name)");
    }
    return Backbones.load(FoundModel.local(Path.of(place)), options);
  }

  /** The copy is gone once it is loaded. */
  private static Backbone copied(RemoteModel model, Options options, Configuration hadoop) {
    try {
      Path folder = Files.createTempDirectory("adapterx-backbone");
      try {
        return Backbones.load(FoundModel.local(model.copyTo(folder, hadoop)), options);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw unwritable(model, Reason.of(e), e);
    } catch (CheckpointException e) { // the model's, not the disk's
      throw e;
    } catch (AdapterXException e) {
      throw e.getClass() == AdapterXException.class
          ? unwritable(model, String.valueOf(e.getMessage()), e)
          : e;
    }
  }

  private static AdapterXException unwritable(RemoteModel model, String why, Exception e) {
    return new AdapterXException(
        "This executor could not copy %s into %s: %s. Name another folder by spark.executor.extraJavaOptions=-Djava.io.tmpdir=DIR"
            .formatted(model.place(), System.getProperty("java.io.tmpdir"), why),
        e);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> deepest = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepest) {
        Files.delete(path);
      }
    }
  }

  /** The bytes of its weights as far as they are known without loading: 0 if they are not. */
  public long bytes() {
    if (remote != null) {
      return remote.bytes();
    }
    try {
      Path path = Path.of(plain(text));
      return Files.isRegularFile(path) ? Files.size(path) : 0;
    } catch (IOException | RuntimeException e) {
      return 0; // what is wrong with it is said when it is loaded
    }
  }
}
