package dev.adapterx.infer;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.base.Reason;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.Unfit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Many adapters over one frozen backbone, by the names of their folders. An adapter is loaded when
 * it is first leased, and again when its files have changed; those least recently used are given up
 * when all together hold more than a budget. An adapter that is given up, replaced or unloaded
 * while it is in use is freed with its last lease. Safe for many threads; does not own the
 * backbone.
 *
 * <pre>{@code
 * try (var adapters = Adapters.over(backbone, folder, 512L << 20);
 *     Lease lease = adapters.lease("birds")) {
 *   Predictor.of(lease.model()).predict(picture, 3);
 * }
 * }</pre>
 */
public final class Adapters implements AutoCloseable {
  /**
   * A loaded adapter.
   *
   * @param bytes of its tensors
   * @param leases that are open
   */
  public record Loaded(String name, long bytes, int leases, boolean pinned) {}

  /**
   * Counts since the beginning.
   *
   * @param hits leases of what was loaded
   * @param loads adapters loaded
   * @param reloads how many of them because their files had changed
   * @param evictions adapters unloaded to free memory
   * @param failures adapters that could not be loaded
   */
  public record Statistics(long hits, long loads, long reloads, long evictions, long failures) {}

  /** A path segment that is safe on all systems. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");

  /** Number of names that an unknown one is compared with. */
  private static final long MOST_COMPARED = 1000;

  /** The adapter in a run folder. */
  private static final String OF_RUN = "adapter";

  /** What is done to an adapter after it was loaded, before it is used. */
  @FunctionalInterface
  public interface Finishing {
    /**
     * Finishes a model.
     *
     * @param place the adapter's folder, in a run's or by itself
     */
    void finish(AdaptedModel model, Path place);
  }

  private final Backbone backbone;
  private final Path folder;
  private final Finishing finishing;
  private final Map<String, Checked> checked = new ConcurrentHashMap<>();
  private final LeasePool<AdaptedModel> pool;

  private Adapters(Backbone backbone, Path folder, long budget, Finishing finishing) {
    this.backbone = backbone;
    this.folder = folder;
    this.finishing = finishing;
    this.pool = new LeasePool<>(new Source(), budget);
  }

  /**
   * The adapters of a folder.
   *
   * @param backbone all of them were trained on; must outlive this and every lease
   * @param folder with a folder for each adapter, or for each run
   * @param budget total bytes of loaded adapters. Adapters in use are never unloaded, so the total
   *     may exceed this while they are in use
   * @throws ConfigException when the folder does not exist, or the budget is not positive
   */
  public static Adapters over(Backbone backbone, Path folder, long budget) {
    return over(backbone, folder, budget, (model, place) -> {});
  }

  /**
   * The adapters of a folder, each finished when it was loaded; see the other.
   *
   * @param finishing an adapter that it refuses is not loaded
   */
  public static Adapters over(Backbone backbone, Path folder, long budget, Finishing finishing) {
    if (!Files.isDirectory(folder)) {
      throw new ConfigException(
          folder + " is no folder; name one that holds a folder for each adapter");
    }
    if (budget < 1) {
      throw new ConfigException("The memory for adapters must be at least 1 byte, found " + budget);
    }
    return new Adapters(backbone, folder, budget, finishing);
  }

  private final class Source implements LeasePool.Source<AdaptedModel> {
    @Override
    public Object version(String name) {
      return AdapterFile.version(place(name));
    }

    @Override
    public LeasePool.Loaded<AdaptedModel> load(String name) {
      Path place = place(name);
      AdaptedModel model = AdapterFile.read(place).attach(backbone);
      try {
        finishing.finish(model, place);
      } catch (RuntimeException e) {
        model.close();
        throw e;
      }
      return new LeasePool.Loaded<>(model, model.bytes(), model::close);
    }
  }

  /** The backbone that all share. */
  public Backbone backbone() {
    return backbone;
  }

  /**
   * The names of all adapters in the folder now, loaded or not, in order.
   *
   * @throws DataException when the folder cannot be read any more
   */
  public List<String> names() {
    return names(Long.MAX_VALUE);
  }

