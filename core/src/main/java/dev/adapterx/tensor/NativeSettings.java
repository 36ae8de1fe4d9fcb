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
 * Environment variables that native libraries read when they are loaded, set in this process if
 * they were not set before Java started, as the launcher does:
 *
 * <ul>
 *   <li>{@code OMP_WAIT_POLICY=passive}: two thread pools share the cores;
 *   <li>{@code OPENBLAS_CORETYPE=SkylakeX} on AMD CPUs with AVX-512, which OpenBLAS mistakes for
 *       older ones.
 * </ul>
 *
 * <p>{@code MALLOC_ARENA_MAX=2} would come too late here: glibc has fixed its number of arenas by
 * the time Java's own threads run, and {@code mallopt} then has no effect (18 arenas with and
 * without it, 3 with the environment). A warning reports this once.
 *
 * <p>Variables that are already set are never changed. {@code -Dadapterx.native-settings=off} sets
 * nothing. Only Linux is affected.
 */
final class NativeSettings {
  static final String SWITCH = "adapterx.native-settings";
  static final String WAIT_POLICY = "OMP_WAIT_POLICY";
  static final String CORE_TYPE = "OPENBLAS_CORETYPE";
  static final String ARENAS = "MALLOC_ARENA_MAX";

  private static final Logger LOG = LoggerFactory.getLogger(NativeSettings.class);
  private static final String PASSIVE = "passive";

  private NativeSettings() {}

  /** The settings that are needed and missing. */
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
   * Sets what is missing. Call before libtorch is loaded.
   *
   * @return the settings above that are in effect now
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
          "{} is not set: each thread gets its own memory arena, which may double what a long-running"
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
    } catch (LinkageError e) { // cannot unpack, or no such function
      LOG.warn(
          "Could not set {} for the native libraries ({}); start Java with them in the environment",
          missing.entrySet().stream().map(Object::toString).collect(Collectors.joining(" ")),
          e.getMessage());
    }
    return now;
  }
}
