package dev.adapterx.tasks.files;

import dev.adapterx.data.image.format.PngFile;
import dev.adapterx.scenes.images.QuickstartScenes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Computed pictures of several objects as files, each with a file beside it that says what it
 * shows.
 *
 * @param pictures the folder they go to
 * @param truth the file of what is known of the picture of a name
 * @param writer writes the latter
 */
public record ScenePictures(
    QuickstartScenes scenes,
    Path pictures,
    Function<String, Path> truth,
    BiConsumer<Path, QuickstartScenes.Known> writer) {
  /** Writes those of a split that are not there yet; gives how many were written. */
  public int write(String split, int count) {
    int written = 0;
    for (int i = 0; i < count; i++) {
      String name = "%04d".formatted(i);
      Path png = pictures.resolve(name + ".png");
      Path beside = truth.apply(name);
      if (!Files.exists(png) || !Files.exists(beside)) {
        QuickstartScenes.Known known = scenes.picture(split, i);
        writer.accept(beside, known);
        PngFile.write(png, known.picture());
        written++;
      }
    }
    return written;
  }
}
