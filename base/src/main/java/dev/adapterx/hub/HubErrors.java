package dev.adapterx.hub;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.Names;
import dev.adapterx.base.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import org.jspecify.annotations.Nullable;

/** Error messages for requests that a hub does not fulfil. */
final class HubErrors {
  private HubErrors() {}

  /** Why a connection failed, in words. */
  static String reason(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
        return "no such host, or no network";
      }
    }
    if (e instanceof HttpTimeoutException) {
      return "no response in time";
    }
    if (e instanceof ConnectException) {
      return "no connection" + (e.getMessage() == null ? "" : " (" + e.getMessage() + ")");
    }
    return Reason.of(e);
  }

  /** A permanent refusal. */
  static CheckpointException refused(String what, HubResponse answer) {
    return new CheckpointException(
        "%s: the server at %s refused with status %d%s"
            .formatted(
                what,
                answer.uri().getHost(),
                answer.status(),
                answer.header("x-error-message").map(m -> " (" + m + ")").orElse("")));
  }

  /** A permanent refusal of a file of the hub. */
  static CheckpointException refused(
      HubSettings settings, HubName name, String file, HubResponse answer) {
    String page = settings.endpoint() + "/" + name.repo();
    String said = answer.header("x-error-message").orElse("");
    boolean token = settings.token() != null;
    if (answer.errorCode().equals("GatedRepo")) {
      return new CheckpointException(
          token
              ? "%s is gated and the account of your token has no access: accept its terms at %s with that account, and let the token read gated models"
                  .formatted(name, page)
              : "%s is gated: log in and accept its terms at %s, then set HF_TOKEN to a token of that account (or 'hf auth login')"
                  .formatted(name, page));
    }
    if (answer.errorCode().equals("RevisionNotFound")) {
      return new CheckpointException(
          "%s has no revision '%s': expected a branch, tag or commit of %s/tree/main"
              .formatted(name.repo(), name.revision(), page));
    }
    boolean rejected = said.toLowerCase(java.util.Locale.ROOT).contains("invalid credentials");
    if (answer.status() == 401 && token && rejected) {
      return new CheckpointException(
          "%s: the hub does not accept your token (HF_TOKEN or the token file); make a new one at %s/settings/tokens, or unset it for public models"
              .formatted(name, settings.endpoint()));
    }
    if (answer.errorCode().equals("RepoNotFound") || answer.status() == 401) {
      return new CheckpointException(
          "There is no model '%s' at %s%s, nor a file or folder of that name%s%s"
              .formatted(
                  name.repo(),
                  settings.endpoint(),
                  token ? " that your token may read" : "",
                  hint(settings, name),
                  token ? "" : "; if it is private or gated, set HF_TOKEN"));
    }
    if (answer.status() == 403) {
      return new CheckpointException(
          "%s: access to %s is forbidden%s; %s"
              .formatted(
                  name,
                  file,
                  said.isEmpty() ? "" : " (" + said + ")",
                  token
                      ? "check what your token may read at "
                          + settings.endpoint()
                          + "/settings/tokens"
                      : "set HF_TOKEN if you have access, or see " + page));
    }
    return refused(name + " " + file, answer);
  }

  private static String hint(HubSettings settings, HubName name) {
    return Names.hint(name.repo(), HubCache.models(settings.cache()));
  }

  static CheckpointException notCached(HubSettings settings, HubName name) {
    return new CheckpointException(
        "%s is not in the cache %s, and HF_HUB_OFFLINE forbids to fetch it%s Fetch it once while there is a network (HF_HUB_OFFLINE=0 adapterx fetch %s), or name a weight file"
            .formatted(name, settings.cache(), dotted(hint(settings, name)), name));
  }

  private static String dotted(String hint) {
    return hint.isEmpty() ? "." : hint;
  }

  static CheckpointException unreachable(
      HubSettings settings, HubName name, String reason, @Nullable Throwable cause) {
    return new CheckpointException(
        "%s could not be fetched and is not in the cache %s: %s: %s. Look at the network (a proxy is given as HTTPS_PROXY=http://host:port), name a weight file, or set HF_HUB_OFFLINE=1 to take what is in the cache"
            .formatted(name, settings.cache(), settings.endpoint(), reason),
        cause);
  }

  static CheckpointException noHub(HubSettings settings, String file) {
    return new CheckpointException(
        "%s does not respond like a hub: its response about %s has no %s. Is HF_ENDPOINT right, or does a proxy respond in its place?"
            .formatted(settings.endpoint(), file, "commit (X-Repo-Commit) or etag"));
  }
}
