package dev.adapterx.spark.fit;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.spark.score.LibraryVersion;
import dev.adapterx.spark.score.StoredSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/** Writes rows as files; gives their names below the folder, or what is wrong with them. */
final class SampleWriter implements MapPartitionsFunction<Row, String> {
  /** What a problem begins with, and no name. */
  static final String PROBLEM = "!";

  private static final long serialVersionUID = 1;
  private static final int DIGITS = 24;

  private final String version;
  private final SampleFolder.Columns columns;
  private final boolean clouds;
  private final String folder;
  private final Broadcast<SerializableConfiguration> hadoop;

  /**
   * @param folder to write into; empty: the names alone are wanted
   */
  SampleWriter(
      String version,
      SampleFolder.Columns columns,
      boolean clouds,
      String folder,
      Broadcast<SerializableConfiguration> hadoop) {
    this.version = version;
    this.columns = columns;
    this.clouds = clouds;
    this.folder = folder;
    this.hadoop = hadoop;
  }

  @Override
  public Iterator<String> call(Iterator<Row> rows) {
    LibraryVersion.requireSame(version);
    Configuration configuration = hadoop.value().value();
    String place = " of partition " + TaskContext.getPartitionId();
    return new Iterator<>() {
      private long next;

      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public String next() {
        String here = "row " + next++ + place;
        try {
          return name(rows.next(), configuration, here);
        } catch (DataException e) {
          return PROBLEM + e.getMessage();
        }
      }
    };
  }

  private String name(Row row, Configuration configuration, String here) {
    String label = label(row, here);
    StoredSample sample = StoredSample.of(row, columns.input(), clouds, configuration, here);
    int at = columns.validation();
    if (at >= 0 && row.isNullAt(at)) {
      throw new DataException(here + ": it is not said whether it is for validation (null)");
    }
    String split = at >= 0 && row.getBoolean(at) ? "val" : "train";
    String name = split + "/" + label + "/" + digest(sample.content()) + "." + sample.extension();
    if (!folder.isEmpty()) {
      write(sample.content(), Path.of(folder), name);
    }
    return name;
  }

  private String label(Row row, String here) {
    Object value = row.get(columns.label());
    if (value == null) {
      throw new DataException(here + ": the column '" + columns.labelName() + "' is null");
    }
    String label = value.toString();
    if (label.isBlank() || label.startsWith(".") || label.matches(".*[/\\\\\\p{Cntrl}].*")) {
      throw new DataException(
          here
              + ": the label '"
              + label
              + "' cannot name a folder; replace '/', '\\' and leading dots");
    }
    return label;
  }

  private static String digest(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(digest).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** Whole or not at all; a task that is tried again finds what it wrote. */
  private static void write(byte[] content, Path folder, String name) {
    if (!Files.isDirectory(folder)) {
      throw new ConfigException(
          "workDir: the driver's "
              + folder
              + " does not exist on this executor; name a folder that all machines share under one path");
    }
    Path file = folder.resolve(name);
    try {
      if (!Files.exists(file)) {
        Path parent = Files.createDirectories(folder.resolve(name).getParent());
        Path part = Files.createTempFile(parent, ".part", "");
        Files.write(part, content);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new ConfigException("workDir: could not write " + file + ": " + Reason.of(e), e);
    }
  }
}
