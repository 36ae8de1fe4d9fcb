package dev.adapterx.tensor;

import com.sun.jna.NativeLibrary;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What native libraries read from the environment when they are loaded, set in this process where
 * nothing set it before Java began, as the launcher does:
 *
 * <ul>
 *   <li>{@code OMP_WAIT_POLICY=passive}: two thread pools share the cores;
 *   <li>{@code OPENBLAS_CORETYPE=SkylakeX} on AMD processors with AVX-512, which OpenBLAS takes for
 *       older ones.
 * </ul>
 *
 * <p>{@code MALLOC_ARENA_MAX=2} comes too late here: glibc has fixed its number of arenas by the
 * time Java's own threads run, and {@code mallopt} changes nothing then (18 arenas with it and
 * without, 3 with the environment). A warning says so once.
 *
 * <p>What the environment has is never changed. {@code -Dadapterx.native-settings=off} leaves the
 * process alone. Nothing but Linux is touched.
 */
final class NativeSettings {
  static final String SWITCH = "adapterx.native-settings";
  static final String WAIT_POLICY = "OMP_WAIT_POLICY";
  static final String CORE_TYPE = "OPENBLAS_CORETYPE";
  static final String ARENAS = "MALLOC_ARENA_MAX";

  private static final Logger LOG = LoggerFactory.getLogger(NativeSettings.class);
  private static final String PASSIVE = "passive";

  private NativeSettings() {}

  /** What is wanted and not there. */
  static Map<String, String> missing(
      Map<String, String> environment, String processor, Set<String> instructions) {
    Map<String, String> wanted = new LinkedHashMap<>();
    wanted.put(WAIT_POLICY, PASSIVE);
    if (processor.contains("AMD") && instructions.contains("avx512f")) {
      wanted.put(CORE_TYPE, "SkylakeX");
    }
    wanted.keySet().removeAll(environment.keySet());
    return wanted;
  }

  /**
   * Sets what is missing. To be called before libtorch is loaded.
   *
   * @return what holds now, of the settings above
   */
  static Map<String, String> apply() {
    Map<String, String> now = new LinkedHashMap<>(System.getenv());
    now.keySet().retainAll(Set.of(WAIT_POLICY, ARENAS, CORE_TYPE));
    boolean linux = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
    if (!linux || "off".equals(System.getProperty(SWITCH))) {
      return now;
    }
    if (!now.containsKey(ARENAS)) {
      LOG.warn(
          "{} is not set: each thread gets memory of its own, which may double what a long-running"
              + " program holds; start Java with {}=2 in the environment",
          ARENAS,
          ARENAS);
    }
    Map<String, String> missing =
        missing(System.getenv(), Native.processor(), Native.instructionSets());
    if (missing.isEmpty()) {
      return now;
    }
    try {
      NativeLibrary libc = NativeLibrary.getProcess();
      missing.forEach(
          (name, value) -> {
            Object[] arguments = {name, value, 0};
            if (libc.getFunction("setenv").invokeInt(arguments) == 0) {
              now.put(name, value);
            }
          });
    } catch (LinkageError e) { // no place to unpack to, or no such function
      LOG.warn(
          "Could not set {} for the native libraries ({}); start Java with them in the environment",
          missing.entrySet().stream().map(Object::toString).collect(Collectors.joining(" ")),
          e.getMessage());
    }
    return now;
  }
}
