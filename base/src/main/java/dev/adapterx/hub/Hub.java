package dev.adapterx.hub;

import dev.adapterx.base.CheckpointException;
import dev.adapterx.base.ConfigException;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * The Hugging Face hub, or a compatible server, with its cache on this machine.
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

  /** A hub with these settings. */
  public Hub(HubSettings settings, FetchListener listener) {
    this(settings, listener, Patience.USUAL);
  }

  Hub(HubSettings settings, FetchListener listener, Patience patience) {
    this.settings = settings;
    this.listener = listener;
    this.patience = patience;
    this.http = new HubHttp(settings);
  }

  /** A hub with the settings of the environment; see {@link HubSettings}. */
  public static Hub environment(FetchListener listener) {
    return new Hub(HubSettings.environment(), listener);
  }

  /** Its address and folders. */
  public HubSettings settings() {
    return settings;
  }

  /** The files of a repository, all of one commit. Makes no request yet. */
  public HubSnapshot snapshot(HubName name) {
    return new HubSnapshot(this, name);
  }

  /**
   * A file at any address, kept in {@code $HF_HOME/adapterx/files}. It is downloaded again when the
   * server reports that it has changed.
   *
   * @param address http or https; {@code #sha256=...} (or {@code #md5=...}) at its end is the
   *     content's expected checksum
   * @throws ConfigException when it is not such an address
   * @throws CheckpointException when the download fails and there is no earlier copy
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
