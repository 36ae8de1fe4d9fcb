package dev.adapterx.serve;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask for what. A file has a line for each token: the token alone, which may do everything,
 * or the token and after a space the adapters it may ask, with commas between them: {@code 3f9c…
 * birds,flowers}. Such a token cannot manage adapters. Lines that begin with # are comments. Only
 * digests are kept.
 */
public final class Tokens {
  /** Without any: all may do everything. */
  public static final Tokens NONE = new Tokens(List.of());

  private static final int SHORTEST = 16;
  private static final String SCHEME = "Bearer ";

  /** What a token permits. */
  record Grant(@Nullable Set<String> adapters) {
    static final Grant ALL = new Grant(null);

    boolean isForAll() {
      return adapters == null;
    }

    boolean allows(String adapter) {
      return adapters == null || adapters.contains(adapter);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // a digest, compared in constant time alone
  private record Known(byte[] digest, Grant grant) {}

  private final List<Known> known;

  private Tokens(List<Known> known) {
    this.known = known;
  }

  /**
   * Reads a file of tokens.
   *
   * @throws ConfigException when it cannot be read, has no token, a short one, or one twice
   */
  public static Tokens read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new ConfigException("Could not read the tokens in " + file + ": " + Reason.of(e), e);
    }
    List<Known> all = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        all.add(known(line.split("\\s+"), file + ", line " + (i + 1), all));
      }
    }
    if (all.isEmpty()) {
      throw new ConfigException(
          file + " has no token; write one a line, for example of openssl rand -hex 32");
    }
    return new Tokens(List.copyOf(all));
  }

  private static Known known(String[] words, String place, List<Known> before) {
    if (words.length > 2) {
      throw new ConfigException(
          place + ": expected a token and its adapters with commas between, without spaces");
    }
    if (words[0].length() < SHORTEST) {
      throw new ConfigException(
          "%s: a token has at least %d characters, found %d"
              .formatted(place, SHORTEST, words[0].length()));
    }
    byte[] digest = digest(words[0]);
    if (before.stream().anyMatch(one -> MessageDigest.isEqual(one.digest, digest))) {
      throw new ConfigException(place + ": this token is there already");
    }
    return new Known(
        digest, words.length == 1 ? Grant.ALL : new Grant(Set.of(distinct(words[1], place))));
  }

  private static String[] distinct(String names, String place) {
    String[] all =
        List.of(names.split(",")).stream()
            .filter(name -> !name.isEmpty())
            .distinct()
            .toArray(String[]::new);
    if (all.length == 0) {
      throw new ConfigException(place + ": expected the names of adapters, found '" + names + "'");
    }
    return all;
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** Whether there is any. */
  public boolean isEmpty() {
    return known.isEmpty();
  }

  /**
   * What the sender of a header may do. Takes as long for a wrong token as for a right one.
   *
   * @throws ServeException 401 when its token is missing or unknown
   */
  Grant grant(@Nullable String authorization) {
    if (known.isEmpty()) {
      return Grant.ALL;
    }
    boolean given =
        authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    if (!given || authorization == null) {
      throw new ServeException(
          401, "A token is needed here, in the header Authorization: Bearer TOKEN");
    }
    byte[] digest = digest(authorization.substring(SCHEME.length()).strip());
    Grant found = null;
    for (Known one : known) {
      found = MessageDigest.isEqual(one.digest, digest) ? one.grant : found;
    }
    if (found == null) {
      throw new ServeException(401, "The token is not known here");
    }
    return found;
  }
}
