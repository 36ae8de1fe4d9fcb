package dev.adapterx.tensor;

import dev.adapterx.base.AdapterXException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;

/**
 * Loads libtorch exactly once and safely, and reports on the machine it runs on.
 *
 * <p>Two things must be right before the first tensor is created. On a machine whose JavaCPP cache
 * is empty, {@code libtorch.so} is opened before {@code libtorch_cpu.so} is unpacked beside it, and
 * a system-wide libtorch (or none) is found instead: the JVM crashes. So every library is unpacked
 * first. And two thread pools (OpenMP's and OpenBLAS's) compete for the same cores unless OpenMP
 * waits passively, which only the environment can set: {@link NativeSettings} sets it, and where it
 * cannot, OpenBLAS is limited to one thread.
 */
public final class Native {
  private static final List<String> UNPACKED_FIRST = List.of("c10", "torch_cpu", "torch", "gomp");
  private static final String MEMORY_LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";
  private static final int THREADS;
  private static final Map<String, String> SETTINGS;

  static {
    // JavaCPP's own limit is four times the Java heap, which is unrelated to tensors.
    if (System.getProperty(MEMORY_LIMIT) == null) {
      System.setProperty(MEMORY_LIMIT, Long.toString(totalMemory() / 10 * 9));
    }
    SETTINGS = Map.copyOf(NativeSettings.apply());
    requireLibraries();
    unpack();
    Loader.load(org.bytedeco.pytorch.global.torch.class);
    loadCuda();
    THREADS = org.bytedeco.pytorch.global.torch.get_num_threads();
    if (!"passive".equalsIgnoreCase(SETTINGS.get(NativeSettings.WAIT_POLICY))) {
      org.bytedeco.openblas.global.openblas.blas_set_num_threads(1);
    }
  }

  private Native() {}

  /**
   * Makes sure libtorch is loaded. Cheap after the first call; every use of the engine starts here.
   */
  public static void load() {
    // The static initialiser has loaded it.
  }

  private static void requireLibraries() {
    if (Cuda.isBuilt() && Cuda.isBuiltWithout()) {
      throw new AdapterXException(
          "Two builds of libtorch are on the class path, with CUDA and without, which cannot share a"
              + " JVM; take one of the jars pytorch-*-"
              + Loader.getPlatform()
              + ".jar and pytorch-*-"
              + Loader.getPlatform()
              + "-gpu.jar away");
    }
    List<String> missing = Cuda.isBuilt() ? Cuda.missing() : List.of();
    if (!missing.isEmpty()) {
      throw new AdapterXException(
          "This is the build for CUDA, and of NVIDIA's libraries it needs these are not found: "
              + String.join(", ", missing)
              + ". Install CUDA 13, cuDNN 9 and NCCL 2 and name their folders in LD_LIBRARY_PATH,"
              + " or build for the processor alone: mvn package without -Pcuda");
    }
  }

  private static void unpack() {
    String folder = Cuda.folder();
    try {
      for (String library : UNPACKED_FIRST) {
        for (String file : fileNames(library)) {
          Loader.cacheResource(org.bytedeco.pytorch.presets.torch.class, folder + file);
        }
      }
    } catch (IOException e) {
      throw unpacking(e);
    }
  }

  private static void loadCuda() {
    try {
      Cuda.load();
    } catch (IOException e) {
      throw unpacking(e);
    }
  }

  private static AdapterXException unpacking(IOException e) {
    return new AdapterXException(
        "Could not unpack libtorch into JavaCPP's cache: "
            + e.getMessage()
            + ". Free some space there, or choose another folder with"
            + " -Dorg.bytedeco.javacpp.cachedir=DIR.",
        e);
  }

  private static List<String> fileNames(String library) {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (os.contains("win")) {
      return List.of(library + ".dll");
    }
    return os.contains("mac")
        ? List.of("lib" + library + ".dylib")
        : List.of("lib" + library + ".so", "lib" + library + ".so.1");
  }

  /**
   * Settings of the native libraries in effect in this process, by their names in the environment:
   * {@code OMP_WAIT_POLICY}, {@code OPENBLAS_CORETYPE}, {@code MALLOC_ARENA_MAX}. The first two are
   * set before libtorch is loaded where they were missing and the machine allows it.
   */
  public static Map<String, String> settings() {
    return SETTINGS;
  }

  /**
   * libtorch's initial number of threads: from {@code OMP_NUM_THREADS}, else one for each core.
   * Later calls of {@link #threads(int)} do not change this value.
   */
  public static int threads() {
    return THREADS;
  }

  /**
   * Sets the number of threads that libtorch uses for computation started by this thread and by
   * threads that have not computed yet, and OpenBLAS's number in the whole process: left at two,
   * its fp32 products wait for each other where several threads compute. Changing it while such a
   * product runs on another thread may deadlock both: see {@link #threadsHere}.
   */
  public static void threads(int count) {
    org.bytedeco.pytorch.global.torch.set_num_threads(count);
    org.bytedeco.openblas.global.openblas.blas_set_num_threads(count);
  }

  /**
   * As {@link #threads(int)}, but leaves OpenBLAS unchanged: changing its number while another
   * thread runs one of its products can deadlock both.
   */
  public static void threadsHere(int count) {
    org.bytedeco.pytorch.global.torch.set_num_threads(count);
  }

  /** Physical memory of the machine, or of the container it is in, in bytes. */
  public static long totalMemory() {
    var system = java.lang.management.ManagementFactory.getOperatingSystemMXBean();
    return system instanceof com.sun.management.OperatingSystemMXBean machine
        ? machine.getTotalMemorySize()
        : 4L << 30;
  }

  /**
   * Largest resident set of this process so far in bytes; 0 where the system does not report it.
   */
  public static long peakResidentBytes() {
    return statusBytes("VmHWM:");
  }

  /**
   * Resets the peak of {@link #peakResidentBytes()}; false where the system does not support this,
   * and the peak remains that since the process began.
   */
  public static boolean resetPeakResidentBytes() {
    try {
      Files.writeString(Path.of("/proc/self/clear_refs"), "5", StandardOpenOption.WRITE);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Resident set of this process now in bytes; 0 where the system does not report it. */
  public static long residentBytes() {
    return statusBytes("VmRSS:");
  }

  private static long statusBytes(String key) {
    return lines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
        .findFirst()
        .orElse(0);
  }

  /**
   * The CPU's matrix and vector instruction sets that matter here, by their Linux names; empty on
   * other systems.
   */
  public static Set<String> instructionSets() {
    Set<String> known =
        Set.of(
            "avx2",
            "avx_vnni",
            "avx512f",
            "avx512_bf16",
            "avx512_vnni",
            "amx_tile",
            "amx_bf16",
            "bf16",
            "fma");
    Set<String> found = new TreeSet<>();
    for (String line : lines(Path.of("/proc/cpuinfo"))) {
      if (line.startsWith("flags") || line.startsWith("Features")) {
        Stream.of(line.substring(line.indexOf(':') + 1).trim().split("\\s+"))
            .filter(known::contains)
            .forEach(found::add);
        break;
      }
    }
    return found;
  }

  /** The CPU's name as reported by the system. */
  public static String processor() {
    return lines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }

  private static List<String> lines(Path file) {
    try {
      return new File(file.toString()).canRead() ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The folder the natives were unpacked to. */
  public static Path cacheFolder() {
    try {
      return Loader.getCacheDir().toPath();
    } catch (IOException e) {
      throw new AdapterXException("JavaCPP has no cache folder: " + e.getMessage(), e);
    }
  }
}
