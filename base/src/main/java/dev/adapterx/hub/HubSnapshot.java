package dev.adapterx.hub;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Reason;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The files of one repository at one commit: that of the first file found, so that a push in
 * between mixes nothing. Cached files are not downloaded again; a completely cached commit needs no
 * network. Not thread-safe.
 */
public final class HubSnapshot {
  private final Hub hub;
  private final HubName name;
  private final HubCache cache;
  private @Nullable String commit;
  private boolean cachedOnly;

  HubSnapshot(Hub hub, HubName name) {
    this.hub = hub;
    this.name = name;
    this.cache = HubCache.of(hub.settings().cache(), name.repo());
    this.commit = name.isCommit() ? name.revision() : null;
    this.cachedOnly = hub.settings().offline();
  }

  /** The requested name. */
  public HubName name() {
    return name;
  }

  /** The commit that the revision is at; known once a file has been requested. */
  public Optional<String> commit() {
    return Optional.ofNullable(commit);
  }

  /**
   * A file of the repository, downloaded if it is not in the cache.
   *
   * @param file its name in the repository; folders with slashes
   * @return empty when the repository, or offline the cache, has no file of that name
   * @throws CheckpointException when it cannot be obtained, with the reason and what to do
   */
  public Optional<HubFile> find(String file) {
    requirePlain(file);
    try {
      if (commit != null && Files.exists(cache.pointer(commit, file))) {
        return Optional.of(found(commit, file, false));
      }
      if (commit != null && cache.isMissing(commit, file)) {
        return Optional.empty();
      }
      return cachedOnly ? cached(file) : asked(file);
    } catch (IOException e) {
      throw new CheckpointException(name + ": " + file + ": " + Reason.of(e), e);
    }
  }

  private static void requirePlain(String file) {
    boolean plain =
        !file.isEmpty()
            && !file.contains("\\")
            && !file.contains(":")
            && Arrays.stream(file.split("/", -1))
                .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    if (!plain) {
      throw new ConfigException("'" + file + "' cannot be the name of a file of a repository");
    }
  }

  private Optional<HubFile> cached(String file) throws IOException {
    if (commit == null) {
      commit =
          cache
              .commit(name)
              .filter(at -> Files.isDirectory(cache.snapshot(at)))
              .orElseThrow(() -> HubErrors.notCached(hub.settings(), name));
    }
    return Files.exists(cache.pointer(commit, file))
        ? Optional.of(found(commit, file, false))
        : Optional.empty();
  }

  /** Requests it from the hub; if the hub fails or does not respond, an earlier copy is used. */
  private Optional<HubFile> asked(String file) throws IOException {
    String revision = commit == null ? name.revision() : commit;
    Retries retries = new Retries(hub.patience(), hub.listener());
    while (true) {
      String reason;
      Optional<java.time.Duration> wait = Optional.empty();
      @Nullable CheckpointException refusal = null;
      try (HubResponse answer = hub.http().describe(address(revision, file))) {
        if (answer.status() == 200 || answer.isRedirect()) {
          return Optional.of(fetched(file, answer));
        }
        if (answer.status() == 404 && isMissingFile(answer)) {
          answer
              .header("x-repo-commit")
              .filter(HubSnapshot::isCommit)
              .ifPresent(c -> miss(c, file));
          return Optional.empty();
        }
        reason = "status " + answer.status();
        wait = Retries.asked(answer);
        if (!answer.mayPass()) {
          refusal = HubErrors.refused(hub.settings(), name, file, answer);
        }
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        reason = HubErrors.reason(e);
      }
      Optional<HubFile> earlier = earlier(file, refusal == null ? reason : refusal.getMessage());
      if (earlier.isPresent()) {
        return earlier;
      }
      if (refusal != null) {
        throw refusal;
      }
      if (!retries.again(name + " " + file, reason, wait)) {
        throw HubErrors.unreachable(hub.settings(), name, reason, null);
      }
    }
  }

  private static boolean isMissingFile(HubResponse answer) {
    return answer.errorCode().isEmpty() || answer.errorCode().equals("EntryNotFound");
  }

  private Optional<HubFile> earlier(String file, @Nullable String reason) throws IOException {
    Optional<String> known = commit == null ? cache.commit(name) : Optional.of(commit);
    if (known.isEmpty() || !Files.exists(cache.pointer(known.get(), file))) {
      return Optional.empty();
    }
    hub.listener()
        .warned(
            "%s cannot be reached for %s (%s); using commit %s from the cache"
                .formatted(hub.settings().endpoint(), name, reason, known.get()));
    commit = known.get();
    cachedOnly = true;
    return Optional.of(found(known.get(), file, false));
  }

  private HubFile fetched(String file, HubResponse answer) throws IOException {
    String at = answer.header("x-repo-commit").orElse("");
    String etag = answer.header("x-linked-etag").or(() -> answer.header("etag")).orElse("");
    etag = etag.replaceFirst("^W/", "").replace("\"", "");
    if (!isCommit(at) || !etag.matches("[0-9A-Za-z][0-9A-Za-z._-]*")) {
      throw HubErrors.noHub(hub.settings(), file);
    }
    long linked = answer.number("x-linked-size");
    long size = linked >= 0 || answer.isRedirect() ? linked : answer.number("content-length");
    boolean fetched = false;
    if (!Files.exists(cache.pointer(at, file))) {
      Download.Source source =
          new Download.Source(address(at, file), name + " " + file, size, Checksum.ofEtag(etag));
      fetched = hub.download(source).to(cache.blob(etag), cache.lock(etag));
      cache.point(etag, at, file, fetched);
    }
    settle(at);
    return found(at, file, fetched);
  }

  private void miss(String at, String file) {
    settle(at);
    cache.rememberMissing(at, file);
  }

  private static boolean isCommit(String text) {
    return text.matches("[0-9A-Za-z]+");
  }

  private void settle(String at) {
    if (commit == null) {
      commit = at;
      cache.remember(name.revision(), at);
    }
  }

  private HubFile found(String at, String file, boolean downloaded) throws IOException {
    Path path = cache.pointer(at, file);
    String content = String.valueOf(path.toRealPath().getFileName());
    String sha256 = content.matches("[0-9a-f]{64}") ? content : Checksum.sha256(path);
    return new HubFile(file, path, at, Files.size(path), sha256, downloaded);
  }

  private URI address(String revision, String file) {
    return URI.create(
        hub.settings().endpoint()
            + "/"
            + name.repo()
            + "/resolve/"
            + encoded(revision)
            + "/"
            + Arrays.stream(file.split("/", -1))
                .map(HubSnapshot::encoded)
                .collect(Collectors.joining("/")));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