  /**
   * Of so many entries of the folder.
   *
   * @param most so that a wrong name costs no more than a right one where there are very many
   */
  private List<String> names(long most) {
    try (Stream<Path> below = Files.list(folder)) {
      return below
          .limit(most)
          .map(path -> String.valueOf(path.getFileName()))
          .filter(this::isKnown)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new DataException("Could not read " + folder + ": " + Reason.of(e), e);
    }
  }

  /**
   * Why an adapter cannot be leased because it was trained on another backbone or with input
   * prepared otherwise; empty: nothing tells against it yet. Reads its config alone.
   *
   * @throws ConfigException when there is none of this name
   * @throws dev.adapterx.base.CheckpointException when its config is damaged
   */
  public Optional<Unfit> unfit(String name) {
    Path place = place(name);
    String version = AdapterFile.version(place);
    Checked known = checked.get(name);
    if (known == null || !known.version.equals(version)) {
      known = new Checked(version, AdapterFile.unfit(place, backbone));
      checked.put(name, known);
    }
    return known.unfit;
  }

  /** What was found of the files of a version, so that lists of thousands stay quick. */
  private record Checked(String version, Optional<Unfit> unfit) {}

  /** Whether the folder has an adapter of this name now, loaded or not; of any text. */
  public boolean isKnown(String name) {
    return NAME.matcher(name).matches() && exists(name);
  }

  private boolean exists(String name) {
    return AdapterFile.exists(folder.resolve(name))
        || AdapterFile.exists(folder.resolve(name).resolve(OF_RUN));
  }

  /** The folder of an adapter; never outside the folder of all adapters, for any name. */
  private Path place(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new ConfigException(
          "An adapter's name has up to 128 letters, digits, '.', '_' and '-' and does not begin with"
              + " '.', found '"
              + (name.length() > 200 ? name.substring(0, 200) + "…" : name)
              + "'");
    }
    if (!exists(name)) {
      List<String> known = names(MOST_COMPARED);
      throw new ConfigException(
          "There is no adapter '"
              + name
              + "' in "
              + folder
              + Names.hint(name, known)
              + (known.isEmpty() ? "; it holds none" : ". Known: " + Names.some(known)));
    }
    Path own = folder.resolve(name);
    return AdapterFile.exists(own) ? own : own.resolve(OF_RUN);
  }

  /**
   * The model card beside an adapter, its {@code README.md}; empty where there is none.
   *
   * @throws ConfigException when there is no such adapter
   * @throws DataException when it cannot be read
   */
  public Optional<String> card(String name) {
    Path file = place(name).resolve("README.md");
    try {
      return Files.isRegularFile(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException e) {
      throw new DataException("Could not read " + file + ": " + Reason.of(e), e);
    }
  }

  /**
   * Leases an adapter; loads it if it is not loaded or its files have changed.
   *
   * @throws ConfigException when there is none of this name, or it alone holds more than the budget
   * @throws dev.adapterx.base.CheckpointException when its files are damaged or were trained on
   *     another backbone; the next lease tries again
   * @throws IllegalStateException when this is closed
   */
  public Lease lease(String name) {
    return new Lease(name, pool.lease(name));
  }

  /** Loads an adapter ahead of its first use; throws as {@link #lease}. */
  public void preload(String name) {
    lease(name).close();
  }

  /**
   * Loads an adapter and keeps it loaded until it is unpinned or unloaded; throws as {@link
   * #lease}.
   *
   * @throws ConfigException also when all that is pinned would hold more than the budget
   */
  public void pin(String name) {
    pool.pin(name);
  }

  /** Allows an adapter to be unloaded again. */
  public void unpin(String name) {
    pool.unpin(name);
  }

  /**
   * Unloads an adapter, pinned or not; the next lease loads it again. Returns whether it was
   * loaded.
   */
  public boolean unload(String name) {
    return pool.unload(name);
  }

  /** The loaded adapters, least recently used first. */
  public List<Loaded> loaded() {
    return pool.loaded();
  }

  /** Bytes of all adapters, including unloaded ones that are still in use. */
  public long bytes() {
    return pool.bytes();
  }

  /** Counts since the beginning. */
  public Statistics statistics() {
    return pool.statistics();
  }

  /** Unloads all. Open leases stay valid until they are closed; new ones are refused. */
  @Override
  public void close() {
    pool.close();
  }
}
