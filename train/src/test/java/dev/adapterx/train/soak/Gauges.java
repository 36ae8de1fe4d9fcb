package dev.adapterx.train.soak;

import dev.adapterx.tensor.Native;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;

/**
 * What a process holds at one moment, garbage collected before; but the highest resident memory is
 * that since the last reading, and what is called unclosed is what only the garbage collector would
 * free.
 *
 * @param seconds since it began
 * @param turns done until then
 * @param values by gauge, in the order of {@link #ALLOWED}
 */
record Gauges(double seconds, int turns, Map<String, Double> values) {
  static final String RESIDENT = "resident-mib";
  static final String PEAK = "peak-mib";
  static final String UNCLOSED = "unclosed-tensors";
  static final String POINTERS = "tensors";
  static final String POINTER_BYTES = "tensor-objects-mib";
  static final String FILES = "open-files";
  static final String THREADS = "java-threads";
  static final String TASKS = "threads";
  static final String HEAP = "heap-mib";
  static final String CLASSES = "classes";
  static final String LITTER = "files-on-disk";

  /** By how much each may be higher at the end of an hour than after its first quarter. */
  static final Map<String, Double> ALLOWED = allowed();

  private static Map<String, Double> allowed() {
    Map<String, Double> allowed = new LinkedHashMap<>();
    allowed.put(RESIDENT, 32.0);
    allowed.put(PEAK, 64.0);
    allowed.put(HEAP, 8.0);
    allowed.put(UNCLOSED, 200.0);
    allowed.put(POINTERS, 0.0);
    allowed.put(POINTER_BYTES, 0.1);
    allowed.put(FILES, 3.0);
    allowed.put(THREADS, 6.0);
    allowed.put(TASKS, 6.0);
    allowed.put(CLASSES, 100.0);
    allowed.put(LITTER, 0.0);
    return allowed;
  }

  /**
   * Reads all gauges.
   *
   * @param folder where everything is that the process writes
   * @param trim whether what was freed is given back to the system before, which it otherwise is
   *     when and where that is easy; what is left then is what is in use
   */
  static Gauges read(double seconds, int turns, Path folder, boolean trim) {
    Map<String, Double> values = new LinkedHashMap<>();
    double peak = mebi(Native.peakResidentBytes());
    double unclosed = Pointer.totalCount();
    collect();
    if (trim) {
      Pointer.trimMemory();
    }
    Runtime java = Runtime.getRuntime();
    values.put(RESIDENT, mebi(Native.residentBytes()));
    values.put(PEAK, peak);
    values.put(HEAP, mebi(java.totalMemory() - java.freeMemory()));
    values.put(UNCLOSED, unclosed);
    values.put(POINTERS, (double) Pointer.totalCount());
    values.put(POINTER_BYTES, mebi(Pointer.totalBytes()));
    values.put(FILES, (double) count(Path.of("/proc/self/fd"), 1));
    values.put(THREADS, (double) ManagementFactory.getThreadMXBean().getThreadCount());
    values.put(TASKS, (double) count(Path.of("/proc/self/task"), 1));
    values.put(CLASSES, (double) ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
    values.put(LITTER, (double) count(folder, Integer.MAX_VALUE));
    Native.resetPeakResidentBytes();
    return new Gauges(seconds, turns, values);
  }

  /**
   * Twice, with time between for the cleaners that the first wakes, and for the threads of Java's
   * HTTP clients, which look every three seconds whether they are still wanted.
   */
  private static void collect() {
    System.gc();
    for (int i = 0; i < 50 && (i < 2 || hasHttpClients()); i++) {
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    System.gc();
  }

  private static boolean hasHttpClients() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().startsWith("HttpClient-"));
  }

  private static double mebi(long bytes) {
    return Math.round(bytes / 1048576.0 * 100) / 100.0;
  }

  private static long count(Path folder, int depth) {
    try (Stream<Path> entries = Files.walk(folder, depth)) {
      return entries.count() - 1;
    } catch (IOException | java.io.UncheckedIOException e) {
      return -1;
    }
  }

  static String header() {
    return "seconds,turns," + String.join(",", ALLOWED.keySet());
  }

  String line() {
    StringBuilder line = new StringBuilder();
    line.append(Math.round(seconds)).append(',').append(turns);
    values.values().forEach(value -> line.append(',').append(value));
    return line.toString();
  }

  static Gauges parse(String header, String line) {
    List<String> names = List.of(header.split(","));
    List<String> fields = List.of(line.split(","));
    Map<String, Double> values = new LinkedHashMap<>();
    for (int i = 2; i < names.size(); i++) {
      values.put(names.get(i), Double.valueOf(fields.get(i)));
    }
    return new Gauges(Double.parseDouble(fields.get(0)), Integer.parseInt(fields.get(1)), values);
  }
}
