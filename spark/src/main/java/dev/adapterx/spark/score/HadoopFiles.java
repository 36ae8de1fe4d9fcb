package dev.adapterx.spark.score;

import dev.adapterx.base.Reason;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.VersionInfo;

/** File systems of Hadoop, and what they say when something is wrong, in a sentence. */
final class HadoopFiles {
  private HadoopFiles() {}

  /**
   * The file system of a path.
   *
   * @throws IOException when it is not known, not reached, or its jar is missing
   */
  static FileSystem of(Path path, Configuration hadoop) throws IOException {
    try {
      return path.getFileSystem(hadoop);
    } catch (RuntimeException e) { // Hadoop wraps the loader's
      if (e.getCause() instanceof ClassNotFoundException missing) {
        throw new IOException(
            "%s: is read by %s, which is not on the class path of this cluster; add the jar that has it, of Hadoop %s (for s3a: --packages org.apache.hadoop:hadoop-aws:%s)"
                .formatted(
                    path.toUri().getScheme(),
                    String.valueOf(missing.getMessage()).replaceAll("^Class | not found$", ""),
                    VersionInfo.getVersion(),
                    VersionInfo.getVersion()),
            e);
      }
      throw e;
    }
  }

  /** Whether it is there and no folder. */
  static boolean isFile(FileSystem system, Path path) throws IOException {
    try {
      FileStatus status = system.getFileStatus(path);
      return status.isFile();
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /** Why, without the stack trace that a name node sends along. */
  static String reason(Exception e) {
    return Reason.of(e).lines().findFirst().orElse("").strip();
  }
}
