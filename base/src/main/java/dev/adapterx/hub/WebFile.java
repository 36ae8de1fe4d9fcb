package dev.adapterx.hub;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Reason;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file at an arbitrary address, cached as if it were a repository of one file: its commit is a
 * hash of the version that the server reports.
 */
final class WebFile {
  private static final Pattern PROMISE =
      Pattern.compile("sha256=([0-9a-fA-F]{64})|md5=([0-9a-fA-F]{32})");

  /** Statuses of servers that deliver a file on GET but refuse HEAD requests. */
  private static final Set<Integer> NOTHING_TOLD = Set.of(403, 405, 501);

  private static final String LATEST = "latest";
  private static final String UNTOLD = "untold";

  private final Hub hub;
  private final URI uri;
  private final String file;
  private final Optional<Checksum> checksum;
  private final HubCache cache;

  WebFile(Hub hub, URI address) {
    this.hub = hub;
    this.checksum = promise(address);
    this.uri = withoutFragment(address);
    this.file = file(uri);
    this.cache =
        new HubCache(
            hub.settings().home().resolve("adapterx").resolve("files"),
            uri.getHost() + "--" + hash(uri.toString()).substring(0, 16));
  }

  private static Optional<Checksum> promise(URI address) {
    if (address.getFragment() == null) {
      return Optional.empty();
    }
    Matcher promise = PROMISE.matcher(address.getFragment());
    if (!promise.matches()) {
      throw new ConfigException(
          "'%s': after # expected sha256= and 64 hexadecimal digits, or md5= and 32, found '%s'"
              .formatted(address, address.getFragment()));
    }
    boolean md5 = promise.group(1) == null;
    String hex = promise.group(md5 ? 2 : 1).toLowerCase(Locale.ROOT);
    return Optional.of(new Checksum(md5 ? Checksum.MD5 : Checksum.SHA_256, hex));
  }

  private static URI withoutFragment(URI address) {
    try {
      String text = address.toString();
      return new URI(address.getRawFragment() == null ? text : text.split("#", 2)[0]);
    } catch (URISyntaxException e) {
      throw new AssertionError("an address without its end is one", e);
    }
  }

  private static String file(URI uri) {
    String path = String.valueOf(uri.getPath());
    String last = path.substring(path.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
    if (last.isEmpty() || last.matches("\\.+")) {
      throw new ConfigException(
          "'%s' names no file: expected an address that ends in one, such as .../model.safetensors"
              .formatted(uri));
    }
    return last;
  }

  HubFile fetched() {
    try {
      if (checksum.isPresent()) { // content with a known checksum cannot have changed
        Optional<HubFile> kept = kept(checksum.get().hex());
        if (kept.isPresent()) {
          return kept.get();
        }
      }
      return hub.settings().offline()
          ? earlier(null).orElseThrow(() -> lost("HF_HUB_OFFLINE forbids to fetch it"))
          : asked();
    } catch (IOException e) {
      throw new CheckpointException(uri + ": " + Reason.of(e), e);
    }
  }

  private HubFile asked() throws IOException {
    Retries retries = new Retries(hub.patience(), hub.listener());
    while (true) {
      String reason;
      boolean passing = true;
      boolean told = true;
      Optional<java.time.Duration> wait = Optional.empty();
      try (HubResponse answer = hub.http().head(uri)) {
        if (answer.status() == 200) {
          return fetched(answer);
        }
        passing = answer.mayPass();
        told = !NOTHING_TOLD.contains(answer.status());
        reason = "status " + answer.status();
        wait = Retries.asked(answer);
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        reason = HubErrors.reason(e);
      }
      Optional<HubFile> earlier = earlier(reason);
      if (earlier.isPresent()) {
        return earlier.get();
      }
      if (!told) {
        return fetched(checksum.map(Checksum::hex).orElse(UNTOLD), -1);
      }
      if (!passing || !retries.again(uri.toString(), reason, wait)) {
        throw lost(reason);
      }
    }
  }

  private CheckpointException lost(String reason) {
    return new CheckpointException(
        "%s could not be fetched: %s; and no earlier copy of it is in %s"
            .formatted(uri, reason, cache.root()));
  }

  private HubFile fetched(HubResponse answer) throws IOException {
    long size = answer.number("content-length");
    String version =
        checksum
            .map(Checksum::hex)
            .orElseGet(
                () ->
                    hash(
                        answer.header("etag").orElse("")
                            + "\n"
                            + answer.header("last-modified").orElse("")
                            + "\n"
                            + size));
    Optional<HubFile> kept = kept(version);
    if (kept.isPresent()) {
      cache.remember(LATEST, version);
      return kept.get();
    }
    return fetched(version, size);
  }

  /**
   * Downloads it.
   *
   * @param size -1 if the server does not state it
   */
  private HubFile fetched(String version, long size) throws IOException {
    Download.Source source = new Download.Source(uri, uri.toString(), size, checksum);
    boolean fetched = hub.download(source).to(cache.blob(version), cache.lock(version));
    cache.point(version, version, file, fetched);
    cache.remember(LATEST, version);
    return found(version, fetched);
  }

  private Optional<HubFile> kept(String version) throws IOException {
    return Files.exists(cache.pointer(version, file))
        ? Optional.of(found(version, false))
        : Optional.empty();
  }

  private Optional<HubFile> earlier(@Nullable String reason) throws IOException {
    Optional<String> version =
        checksum.map(Checksum::hex).or(() -> cache.commit(new HubName("web/file", LATEST)));
    Optional<HubFile> earlier = version.isEmpty() ? Optional.empty() : kept(version.get());
    if (earlier.isPresent() && reason != null) {
      hub.listener().warned("%s: %s; using the earlier copy".formatted(uri, reason));
    }
    return earlier;
  }

  private HubFile found(String version, boolean downloaded) throws IOException {
    Path path = cache.pointer(version, file);
    return new HubFile(file, path, version, Files.size(path), Checksum.sha256(path), downloaded);
  }

  private static String hash(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
