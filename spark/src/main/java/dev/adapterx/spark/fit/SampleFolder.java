package dev.adapterx.spark.fit;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Names;
import dev.adapterx.base.Reason;
import dev.adapterx.base.WholeFile;
import dev.adapterx.spark.score.InputColumn;
import dev.adapterx.spark.score.LibraryVersion;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The labelled rows of a DataFrame as a folder for each class, in a folder that driver and
 * executors share. A file is named by its content, so the folder does not depend on how the rows
 * are partitioned or how often a task is tried; equal rows become one file.
 *
 * @param data where the splits go
 */
public record SampleFolder(Path data) {
  /** Written last: what there is, and a fingerprint of the names. */
  private static final String MANIFEST = "manifest.txt";

  /**
   * How rows become files.
   *
   * @param validation index of the column that is true for validation; -1: none
   */
  public record Columns(InputColumn input, int label, String labelName, int validation)
      implements Serializable {
    private static final long serialVersionUID = 1;
  }

  /**
   * What was written.
   *
   * @param files of all splits
   */
  public record Written(long rows, long files) {}

  /**
   * Writes all rows, or finds them written by an earlier fit.
   *
   * @throws DataException when rows cannot be used, naming some; the folder is then removed
   * @throws ConfigException when the folder holds other rows
   */
  public Written write(
      Dataset<Row> rows,
      Columns columns,
      boolean clouds,
      Broadcast<SerializableConfiguration> hadoop) {
    boolean known = Files.exists(data.resolve(MANIFEST));
    if (!known) {
      delete();
      make();
    }
    try {
      SampleWriter writer =
          new SampleWriter(
              LibraryVersion.here(), columns, clouds, known ? "" : data.toString(), hadoop);
      List<String> names = rows.mapPartitions(writer, Encoders.STRING()).collectAsList();
      requireSound(names);
      TreeSet<String> distinct = new TreeSet<>(names);
      String manifest =
          "%d files of %d rows, names %s%n"
              .formatted(distinct.size(), names.size(), digest(distinct));
      if (known) {
        requireSame(manifest);
      } else {
        requireSeen(distinct);
        WholeFile.write(data.resolve(MANIFEST), manifest);
      }
      return new Written(names.size(), distinct.size());
    } catch (Exception e) { // Spark's own are checked, which Java does not see coming from Scala
      if (!known) {
        delete();
      }
      if (e instanceof SparkException) {
        throw reason(e);
      }
      throw e;
    }
  }

  /** What an executor says is wrong, out of what Spark wraps it in. */
  private static RuntimeException reason(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AdapterXException said) {
        return new ConfigException(String.valueOf(said.getMessage()), failure);
      }
    }
    return new AdapterXException(
        "The rows could not be written into workDir: " + Reason.of(failure), failure);
  }

  private static void requireSound(List<String> names) {
    List<String> problems =
        names.stream()
            .filter(name -> name.startsWith(SampleWriter.PROBLEM))
            .map(name -> name.substring(1))
            .toList();
    if (!problems.isEmpty()) {
      throw new DataException(
          "%d of %d rows cannot be trained on: %s. Filter them out; nothing was written"
              .formatted(problems.size(), names.size(), Names.some(problems)));
    }
    if (names.isEmpty()) {
      throw new DataException("The DataFrame has no rows; there is nothing to train on");
    }
  }

  private void requireSame(String manifest) {
    try {
      String before = Files.readString(data.resolve(MANIFEST));
      if (!before.equals(manifest)) {
        throw new ConfigException(
            "workDir: "
                + data
                + " was written of "
                + before.strip()
                + "; the DataFrame now gives "
                + manifest.strip()
                + ". Resume with the rows it was begun with, or choose another workDir");
      }
    } catch (IOException e) {
      throw new DataException("Could not read " + data.resolve(MANIFEST) + ": " + Reason.of(e), e);
    }
  }

  /** What executors wrote must be here too: all of it, as one of them may have another folder. */
  private void requireSeen(TreeSet<String> names) {
    List<String> unseen = unseen(names);
    if (!unseen.isEmpty()) {
      throw new ConfigException(
          "workDir: executors have written %d files that the driver does not see in %s, of %d: %s; name a folder that all machines share under one path (NFS, or a volume of the cluster). What those executors wrote lies on their own machines"
              .formatted(unseen.size(), data, names.size(), Names.some(unseen)));
    }
  }

  /** Names of which there is no file in the folder. */
  List<String> unseen(Collection<String> names) {
    List<String> unseen = new ArrayList<>(names);
    unseen.removeAll(seen());
    return unseen;
  }

  /** Names of all files, below the folder. */
  private Set<String> seen() {
    try (Stream<Path> all = Files.walk(data)) {
      return all.map(file -> data.relativize(file).toString().replace('\\', '/'))
          .collect(Collectors.toSet());
    } catch (IOException | UncheckedIOException e) {
      throw new DataException("workDir: could not read " + data + ": " + Reason.of(e), e);
    }
  }

  private static String digest(TreeSet<String> names) {
    try {
      var digest = java.security.MessageDigest.getInstance("SHA-256");
      for (String name : names) {
        digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  private void make() {
    try {
      Files.createDirectories(data);
    } catch (IOException e) {
      throw new DataException("workDir: could not make " + data + ": " + Reason.of(e), e);
    }
  }

  /** What an earlier fit did not finish, or this one cannot. */
  private void delete() {
    if (!Files.exists(data)) {
      return;
    }
    try (Stream<Path> all = Files.walk(data)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new AdapterXException("workDir: could not clear " + data + ": " + Reason.of(e), e);
    }
  }
}
