package dev.adapterx.serve.studio;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.NewFolder;
import dev.adapterx.base.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects samples and trains adapters of them, one at a time, into the folder that a server
 * answers from. Safe for many threads.
 */
public final class Studio implements AutoCloseable {
  /** Methods that are offered: the paper's, the most common one, and the baseline. */
  public static final List<String> METHODS = List.of("adapter-x", "lora", "linear-probe");

  private static final List<String> QUALITIES = List.of("fast", "good");

  /**
   * What is to be trained.
   *
   * @param set of samples
   * @param adapter its name to be, which no other has
   * @param method one of {@link #METHODS}
   * @param quality how long: {@code fast} or {@code good}
   */
  public record Order(String set, String adapter, String method, String quality) {
    public Order {
      if (!METHODS.contains(method)) {
        throw new ConfigException(
            "method: expected one of " + String.join(", ", METHODS) + ", found '" + method + "'");
      }
      if (!QUALITIES.contains(quality)) {
        throw new ConfigException("quality: expected fast or good, found '" + quality + "'");
      }
      if (!Samples.NAME.matcher(adapter).matches()) {
        throw new ConfigException(
            "adapter: expected a name of up to 64 letters, digits, '.', '_' and '-', found '"
                + adapter
                + "'");
      }
    }
  }

  private final StudioOptions options;
  private final Path adapters;
  private final Path runs;
  private final Samples samples;
  private @Nullable Training training;

  /**
   * @param adapters where a server finds those that are trained
   * @throws ConfigException when the folder of the options cannot be written
   */
  public Studio(StudioOptions options, Path adapters) {
    this.options = options;
    this.adapters = adapters;
    this.runs = options.folder().resolve("runs");
    Path data = options.folder().resolve("data");
    try {
      NewFolder.make(data);
      NewFolder.make(runs);
    } catch (IOException e) {
      throw new ConfigException(
          "--studio: could not make the folder " + options.folder() + ": " + Reason.of(e), e);
    }
    if (!Files.isWritable(adapters)) {
      throw new ConfigException(
          "--studio: trained adapters go to " + adapters + ", which cannot be written");
    }
    this.samples = new Samples(data);
  }

  /** What there is: sets, methods, and the training that runs or ran last. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("sets", samples.all());
    json.put("methods", METHODS);
    Training last = training();
    if (last != null) {
      json.put("training", last.json());
    }
    return json;
  }

  private synchronized @Nullable Training training() {
    return training;
  }

  /**
   * Keeps a sample that can be read.
   *
   * @param file whose ending says how
   * @throws ConfigException when set, label or ending are none
   * @throws ConflictException when the set is full
   */
  public void add(String set, String label, String file, byte[] content) {
    samples.add(set, label, file, content);
  }

  /** Removes a label of a set, or the set where it is empty; whether it was there. */
  public boolean remove(String set, String label) {
    return samples.remove(set, label);
  }

  /**
   * Begins to train.
   *
   * @throws ConfigException when there is not enough to train on
   * @throws ConflictException when one is running, or the adapter's name is taken
   */
  public synchronized void start(Order order) {
    if (training != null && training.isRunning()) {
      throw new ConflictException("A training is running; wait for it, or stop it");
    }
    Path to = adapters.resolve(order.adapter);
    if (Files.exists(to)) {
      throw new ConflictException(
          "There is an adapter '" + order.adapter + "' already; choose another name");
    }
    Path data = samples.trainable(order.set);
    Path run = runs.resolve(order.adapter);
    Trees.delete(run); // of one that was stopped or failed
    List<String> command = new ArrayList<>(options.command());
    command.addAll(List.of(data.toString(), "--out", run.toString(), "--quality", order.quality));
    command.add("method=" + order.method);
    command.addAll(options.keys());
    training = new Training(order.adapter, command, run, () -> publish(run, to));
  }

  private static void publish(Path run, Path to) {
    Path best = run.resolve("adapter-best");
    Path adapter = Files.isDirectory(best) ? best : run.resolve("adapter");
    if (!Files.isDirectory(adapter)) {
      throw new AdapterXException("The training ended without an adapter");
    }
    Trees.copy(adapter, to);
  }

  /** Stops the training, if one is running, after the step it is at. */
  public void stop() {
    Training running = training();
    if (running != null) {
      running.stop();
    }
  }

  /**
   * An adapter's files as a ZIP.
   *
   * @throws ConfigException when there is none of that name
   */
  public byte[] zip(String adapter) {
    Path own = adapters.resolve(adapter);
    if (!Samples.NAME.matcher(adapter).matches() || !Files.isDirectory(own)) {
      throw new ConfigException("There is no adapter '" + adapter + "'");
    }
    Path ofRun = own.resolve("adapter");
    return Trees.zip(Files.isDirectory(ofRun) ? ofRun : own, adapter);
  }

  /** Stops what is running. */
  @Override
  public void close() {
    Training running = training();
    if (running != null) {
      running.close();
    }
  }
}
