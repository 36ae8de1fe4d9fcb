package dev.adapterx.data.fetch;

import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One archive of a data set.
 *
 * @param file its publisher's file name
 * @param address where it can be downloaded without registration; absent: see {@code byHand}
 * @param size in bytes; -1: not published
 * @param hash {@code sha256=...} or {@code md5=...} in lower case; absent: not published, so the
 *     first download is trusted and its SHA-256 recorded
 * @param source where size, hash and address are published
 * @param byHand what the user has to do to get it; absent: nothing
 * @param takes which of its files are used
 */
public record Part(
    String file,
    @Nullable String address,
    long size,
    @Nullable String hash,
    String source,
    @Nullable String byHand,
    List<Take> takes) {
  private static final Pattern HASH = Pattern.compile("sha256=[0-9a-f]{64}|md5=[0-9a-f]{32}");

  /**
   * A part.
   *
   * @throws IllegalArgumentException when it has neither an address nor instructions, or would be
   *     downloaded without any proof of its origin
   */
  public Part {
    takes = List.copyOf(takes);
    require(file.matches("[\\w.-]+"), file, "the name is no plain file name");
    require(hash == null || HASH.matcher(hash).matches(), file, "the hash is none");
    require((address == null) == (byHand != null), file, "either an address or what to do by hand");
    require(!takes.isEmpty(), file, "nothing of it is wanted");
    if (address != null) {
      URI uri = URI.create(address);
      boolean here = "127.0.0.1".equals(uri.getHost()); // a local server
      require(
          "https".equals(uri.getScheme()) || (hash != null && hash.startsWith("sha256")) || here,
          file,
          "without https and without a SHA-256 anybody could send it");
    }
  }

  private static void require(boolean holds, String file, String what) {
    if (!holds) {
      throw new IllegalArgumentException(file + ": " + what);
    }
  }

  /** A part that is downloaded automatically. */
  static Part fetched(
      String file, String address, long size, @Nullable String hash, String source, Take... takes) {
    return new Part(file, address, size, hash, source, null, List.of(takes));
  }

  /** A part that the user has to download. */
  static Part byHand(
      String file, long size, @Nullable String hash, String source, String what, Take... takes) {
    return new Part(file, null, size, hash, source, what, List.of(takes));
  }

  /** Whether the user has to download it. */
  public boolean isByHand() {
    return byHand != null;
  }

  /** How the received file is verified: {@code SHA-256}, {@code MD5} or {@code first seen}. */
  public String trust() {
    return hash == null ? "first seen" : hash.startsWith("md5") ? "MD5" : "SHA-256";
  }
}
