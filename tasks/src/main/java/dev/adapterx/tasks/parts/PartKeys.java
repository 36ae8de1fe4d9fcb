package dev.adapterx.tasks.parts;

import dev.adapterx.base.ConfigException;
import dev.adapterx.dense.cloud.CloudLayout;
import dev.adapterx.dense.parts.Views;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said of clouds whose points have classes: {@code data.parts}.
 *
 * @param classes names in the order of the labels from 0; absent: those of a file beside the data,
 *     else the labels themselves
 * @param ignore labels of points without a class; absent: those below 0, and what the data's own
 *     table calls unlabelled
 * @param label the property, field, column (or its number from 1) or dataset with the labels;
 *     absent: found
 * @param category whether the category of an object is known when its points are labelled, {@code
 *     given}, or all parts compete, {@code none}; absent: given where the data say categories
 * @param block side of the columns that scenes are seen through, in the units of the data; 0:
 *     clouds are seen whole; absent: as is usual for the data
 * @param votes how often each point is seen when clouds are measured or predicted
 * @param draws how many columns of a scene an epoch draws
 */
public record PartKeys(
    @Nullable List<String> classes,
    @Nullable List<Integer> ignore,
    @Nullable String label,
    @Nullable Told category,
    @Nullable Double block,
    int votes,
    int draws) {
  private static final int DRAWS = 50;

  /** What is told of an object. */
  public enum Told {
    /** Its category. */
    GIVEN,
    /** Nothing. */
    NONE
  }

  public PartKeys {
    classes = classes == null ? null : List.copyOf(classes);
    ignore = ignore == null ? null : List.copyOf(ignore);
    new Views(block == null ? 0 : block, votes); // says what is wrong
    if (draws < 1) {
      throw new ConfigException("data.parts.draws: expected at least 1, found " + draws);
    }
  }

  /** The data's own names; each point seen once. */
  public static PartKeys defaults() {
    return new PartKeys(null, null, null, null, null, 1, DRAWS);
  }

  /** How a place is read. */
  public CloudLayout.Options options() {
    return new CloudLayout.Options(classes, ignore, label);
  }

  /** What clouds of a layout are cut into. */
  Views views(CloudLayout layout) {
    return new Views(block == null ? layout.block() : block, votes);
  }
}
