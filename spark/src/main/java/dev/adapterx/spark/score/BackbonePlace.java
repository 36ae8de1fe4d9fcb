package dev.adapterx.spark.score;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.hub.FetchListener;
import dev.adapterx.hub.Hub;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.Backbones.Options;
import dev.adapterx.weights.FoundModel;
import dev.adapterx.weights.Models;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkFiles;

/**
 * Where executors find the backbone.
 *
 * @param text as it was given
 * @param file of the files that Spark sent to every executor; absent: the text is looked up there
 */
public record BackbonePlace(String text, String file) implements Serializable {
  private static final long serialVersionUID = 1;

  /**
   * Of a parameter.
   *
   * @param text {@code embedded} or {@code embedded-points}; a weight file, or a folder with one,
   *     that every executor sees under this path; a name on the hub; or a file on another file
   *     system ({@code hdfs:}, {@code s3a:}), which Spark then sends to each executor once
   */
  public static BackbonePlace of(String text, SparkContext context) {
    if (text.isBlank()) {
      throw new ConfigException(
          "backbone: expected a weight file, a folder with one, a model on the hub (hf://org/name), or one of "
              + Backbones.EMBEDDED
              + ", found nothing");
    }
    if (!isSent(text)) {
      return new BackbonePlace(text, "");
    }
    context.addFile(text);
    return new BackbonePlace(text, text.substring(text.lastIndexOf('/') + 1));
  }

  /** Whether it lies on a file system that is not the machine's own. */
  private static boolean isSent(String text) {
    return text.matches("[a-zA-Z][a-zA-Z0-9+.-]+:/.*")
        && !text.startsWith("file:")
        && !text.startsWith("hf:")
        && !Hub.isAddress(text);
  }

  private static String plain(String text) {
    return text.startsWith("file:") ? text.replaceFirst("^file:/*", "/") : text;
  }

  /**
   * Loads it on this machine.
   *
   * @throws CheckpointException when it is not here or damaged
   */
  Backbone load(Options options) {
    if (Backbones.EMBEDDED.contains(text)) {
      return Backbones.embedded(text, options);
    }
    if (!file.isEmpty()) {
      return Backbones.load(Path.of(SparkFiles.get(file)), options);
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

  /** The bytes of its weights as far as they are known without loading: 0 if they are not. */
  long bytes() {
    try {
      Path path = Path.of(file.isEmpty() ? plain(text) : SparkFiles.get(file));
      return Files.isRegularFile(path) ? Files.size(path) : 0;
    } catch (java.io.IOException | RuntimeException e) {
      return 0; // what is wrong with it is said when it is loaded
    }
  }
}
