package dev.adapterx.tensor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * CUDA, which needs another build of libtorch ({@code mvn -Pcuda package}) and NVIDIA libraries
 * that are in no jar. A missing library would crash the JVM or leave a half-loaded engine, so all
 * are searched for before any is loaded.
 */
public final class Cuda {
  /** What is available. */
  public enum State {
    NOT_BUILT(
        "this build computes on the CPU alone; mvn -Pcuda package makes the other, for the"
            + " launcher ADAPTERX_BUILD=-Pcuda"),
    LIBRARIES_MISSING("libraries of CUDA are missing"),
    NO_DEVICE("no NVIDIA device responds: there is none, or its driver is missing or too old"),
    READY("there is no device of that index");

    private final String text;

    State(String text) {
      this.text = text;
    }

    /** Why a device is unavailable, as part of a sentence. */
    public String text() {
      return text;
    }
  }

  /** What libtorch's CUDA libraries depend on: CUDA 13, cuDNN 9, NCCL 2. */
  private static final List<String> WANTED =
      List.of(
          "libcudart.so.13",
          "libcupti.so.13",
          "libcublas.so.13",
          "libcublasLt.so.13",
          "libcufft.so.12",
          "libcurand.so.10",
          "libcusolver.so.12",
          "libcusparse.so.12",
          "libcufile.so.0",
          "libcudnn.so.9",
          "libnccl.so.2");

  private static final String GPU = "-gpu";

  /** Loaded explicitly: nothing links to them, and without them no operator supports CUDA. */
  private static final List<String> OWN = List.of("c10_cuda", "torch_cuda", "torch_cuda_linalg");

  private static final List<Path> USUAL =
      List.of(
          Path.of("/usr/local/cuda/lib64"),
          Path.of("/usr/local/cuda/lib"),
          Path.of("/usr/lib64"),
          Path.of("/usr/lib"),
          Path.of("/usr/lib/x86_64-linux-gnu"));

  private Cuda() {}

  /** What is available. Loads the engine only where that cannot fail. */
  public static State state() {
    if (!isBuilt()) {
      return State.NOT_BUILT;
    }
    if (!missing().isEmpty()) {
      return State.LIBRARIES_MISSING;
    }
    return devices() > 0 ? State.READY : State.NO_DEVICE;
  }

  /** Whether this build's libtorch supports CUDA. */
  public static boolean isBuilt() {
    return there(GPU, "torch_cuda");
  }

  /** Whether the build without CUDA is on the class path. */
  static boolean isBuiltWithout() {
    return there("", "torch");
  }

  /** NVIDIA libraries that are not found in the system's search path. */
  public static List<String> missing() {
    return missing(System.getenv("LD_LIBRARY_PATH"), Path.of("/etc/ld.so.cache"), USUAL);
  }

  /**
   * NVIDIA libraries that are in none of the given places.
   *
   * @param path folders joined by colons, or absent
   * @param cache the list of the system's libraries, which contains their names verbatim
   */
  static List<String> missing(@Nullable String path, Path cache, List<Path> usual) {
    List<Path> folders =
        Stream.concat(
                Stream.of((path == null ? "" : path).split(":"))
                    .filter(s -> !s.isEmpty())
                    .map(Path::of),
                usual.stream())
            .toList();
    String known = text(cache);
    return WANTED.stream()
        .filter(name -> !known.contains("\0" + name + "\0"))
        .filter(name -> folders.stream().noneMatch(f -> Files.isRegularFile(f.resolve(name))))
        .toList();
  }

  private static String text(Path file) {
    try {
      return Files.isReadable(file)
          ? new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
          : "";
    } catch (IOException e) {
      return ""; // then the folders alone decide
    }
  }

  /** NVIDIA devices this process may use; 0 without CUDA. */
  public static int devices() {
    Native.load();
    return torch.hasDeviceGuardImpl(torch.kCUDA())
        ? torch.getDeviceGuardImpl(torch.kCUDA()).deviceCount()
        : 0;
  }

  /** Waits until a device has finished all queued work; returns at once for the CPU. */
  public static void await(Device device) {
    if (device.kind() == Device.Kind.CUDA) {
      torch.getDeviceGuardImpl(torch.kCUDA()).synchronizeDevice((byte) device.index());
    }
  }

  /** Unpacks and loads libtorch's CUDA part, after the rest, if this build has one. */
  static void load() throws IOException {
    for (String library : isBuilt() ? OWN : List.<String>of()) {
      String name = name(GPU, library);
      System.load(Loader.cacheResource(org.bytedeco.pytorch.presets.torch.class, name).toString());
    }
  }

  /** The folder of this build's natives in their jar. Does not load the engine. */
  static String folder() {
    return folder(isBuilt() ? GPU : "");
  }

  private static String folder(String extension) {
    return "/org/bytedeco/pytorch/" + Loader.getPlatform() + extension + "/";
  }

  private static String name(String extension, String library) {
    return folder(extension) + "lib" + library + ".so";
  }

  private static boolean there(String extension, String library) {
    return org.bytedeco.pytorch.presets.torch.class.getResource(name(extension, library)) != null;
  }
}
