package dev.adapterx.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentProxiesTest {
  private static final Map<String, String> VARIABLES =
      Map.of(
          "HTTPS_PROXY", "http://secure.example:3128",
          "http_proxy", "plain.example",
          "NO_PROXY", "inner.example, .corp.example");

  @ParameterizedTest
  @CsvSource({
    "https://huggingface.co/x, secure.example:3128",
    "http://huggingface.co/x, plain.example:80",
    "https://inner.example/x, ''",
    "https://a.inner.example/x, ''",
    "https://winner.example/x, secure.example:3128",
    "https://hub.corp.example/x, ''",
    "http://127.0.0.1:8000/x, ''",
    "http://localhost:8000/x, ''",
  })
  void variables_say_the_proxy(String uri, String proxy) {
    assertThat(chosen(VARIABLES, null, uri)).isEqualTo(proxy);
  }

  @Test
  void java_s_own_settings_win() {
    ProxySelector own = ProxySelector.of(InetSocketAddress.createUnresolved("own.example", 1));
    assertThat(chosen(VARIABLES, own, "https://huggingface.co")).isEqualTo("own.example:1");
  }

  @ParameterizedTest
  @CsvSource({"socks5://x:1", "'::'", "''", "*"})
  void what_is_not_understood_is_no_proxy(String value) {
    assertThat(chosen(Map.of("ALL_PROXY", value), null, "https://huggingface.co")).isEmpty();
  }

  @Test
  void no_proxy_at_all() {
    assertThat(chosen(Map.of("ALL_PROXY", "p:1", "NO_PROXY", "*"), null, "https://a.b")).isEmpty();
    assertThat(chosen(Map.of("ALL_PROXY", "p:1"), null, "https://a.b")).isEqualTo("p:1");
  }

  private static String chosen(Map<String, String> variables, ProxySelector own, String uri) {
    Proxy proxy = new EnvironmentProxies(variables, own).select(URI.create(uri)).get(0);
    return proxy.type() == Proxy.Type.DIRECT
        ? ""
        : proxy.address() instanceof InetSocketAddress a
            ? a.getHostString() + ":" + a.getPort()
            : "";
  }
}
