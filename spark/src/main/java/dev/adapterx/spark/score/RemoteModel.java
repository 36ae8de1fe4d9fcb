package dev.adapterx.spark.score;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Reason;
import dev.adapterx.base.WholeFile;
import dev.adapterx.hub.Hub;
import dev.adapterx.weights.ModelFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A backbone on a file system of Hadoop ({@code hdfs:}, {@code s3a:}), as the driver found it: its
 * weights, and what describes them beside ({@link ModelFiles}).
 *
 * @param place as it was given
 * @param files weights first
 */
public record RemoteModel(String place, List<File> files) implements Serializable {
  private static final long serialVersionUID = 1;

  /**
   * One of the files.
   *
   * @param changed milliseconds since 1970; a file that changes is another backbone
   */
  public record File(String path, long bytes, long changed) implements Serializable {
    private static final long serialVersionUID = 1;

    private static File of(FileStatus status) {
      return new File(status.getPath().toString(), status.getLen(), status.getModificationTime());
    }

    private String name() {
      return path.substring(path.lastIndexOf('/') + 1);
    }
  }

  public RemoteModel {
    files = List.copyOf(files);
  }

  /** Whether a place is on a file system that is not the machine's own. */
  public static boolean isRemote(String place) {
    return place.matches("[a-zA-Z][a-zA-Z0-9+.-]+:/.*")
        && !place.startsWith("file:")
        && !place.startsWith("hf:")
        && !Hub.isAddress(place);
  }

  /**
   * Looks for a model.
   *
   * @param place a weight file, an index of shards, or a folder with either
   * @throws CheckpointException when it is not there or cannot be read
   */
  public static RemoteModel of(String place, Configuration hadoop) {
    try {
      Path path = new Path(place);
      FileSystem system = HadoopFiles.of(path, hadoop);
      FileStatus status = system.getFileStatus(path);
      FileStatus weights = status.isDirectory() ? within(system, path) : status;
      Path folder = weights.getPath().getParent();
      List<File> files = new ArrayList<>(List.of(File.of(weights)));
      for (String shard : shards(system, weights)) {
        files.add(File.of(system.getFileStatus(new Path(folder, shard))));
      }
      for (String name : ModelFiles.DESCRIPTIONS) {
        Path beside = new Path(folder, name);
        if (HadoopFiles.isFile(system, beside)) {
          files.add(File.of(system.getFileStatus(beside)));
        }
      }
      return new RemoteModel(place, files);
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(place, e);
    }
  }

  private static FileStatus within(FileSystem system, Path folder) throws IOException {
    for (String name : ModelFiles.customary()) {
      Path file = new Path(folder, name);
      if (HadoopFiles.isFile(system, file)) {
        return system.getFileStatus(file);
      }
    }
    throw new CheckpointException(
        "backbone: %s: no weights in this folder; expected one of %s"
            .formatted(folder, String.join(", ", ModelFiles.customary())));
  }

  private static List<String> shards(FileSystem system, FileStatus weights) throws IOException {
    if (!weights.getPath().getName().endsWith(".json")) {
      return List.of();
    }
    java.nio.file.Path folder = Files.createTempDirectory("adapterx-index");
    java.nio.file.Path index = folder.resolve(weights.getPath().getName());
    try (InputStream in = system.open(weights.getPath())) {
      Files.copy(in, index);
      return ModelFiles.shards(index);
    } catch (CheckpointException e) {
      String message = String.valueOf(e.getMessage());
      throw new CheckpointException(
          "backbone: " + message.replace(index.toString(), weights.getPath().toString()), e);
    } finally {
      Files.deleteIfExists(index);
      Files.delete(folder);
    }
  }

  /** Of all files. */
  public long bytes() {
    return files.stream().mapToLong(File::bytes).sum();
  }

  /** Where the weights of a copy are. */
  public java.nio.file.Path in(java.nio.file.Path folder) {
    return folder.resolve(files.get(0).name());
  }

  /**
   * Copies the files that are not in a folder yet; each is there whole or not at all. A description
   * that the model no longer has is deleted.
   *
   * @return the weights
   * @throws CheckpointException when one cannot be read, or has changed
   * @throws AdapterXException when one cannot be written
   */
  public java.nio.file.Path copyTo(java.nio.file.Path folder, Configuration hadoop) {
    forgetOldDescriptions(folder);
    for (File file : files) {
      java.nio.file.Path copy = folder.resolve(file.name());
      FileTime changed = FileTime.fromMillis(file.changed());
      try {
        if (Files.exists(copy)
            && Files.size(copy) == file.bytes()
            && Files.getLastModifiedTime(copy).toMillis() == changed.toMillis()) {
          continue;
        }
        WholeFile.sweep(copy);
        WholeFile.write(copy, out -> copy(file, hadoop, out));
        Files.setLastModifiedTime(copy, changed);
      } catch (IOException e) {
        throw new AdapterXException("Could not write " + copy + ": " + Reason.of(e), e);
      }
    }
    return in(folder);
  }

  private void forgetOldDescriptions(java.nio.file.Path folder) {
    List<String> names = files.stream().map(File::name).toList();
    for (String name : ModelFiles.DESCRIPTIONS) {
      java.nio.file.Path old = folder.resolve(name);
      try {
        if (!names.contains(name)) {
          Files.deleteIfExists(old);
        }
      } catch (IOException e) {
        throw new AdapterXException("Could not delete " + old + ": " + Reason.of(e), e);
      }
    }
  }

  private static void copy(File file, Configuration hadoop, java.io.OutputStream out)
      throws IOException {
    byte[] buffer = new byte[1 << 20];
    long copied = 0;
    try (InputStream in = opened(file, hadoop)) {
      for (int read = read(file, in, buffer); read >= 0; read = read(file, in, buffer)) {
        out.write(buffer, 0, read);
        copied += read;
      }
    }
    if (copied != file.bytes() || changed(file, hadoop) != file.changed()) {
      throw new CheckpointException(
          "backbone: %s has changed since the job began; start the job again"
              .formatted(file.path()));
    }
  }

  private static InputStream opened(File file, Configuration hadoop) {
    try {
      Path path = new Path(file.path());
      return HadoopFiles.of(path, hadoop).open(path);
    } catch (IOException e) {
      throw unreadable(file.path(), e);
    }
  }

  private static long changed(File file, Configuration hadoop) {
    try {
      Path path = new Path(file.path());
      return HadoopFiles.of(path, hadoop).getFileStatus(path).getModificationTime();
    } catch (IOException e) {
      throw unreadable(file.path(), e);
    }
  }

  /** Of the two ends of a copy only this one is the model's. */
  private static int read(File file, InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw unreadable(file.path(), e);
    }
  }

  private static CheckpointException unreadable(String place, Exception e) {
    return new CheckpointException(
        "backbone: could not read " + place + ": " + HadoopFiles.reason(e), e);
  }
}
