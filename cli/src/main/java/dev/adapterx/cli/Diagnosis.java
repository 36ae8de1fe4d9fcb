package dev.adapterx.cli;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.Reason;
import dev.adapterx.cli.output.Version;
import dev.adapterx.tensor.Cuda;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Native;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.SelfCheck;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The findings of {@code doctor}.
 *
 * @param facts by name, in the order to read them
 * @param warnings causes of slowness or of likely failures
 * @param problems causes of failure
 */
record Diagnosis(Map<String, String> facts, List<String> warnings, List<String> problems) {
  private static final long GIB = 1L << 30;

  /** The relevant ones, by their names in Linux. */
  private static final List<String> INSTRUCTIONS =
      List.of("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "amx_bf16");

  private static final List<String> ARM_INSTRUCTIONS = List.of("bf16");

  static Diagnosis of(Path working) {
    Diagnosis diagnosis =
        new Diagnosis(new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>());
    diagnosis.java();
    diagnosis.disk(working);
    diagnosis.cuda();
    try {
      diagnosis.machine();
      diagnosis.engine();
    } catch (AdapterXException | LinkageError e) {
      Throwable cause =
          e instanceof ExceptionInInitializerError && e.getCause() != null ? e.getCause() : e;
      diagnosis.problems.add(
          "the engine (libtorch) could not be loaded: "
              + (cause instanceof AdapterXException told ? told.getMessage() : cause));
    }
    return diagnosis;
  }

  private void java() {
    facts.put("version", new Version().getVersion()[0]);
    facts.put(
        "java",
        "%s %s, %s"
            .formatted(
                System.getProperty("java.vm.name"),
                System.getProperty("java.version"),
                System.getProperty("java.vendor")));
    facts.put(
        "system",
        "%s %s, %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch")));
    String policy = Native.settings().get("OMP_WAIT_POLICY");
    facts.put("OMP_WAIT_POLICY", policy == null ? "not set" : policy);
    if (!"passive".equalsIgnoreCase(policy)) {
      warnings.add(
          "OMP_WAIT_POLICY is not passive: idle threads spin and take the processor from others;"
              + " start with the launcher, or set OMP_WAIT_POLICY=passive");
    }
  }

  private void disk(Path working) {
    Path folder = working.toAbsolutePath();
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      facts.put("disk", gib(free) + " free in " + folder);
      if (free < GIB) {
        warnings.add("less than 1 GiB of disk is free in " + folder + "; a run may not fit");
      }
    } catch (IOException e) {
      facts.put("disk", "unknown (" + Reason.of(e) + ")");
    }
  }

  private void machine() {
    blas();
    facts.put("processor", Native.processor());
    Set<String> present = Native.instructionSets();
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    facts.put(
        "instructions",
        (arm ? ARM_INSTRUCTIONS : INSTRUCTIONS)
            .stream()
                .map(name -> name + (present.contains(name) ? " yes" : " no"))
                .collect(Collectors.joining(", ")));
    facts.put(
        "cores",
        Runtime.getRuntime().availableProcessors() + ", libtorch uses " + Native.threads());
    facts.put(
        "memory",
        gib(Native.totalMemory())
            + ", Java heap at most "
            + gib(Runtime.getRuntime().maxMemory())
            + ", resident now "
            + gib(Native.residentBytes()));
  }

  /** OpenBLAS chooses its kernels by the processor's model, and does not know them all. */
  private void blas() {
    boolean misjudged =
        Native.processor().contains("AMD") && Native.instructionSets().contains("avx512f");
    if (misjudged && !Native.settings().containsKey("OPENBLAS_CORETYPE")) {
      warnings.add(
          "OpenBLAS may take this processor for an older one and halve the speed of fp32; start"
              + " with the launcher, or set OPENBLAS_CORETYPE=SkylakeX");
    }
  }

  /** Reports what is missing before the engine is loaded, which would fail. */
  private void cuda() {
    facts.put(
        "cuda", Cuda.isBuilt() ? "in this build" : "not in this build (ADAPTERX_BUILD=-Pcuda)");
    if (Cuda.isBuilt() && !Cuda.missing().isEmpty()) {
      facts.put("cuda", "libraries missing: " + String.join(", ", Cuda.missing()));
    }
  }

  private void devices() {
    if (Cuda.state() == Cuda.State.NO_DEVICE) {
      facts.put("cuda", "in this build, but " + Cuda.State.NO_DEVICE.text());
    } else if (Cuda.state() == Cuda.State.READY) {
      facts.put("cuda", Cuda.devices() + " devices, cuda:0 to cuda:" + (Cuda.devices() - 1));
    }
    facts.put("device auto", Device.AUTO.resolved().toString());
  }

  private void engine() {
    devices();
    facts.put(
        "engine",
        SelfCheck.versions().entrySet().stream()
            .map(e -> e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", ")));
    Path cache = Native.cacheFolder();
    facts.put("engine cache", cache + ", " + gib(size(cache)));
    facts.put("precision auto", SelfCheck.choice());
    List<String> wrong = new ArrayList<>();
    for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
      SelfCheck.product(precision).ifPresent(wrong::add);
    }
    facts.put("small product", wrong.isEmpty() ? "right in fp32 and bf16" : "WRONG");
    wrong.forEach(w -> problems.add("the engine multiplies wrongly: " + w));
  }

  private static long size(Path folder) {
    long[] bytes = {0};
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              bytes[0] += attributes.isRegularFile() ? attributes.size() : 0;
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE; // gone or not ours to read: the sum is of the rest
            }
          });
    } catch (IOException e) {
      return bytes[0];
    }
    return bytes[0];
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) GIB);
  }
}
