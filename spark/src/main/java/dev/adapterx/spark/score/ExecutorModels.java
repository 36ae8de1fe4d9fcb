package dev.adapterx.spark.score;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.infer.Adapters;
import dev.adapterx.infer.Lease;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones.Options;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;

/**
 * The backbones and adapters in the memory of one executor. Tasks lease what they score with; the
 * first loads it. A backbone that no task uses stays until another one is asked for, so that the
 * next job finds it; adapters over one backbone are {@link Adapters}.
 */
public final class ExecutorModels {
  /** What all adapters of a backbone together may hold. */
  private static final long BUDGET = 2L << 30;

  /** A task that is killed gives its model back while its last batch may still be computed. */
  private static final long GRACE_NANOS = 30_000_000_000L;

  /** Tasks of an executor have nothing in common but the JVM. */
  private static final ExecutorModels OF_THIS_JVM = new ExecutorModels();

  /** A backbone is another one where it is prepared or stored otherwise. */
  private record Key(BackbonePlace place, Options options) {}

  /** All is guarded by the registry. */
  private static final class Hosted {
    private final Backbone backbone;
    private final Adapters adapters;
    private final Path folder;
    private int users;
    private long idleSince;

    private Hosted(Backbone backbone, Path folder) {
      this.backbone = backbone;
      this.folder = folder;
      this.adapters = Adapters.over(backbone, folder, BUDGET);
    }

    private void close() {
      adapters.close();
      backbone.close();
    }
  }

  /** A model in use until it is closed. */
  public final class Held implements AutoCloseable {
    private final Hosted hosted;
    private final Lease lease;
    private final AtomicBoolean ended = new AtomicBoolean();

    private Held(Hosted hosted, Lease lease) {
      this.hosted = hosted;
      this.lease = lease;
    }

    /** The model; not the lease's to close. */
    public AdaptedModel model() {
      return lease.model();
    }

    @Override
    public void close() {
      if (!ended.getAndSet(true)) {
        lease.close();
        release(hosted);
      }
    }
  }

  /** How adapters want their backbones, by their fingerprints. */
  private final Map<String, Options> prepared = new HashMap<>();

  private final Map<Key, Hosted> hosted = new HashMap<>();
  private long loads;

  ExecutorModels() {}

  /** Those of this JVM. */
  public static ExecutorModels ofThisJvm() {
    return OF_THIS_JVM;
  }

  /**
   * Leases a model; loads its backbone unless that is here. Others wait meanwhile: nearly always
   * for the same one.
   *
   * @param precision of the frozen weights
   * @param hadoop how backbones on other file systems are read
   * @throws dev.adapterx.base.AdapterXException saying what this executor lacks
   * @throws dev.adapterx.base.CheckpointException when backbone and adapter do not belong together
   */
  public synchronized Held lease(
      BackbonePlace place, Precision precision, AdapterContent adapter, Configuration hadoop) {
    String name = adapter.sha256();
    Options options = prepared.computeIfAbsent(name, any -> adapter.parsed().options());
    Hosted home = home(new Key(place, options.with(precision)), hadoop);
    if (!home.adapters.isKnown(name)) {
      unpack(adapter, home.folder.resolve(name));
    }
    Held held = new Held(home, home.adapters.lease(name));
    home.users++;
    return held;
  }

  private Hosted home(Key key, Configuration hadoop) {
    Hosted known = hosted.get(key);
    if (known != null) {
      return known;
    }
    ExecutorCheck.require(key.place.bytes());
    discardIdle(GRACE_NANOS);
    Backbone backbone = key.place.load(key.options, hadoop);
    loads++;
    try {
      Path folder = Files.createTempDirectory("adapterx-executor");
      folder.toFile().deleteOnExit();
      Hosted made = new Hosted(backbone, folder);
      hosted.put(key, made);
      return made;
    } catch (IOException e) {
      backbone.close();
      throw unwritable(e);
    }
  }

  private static void unpack(AdapterContent adapter, Path folder) {
    try {
      Files.createDirectory(folder);
      folder.toFile().deleteOnExit(); // in reverse: files before their folder
      adapter.files().forEach(file -> folder.resolve(file).toFile().deleteOnExit());
      adapter.write(folder);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private static DataException unwritable(IOException e) {
    return new DataException(
        "This executor cannot write into "
            + System.getProperty("java.io.tmpdir")
            + ": "
            + Reason.of(e)
            + "; name another folder by spark.executor.extraJavaOptions=-Djava.io.tmpdir=DIR",
        e);
  }

  private void discardIdle(long grace) {
    Iterator<Hosted> all = hosted.values().iterator();
    while (all.hasNext()) {
      Hosted one = all.next();
      if (one.users == 0 && System.nanoTime() - one.idleSince >= grace) {
        all.remove();
        one.close();
      }
    }
  }

  private synchronized void release(Hosted home) {
    home.users--;
    home.idleSince = System.nanoTime();
  }

  /** How many backbones were loaded since the JVM began. */
  public synchronized long loads() {
    return loads;
  }

  /** Frees all that no task uses. */
  public synchronized void clear() {
    discardIdle(0);
  }
}
