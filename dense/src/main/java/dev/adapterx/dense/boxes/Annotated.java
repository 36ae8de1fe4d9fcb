package dev.adapterx.dense.boxes;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A picture and its boxes as a data set has them.
 *
 * @param name of the picture relative to the data set, with {@code /}: the same on every machine
 * @param width of the picture as the annotation says; 0 where it does not
 * @param height of the picture
 * @param marks none is an answer too: nothing is there
 * @param broken why the picture cannot be used; null where it can
 */
public record Annotated(
    Path picture, String name, int width, int height, List<Marked> marks, @Nullable String broken) {
  public Annotated {
    marks = List.copyOf(marks);
  }
}
