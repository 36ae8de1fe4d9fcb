package dev.adapterx.tensor;

import dev.adapterx.base.OutOfMemoryException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Distinguishes the ways in which memory runs out, because each has a different fix: Java's heap,
 * Java's direct memory, JavaCPP's limit for the process, a failed allocation in libtorch, and the
 * limit of threads per process.
 */
public final class OutOfMemory {
  private static final Pattern ASKED = Pattern.compile("tried to allocate (\\d+) bytes");
  private static final Pattern LIMIT =
      Pattern.compile("physicalBytes \\((\\w+)\\) > maxPhysicalBytes \\((\\w+)\\)");
  private static final String LESS =
      ". Compute less at once: lower OMP_NUM_THREADS, backbone.input-size or, in a training,"
          + " train.micro-batch";

  private OutOfMemory() {}

  /** The error to show to the user; empty when a failure has another cause than memory. */
  public static Optional<OutOfMemoryException> of(Throwable failure) {
    return of(failure, "");
  }

  /**
   * As {@link #of(Throwable)}, with the place in the model.
   *
   * @param place empty where it is unknown
   */
  static Optional<OutOfMemoryException> of(Throwable failure, String place) {
    if (failure instanceof OutOfMemoryException told) {
      return Optional.of(told);
    }
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof OutOfMemoryError) {
      return Optional.of(told(place, java(message), failure));
    }
    return failure instanceof RuntimeException && isAllocation(message)
        ? Optional.of(told(place, engine(message), failure))
        : Optional.empty();
  }

  private static OutOfMemoryException told(String place, String what, Throwable cause) {
    String in = place.isEmpty() ? "" : " in " + place;
    return new OutOfMemoryException("Out of memory" + in + ": " + what, cause);
  }

  /**
   * Matches libtorch's messages on Linux and macOS, on Windows and on other devices, and C++'s own.
   */
  private static boolean isAllocation(String message) {
    return message.contains("can't allocate memory")
        || message.contains("not enough memory")
        || message.contains("out of memory")
        || message.contains("std::bad_alloc");
  }

  private static String engine(String message) {
    Matcher asked = ASKED.matcher(message);
    String bytes = asked.find() ? mebi(Long.parseLong(asked.group(1))) : "memory";
    return "libtorch requested "
        + bytes
        + " and did not get it"
        + LESS
        + "; or let the process have more (the machine's free memory, the container's limit,"
        + " ulimit -v)";
  }

  private static String java(String message) {
    Matcher limit = LIMIT.matcher(message);
    if (limit.find()) {
      return "the process held %s, more than its limit of %s"
              .formatted(limit.group(1), limit.group(2))
          + LESS
          + "; or raise the limit, which by default is nine tenths of the memory there is, with"
          + " ADAPTERX_JAVA_OPTS=-Dorg.bytedeco.javacpp.maxPhysicalBytes=8g";
    }
    if (message.contains("thread")) {
      return "the system gives this process no further thread ("
          + message
          + "). Lower data.threads or OMP_NUM_THREADS, or raise the limit (ulimit -u, the"
          + " container's)";
    }
    if (message.contains("irect buffer memory")) {
      return "Java's memory beside its heap is full ("
          + message
          + "). Give it more with ADAPTERX_JAVA_OPTS=-XX:MaxDirectMemorySize=16g";
    }
    if (message.contains("etaspace") || message.contains("class space")) {
      return "Java's memory for classes is full (" + message + "); raise its limit";
    }
    return "the Java heap of "
        + mebi(Runtime.getRuntime().maxMemory())
        + " is full ("
        + message
        + "). Give it more with ADAPTERX_HEAP=4g (java -Xmx4g), or hold less at once: lower"
        + " train.batch, train.eval-batch, data.threads, data.cache-megabytes or"
        + " backbone.input-size";
  }

  private static String mebi(long bytes) {
    return String.format(Locale.ROOT, "%d MiB", (bytes + (1 << 20) - 1) >> 20);
  }
}
