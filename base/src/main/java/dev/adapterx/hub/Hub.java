package dev.adapterx.hub;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * The Hugging Face hub, or whatever answers as it does, with its cache on this machine.
 *
 * <pre>{@code
 * Hub hub = Hub.environment(FetchListener.NONE);
 * HubSnapshot model = hub.snapshot(HubName.parse("facebook/dinov2-small"));
 * Path weights = model.find("model.safetensors").orElseThrow().path();
 * }</pre>
 */
public final class Hub {
  private final HubSettings settings;
  private final FetchListener listener;
  private final Patience patience;
  private final HubHttp http;

  /** With these settings. */
  public Hub(HubSettings settings, FetchListener listener) {
    this(settings, listener, Patience.USUAL);
  }

  Hub(HubSettings settings, FetchListener listener, Patience patience) {
    this.settings = settings;
    this.listener = listener;
    this.patience = patience;
    this.http = new HubHttp(settings);
  }

  /** With the settings of the environment; see {@link HubSettings}. */
  public static Hub environment(FetchListener listener) {
    return new Hub(HubSettings.environment(), listener);
  }

  /** Where it is and where it keeps files. */
  public HubSettings settings() {
    return settings;
  }

  /** The files of a repository, all of one commit. Nothing is asked yet. */
  public HubSnapshot snapshot(HubName name) {
    return new HubSnapshot(this, name);
  }

  /**
   * A file at any address, kept in {@code $HF_HOME/adapterx/files}. It is fetched again when the
   * server says that it has changed.
   *
   * @param address http or https; {@code #sha256=...} (or {@code #md5=...}) at its end says what
   *     the content must come to
   * @throws ConfigException when it is no such address
   * @throws CheckpointException when it does not come and no earlier copy is there
   */
  public HubFile file(String address) {
    return new WebFile(this, uri(address)).fetched();
  }

  /** Whether a text is an address rather than a name or a path. */
  public static boolean isAddress(String text) {
    return text.regionMatches(true, 0, "http://", 0, 7)
        || text.regionMatches(true, 0, "https://", 0, 8);
  }

  private static URI uri(String address) {
    try {
      URI uri = new URI(address);
      if (uri.getHost() != null && isAddress(address)) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw new ConfigException("'" + address + "' is no address: " + e.getMessage(), e);
    }
    throw new ConfigException("'" + address + "' is no address: it names no host");
  }

  FetchListener listener() {
    return listener;
  }

  Patience patience() {
    return patience;
  }

  HubHttp http() {
    return http;
  }

  Download download(Download.Source source) {
    return new Download(http, patience, listener, source);
  }
}
