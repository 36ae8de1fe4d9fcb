package dev.adapterx.spark.score;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.peft.AdapterFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * The two files of an adapter in memory: read once, on the driver, and sent to the executors with
 * the job, so that none of them needs the folder.
 *
 * @param place where it was read, for messages
 * @param sha256 of both files, by which executors know it again
 */
@SuppressWarnings("ArrayRecordComponent") // contents of files
public record AdapterContent(String place, String sha256, byte[] config, byte[] tensors)
    implements Serializable {
  private static final long serialVersionUID = 1;
  private static final String CONFIG = "adapter_config.json";
  private static final String TENSORS = "adapter_model.safetensors";

  /** The adapter in a run folder. */
  private static final String OF_RUN = "adapter";

  /** More than a broadcast carries. */
  private static final long MOST_BYTES = 1L << 30;

  /**
   * Reads an adapter.
   *
   * @param place a folder with an adapter, or a run folder; a path of this machine or of any file
   *     system that Hadoop knows
   * @throws CheckpointException when there is none, or it is too large to be sent
   */
  public static AdapterContent read(String place, Configuration hadoop) {
    try {
      var folder = new org.apache.hadoop.fs.Path(place);
      FileSystem files = HadoopFiles.of(folder, hadoop);
      var here = new org.apache.hadoop.fs.Path(folder, CONFIG);
      if (!files.exists(here)) {
        folder = new org.apache.hadoop.fs.Path(folder, OF_RUN);
      }
      here = new org.apache.hadoop.fs.Path(folder, CONFIG);
      if (!files.exists(here)) {
        throw new CheckpointException(
            "There is no adapter in "
                + place
                + ": neither "
                + CONFIG
                + " nor "
                + OF_RUN
                + "/"
                + CONFIG
                + " exists there, as seen from the driver; name the folder of an adapter or of a run");
      }
      byte[] config = bytes(files, here);
      byte[] tensors = bytes(files, new org.apache.hadoop.fs.Path(folder, TENSORS));
      return new AdapterContent(place, digest(config, tensors), config, tensors);
    } catch (IOException | IllegalArgumentException e) {
      throw new CheckpointException(
          "Could not read the adapter " + place + ": " + HadoopFiles.reason(e), e);
    }
  }

  private static byte[] bytes(FileSystem files, org.apache.hadoop.fs.Path file) throws IOException {
    long length = files.getFileStatus(file).getLen();
    if (length > MOST_BYTES) {
      throw new CheckpointException(
          "%s has %,d bytes; an adapter that is sent to executors may have %,d. Merge it into a weight file instead (adapterx merge)"
              .formatted(file, length, MOST_BYTES));
    }
    try (InputStream in = files.open(file)) {
      ByteArrayOutputStream all = new ByteArrayOutputStream((int) length);
      in.transferTo(all);
      return all.toByteArray();
    }
  }

  private static String digest(byte[] config, byte[] tensors) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(config);
      digest.update(tensors);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** Parsed; the config and every tensor are checked. */
  public AdapterFile parsed() {
    try {
      Path folder = Files.createTempDirectory("adapterx-adapter");
      try {
        write(folder);
        return AdapterFile.read(folder);
      } finally {
        discard(folder);
      }
    } catch (IOException e) {
      throw new DataException(
          "Could not unpack the adapter "
              + place
              + " into "
              + System.getProperty("java.io.tmpdir")
              + ": "
              + Reason.of(e)
              + "; name another folder with -Djava.io.tmpdir=DIR",
          e);
    }
  }

  /** Writes both files into a folder of this machine. */
  void write(Path folder) throws IOException {
    Files.write(folder.resolve(TENSORS), tensors);
    Files.write(folder.resolve(CONFIG), config);
  }

  /** The names of both files. */
  List<String> files() {
    return List.of(CONFIG, TENSORS);
  }

  /** Deletes what {@link #write} wrote, and the folder. */
  private void discard(Path folder) throws IOException {
    for (String file : files()) {
      Files.deleteIfExists(folder.resolve(file));
    }
    Files.deleteIfExists(folder);
  }

  /** Writes both files into a folder of any file system that Hadoop knows; the config last. */
  public void write(String folder, Configuration hadoop) throws IOException {
    var path = new org.apache.hadoop.fs.Path(folder);
    FileSystem files = path.getFileSystem(hadoop);
    Map<String, byte[]> contents = new LinkedHashMap<>();
    contents.put(TENSORS, tensors);
    contents.put(CONFIG, config);
    for (Map.Entry<String, byte[]> file : contents.entrySet()) {
      try (OutputStream out = files.create(new org.apache.hadoop.fs.Path(path, file.getKey()))) {
        out.write(file.getValue());
      }
    }
  }

  @Override
  public String toString() {
    return place + " (" + new String(config, StandardCharsets.UTF_8).length() + " characters)";
  }
}
