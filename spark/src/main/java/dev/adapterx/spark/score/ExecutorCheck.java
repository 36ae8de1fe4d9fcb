package dev.adapterx.spark.score;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.Reason;
import dev.adapterx.tensor.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an executor needs beside a heap, checked before libtorch is loaded: once that fails, the
 * system ends the JVM without a word why.
 */
public final class ExecutorCheck {
  /** What libtorch and a batch of pictures hold outside the heap. */
  static final long ENGINE = 700L << 20;

  /** The weights, and their copies while they are loaded. */
  static final int TIMES_THE_WEIGHTS = 2;

  /** What libtorch takes up once it is unpacked. */
  static final long UNPACKED = 600L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(ExecutorCheck.class);
  private static final String CACHE = "org.bytedeco.javacpp.cachedir";
  private static final String WAIT = "OMP_WAIT_POLICY";

  private ExecutorCheck() {}

  /**
   * Checks this JVM.
   *
   * @param weights bytes of the backbone; 0: small or not known
   * @throws AdapterXException with everything that is missing
   */
  public static void require(long weights) {
    List<String> missing = new ArrayList<>();
    SparkEnv env = SparkEnv.get();
    if (env != null) {
      memory(env.conf(), weights).ifPresent(missing::add);
    }
    cache(candidates(System.getProperty(CACHE))).ifPresent(missing::add);
    if (!missing.isEmpty()) {
      throw new AdapterXException(String.join("\n", missing));
    }
    if (!"passive".equalsIgnoreCase(Native.settings().get(WAIT))) {
      LOG.warn(
          "{} is not passive in this executor: two thread pools compete for its cores; set spark.executorEnv.{}=passive",
          WAIT,
          WAIT);
    }
  }

  private static Optional<String> memory(SparkConf conf, long weights) {
    long heap = Runtime.getRuntime().maxMemory();
    String master = conf.get("spark.master", "");
    if (master.startsWith("local[") || master.equals("local")) {
      return Optional.empty(); // the heap is the user's whole program's
    }
    boolean enforced = master.startsWith("yarn") || master.startsWith("k8s");
    return memory(total(), heap, enforced ? overhead(conf) : Long.MAX_VALUE, weights);
  }

  /** Physical memory, asked without loading libtorch. */
  private static long total() {
    var system = java.lang.management.ManagementFactory.getOperatingSystemMXBean();
    return system instanceof com.sun.management.OperatingSystemMXBean machine
        ? machine.getTotalMemorySize()
        : Long.MAX_VALUE;
  }

  /** As Spark computes it where it is not set. */
  static long overhead(SparkConf conf) {
    if (conf.contains("spark.executor.memoryOverhead")) {
      return conf.getSizeAsMb("spark.executor.memoryOverhead") << 20;
    }
    double factor = conf.getDouble("spark.executor.memoryOverheadFactor", 0.1);
    long heap = conf.getSizeAsMb("spark.executor.memory", "1g") << 20;
    return Math.max(384L << 20, (long) (factor * heap));
  }

  /**
   * Whether libtorch finds room.
   *
   * @param total bytes of the machine or container
   * @param heap bytes that Java may take
   * @param overhead bytes beside the heap that the cluster's manager grants
   * @param weights bytes of the backbone
   */
  static Optional<String> memory(long total, long heap, long overhead, long weights) {
    long needed = ENGINE + TIMES_THE_WEIGHTS * weights;
    long left = Math.min(total - heap, overhead);
    if (left >= needed) {
      return Optional.empty();
    }
    return Optional.of(
        overhead < total - heap
            ? "This executor may take %,d MiB beside its heap; libtorch and this backbone need about %,d MiB: set spark.executor.memoryOverhead=%dm"
                .formatted(overhead >> 20, needed >> 20, needed >> 20)
            : "This executor's heap may take %,d of %,d MiB; libtorch and this backbone need about %,d MiB beside it: lower spark.executor.memory, or give the machine more"
                .formatted(heap >> 20, total >> 20, needed >> 20));
  }

  /** Where JavaCPP would unpack, in its order. */
  static List<Path> candidates(@org.jspecify.annotations.Nullable String named) {
    if (named != null) {
      return List.of(Path.of(named));
    }
    return List.of(
        Path.of(System.getProperty("user.home"), ".javacpp", "cache"),
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "javacpp" + System.getProperty("user.name"),
            "cache"));
  }

  /** Whether libtorch can be unpacked into one of several folders, or is there already. */
  static Optional<String> cache(List<Path> folders) {
    List<String> reasons = new ArrayList<>();
    for (Path folder : folders) {
      Optional<String> reason = unusable(folder);
      if (reason.isEmpty()) {
        return Optional.empty();
      }
      reasons.add(reason.get());
    }
    return Optional.of(
        "libtorch cannot be unpacked on this executor: "
            + String.join("; ", reasons)
            + ". Name a folder with %d MiB free by spark.executor.extraJavaOptions=-D%s=DIR"
                .formatted(UNPACKED >> 20, CACHE));
  }

  private static Optional<String> unusable(Path folder) {
    Path there = folder.toAbsolutePath();
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    if (!Files.isDirectory(there)) {
      return Optional.of(there + " is no folder");
    }
    if (!Files.isWritable(there)) {
      return Optional.of(there + " cannot be written");
    }
    try {
      if (Files.getFileStore(there).getUsableSpace() < UNPACKED && !isUnpacked(folder)) {
        return Optional.of(
            "%s has %,d MiB free"
                .formatted(there, Files.getFileStore(there).getUsableSpace() >> 20));
      }
    } catch (IOException e) {
      return Optional.of(there + ": " + Reason.of(e));
    }
    return Optional.empty();
  }

  private static boolean isUnpacked(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> below = Files.list(folder)) {
      return below.anyMatch(path -> String.valueOf(path.getFileName()).startsWith("pytorch-"));
    }
  }
}
