package dev.adapterx.train.study;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A process of its own that holds a lock until it is killed. */
final class LockHolder {
  private LockHolder() {}

  static Process start(Path lock) throws IOException {
    Files.createDirectories(lock.getParent());
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                lock.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.getInputStream().read() < 0) {
      throw new IllegalStateException("the process that was to hold the lock ended");
    }
    return process;
  }

  public static void main(String[] arguments) throws Exception {
    try (FileChannel channel =
        FileChannel.open(
            Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock();
      System.out.write('!');
      System.out.flush();
      Thread.sleep(600_000);
    }
  }
}
