package dev.adapterx.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Identifies a data set, for the provenance of a run. */
public final class Fingerprint {
  private static final long UNREADABLE = -1;

  private Fingerprint() {}

  /**
   * SHA-256, in hex, over the classes and each sample's name, label and file size in order: cheap,
   * and independent of the folder's location. Does not read the samples.
   */
  public static String of(Dataset<?> data) {
    MessageDigest digest = sha256();
    add(digest, "classes " + data.classes().size());
    data.classes().forEach(name -> add(digest, name));
    add(digest, "samples " + data.size());
    for (int i = 0; i < data.size(); i++) {
      add(digest, data.name(i));
      add(digest, data.label(i) + " " + bytes(data.file(i)));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** SHA-256 of a text, in hex. */
  public static String of(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** A fresh SHA-256. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256", e);
    }
  }

  private static void add(MessageDigest digest, String field) {
    digest.update(field.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  private static long bytes(Optional<Path> file) {
    try {
      return file.isPresent() ? Files.size(file.get()) : 0;
    } catch (IOException e) {
      return UNREADABLE; // a broken sample, which its reader reports
    }
  }
}
