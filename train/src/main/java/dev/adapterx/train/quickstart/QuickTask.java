package dev.adapterx.train.quickstart;

import dev.adapterx.base.Registry;
import dev.adapterx.peft.PeftMethod;
import java.nio.file.Path;
import java.util.List;

/**
 * What a quickstart trains on: a small computed data set, and the methods that are compared on it.
 *
 * @param noun of the samples, and of their folder: {@code images}
 * @param writer writes the samples that are not there yet
 * @param amounts how many there are for training and for the test, in words
 * @param epochs of each method
 * @param recipe all but data, seed, method and learning rate, as a recipe has it
 * @param pretrained the backbone in words
 * @param scaled how the backbone wants its input scaled
 * @param entries the methods
 * @param rates how their learning rates were chosen, in words
 * @param own how to go on with data of one's own
 */
public record QuickTask(
    String noun,
    Writer writer,
    String amounts,
    int epochs,
    String recipe,
    String pretrained,
    String scaled,
    List<Entry> entries,
    String rates,
    Own own) {
  /** The rates are usual ones. */
  public static final String UNSEARCHED = "usual ones, not searched for";

  /** A method and its learning rate. */
  public record Entry(PeftMethod method, double lr) {}

  /**
   * Data of one's own.
   *
   * @param heading what the section of the report is called
   * @param folder in the command that trains
   * @param sentence what such a folder holds
   * @param sample in the command that predicts
   * @param use what that command does
   */
  public record Own(String heading, String folder, String sentence, String sample, String use) {}

  /** Writes a data set. */
  @FunctionalInterface
  public interface Writer {
    /** Writes what is not there yet; gives how many samples it wrote. */
    int writeTo(Path folder);
  }

  /**
   * A quickstart of another task. Found on the class path by {@link java.util.ServiceLoader},
   * listed in {@code META-INF/services/dev.adapterx.train.quickstart.QuickTask$Kind}.
   */
  public interface Kind {
    /** The name of its task. */
    String name();

    /** Of a seed. */
    QuickTask of(long seed);

    /** All on the class path. */
    static Registry<Kind> all() {
      return Registry.of(Kind.class, "quickstart", Kind::name);
    }
  }

  public QuickTask {
    entries = List.copyOf(entries);
  }
}
