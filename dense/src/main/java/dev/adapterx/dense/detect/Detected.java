package dev.adapterx.dense.detect;

import dev.adapterx.data.targets.Box;
import dev.adapterx.dense.score.Found;
import java.util.List;

/**
 * What was found in a picture.
 *
 * @param found boxes in pixels of the picture in its own size, by score descending
 * @param loss sum of the losses; 0 where nothing is known of the picture
 * @param weight what the loss is divided by
 */
public record Detected(List<Found<Box>> found, double loss, double weight) {
  public Detected {
    found = List.copyOf(found);
  }

  /** Those of at least a score. */
  public List<Found<Box>> above(double least) {
    return found.stream().filter(f -> f.score() >= least).toList();
  }
}
