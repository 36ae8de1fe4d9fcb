package dev.adapterx.hub;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Proxies from the usual environment variables: {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code
 * ALL_PROXY} and {@code NO_PROXY}, in upper or lower case. Java's own settings ({@code
 * -Dhttps.proxyHost}) take precedence; this machine itself is never reached through a proxy.
 */
final class EnvironmentProxies extends ProxySelector {
  private final Map<String, String> variables;
  private final @Nullable ProxySelector own;

  EnvironmentProxies(Map<String, String> variables, @Nullable ProxySelector own) {
    this.variables = variables;
    this.own = own;
  }

  @Override
  public List<Proxy> select(URI uri) {
    List<Proxy> chosen = own == null ? List.of(Proxy.NO_PROXY) : own.select(uri);
    boolean direct = chosen.stream().allMatch(p -> p.type() == Proxy.Type.DIRECT);
    String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
    if (!direct || isExempt(host)) {
      return chosen;
    }
    String address = variable(uri.getScheme() + "_proxy");
    Proxy proxy = proxy(address.isEmpty() ? variable("all_proxy") : address);
    return proxy == null ? chosen : List.of(proxy);
  }

  private boolean isExempt(String host) {
    if (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]")) {
      return true;
    }
    for (String entry : variable("no_proxy").toLowerCase(Locale.ROOT).split("[,\\s]+", -1)) {
      String domain = entry.replaceFirst("^\\*?\\.", "");
      if (entry.equals("*")
          || (!domain.isEmpty() && (host.equals(domain) || host.endsWith("." + domain)))) {
        return true;
      }
    }
    return false;
  }

  private String variable(String name) {
    String small = variables.getOrDefault(name, "");
    return small.isBlank()
        ? variables.getOrDefault(name.toUpperCase(Locale.ROOT), "").strip()
        : small.strip();
  }

  /** A proxy from {@code http://host:port}, or {@code host:port}; other kinds are not supported. */
  private static @Nullable Proxy proxy(String address) {
    if (address.isEmpty()) {
      return null;
    }
    try {
      URI uri = new URI(address.contains("://") ? address : "http://" + address);
      String host = uri.getHost();
      if (host == null || !"http".equals(uri.getScheme())) {
        return null;
      }
      int port = uri.getPort() < 0 ? 80 : uri.getPort();
      return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port));
    } catch (URISyntaxException e) {
      return null;
    }
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException e) {
    // The caller gets the error.
  }
}
