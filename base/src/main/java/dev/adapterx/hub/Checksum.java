package dev.adapterx.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The expected checksum of a file's content. The hub identifies large files (LFS) by their SHA-256
 * and all others by git's SHA-1, computed over {@code "blob SIZE\0"} and the content.
 *
 * @param algorithm {@code SHA-256}, {@code git SHA-1}, or {@code MD5} where a publisher provides
 *     nothing better: it detects damage, not malice
 */
public record Checksum(String algorithm, String hex) {
  static final String SHA_256 = "SHA-256";
  static final String MD5 = "MD5";
  private static final String GIT = "git SHA-1";

  /** The checksum in a hub's etag; empty if the etag is none. */
  static Optional<Checksum> ofEtag(String etag) {
    if (etag.matches("[0-9a-f]{64}")) {
      return Optional.of(new Checksum(SHA_256, etag));
    }
    return etag.matches("[0-9a-f]{40}") ? Optional.of(new Checksum(GIT, etag)) : Optional.empty();
  }

  /** Computes the same checksum of a local file. */
  String of(Path file) throws IOException {
    return algorithm.equals(GIT)
        ? digest(
            "SHA-1", ("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII), file)
        : digest(algorithm, new byte[0], file);
  }

  /** SHA-256 of a file, in lower-case hexadecimal digits. */
  public static String sha256(Path file) throws IOException {
    return digest(SHA_256, new byte[0], file);
  }

  /** MD5 of a file, in lower-case hexadecimal digits. */
  public static String md5(Path file) throws IOException {
    return digest(MD5, new byte[0], file);
  }

  private static String digest(String algorithm, byte[] first, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(first);
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has " + algorithm, e);
    }
  }
}
