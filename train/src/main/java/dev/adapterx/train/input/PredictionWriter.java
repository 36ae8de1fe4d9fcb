package dev.adapterx.train.input;

import dev.adapterx.base.ConfigException;
import dev.adapterx.data.BrokenSample;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Finds in files what a model was trained to find, and writes it to a folder. */
public interface PredictionWriter {
  /**
   * What was found in a file.
   *
   * @param text one line
   * @param json the same and more, as maps, lists, strings and numbers
   */
  record Found(String text, Map<String, Object> json) {}

  /**
   * One that is told what the files hold.
   *
   * @param category of the model's
   * @throws ConfigException when the model is told none, or not that one
   */
  default PredictionWriter told(String category) {
    throw new ConfigException(
        "--category says what kind of object clouds are whose points are labelled; this model is"
            + " told nothing");
  }

  /**
   * One that writes boxes around objects too.
   *
   * @param radius within which points of one class are one object, in the units of the data
   * @throws ConfigException when it is no number above 0, or the model labels no points
   */
  default PredictionWriter boxed(double radius) {
    throw new ConfigException(
        "--boxes puts boxes around points of one class that lie together; this model labels no"
            + " points");
  }

  /**
   * One that shows objects of other scores.
   *
   * @param score from which on an object is shown
   * @throws ConfigException when it is not within 0 and 1, or the model finds no objects
   */
  default PredictionWriter from(double score) {
    throw new ConfigException(
        "--min-score is the least score of objects that are shown; this model finds no objects in"
            + " pictures");
  }

  /**
   * Works through files in the order given.
   *
   * @param folder made if it is not there
   * @param onFound called after a file's results are written
   * @param onBroken called for each file that cannot be read, in its place among the others
   * @return what lies where afterwards, a line each
   * @throws dev.adapterx.base.ConfigException when the folder cannot be made
   */
  List<String> write(
      List<Path> files, Path folder, Consumer<Found> onFound, Consumer<BrokenSample> onBroken);
}
