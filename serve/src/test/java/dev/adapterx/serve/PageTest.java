package dev.adapterx.serve;

import static dev.adapterx.serve.Serving.json;
import static dev.adapterx.serve.Serving.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.peft.part.LinearProbe;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page's files; what they do in a browser is tried by serve/page-test. */
@Timeout(120)
class PageTest {
  private static final Pattern LINK =
      Pattern.compile("(?:href|src)=\"page/([a-z.]+)\"|from '\\./([a-z.]+)'");

  @TempDir Path folder;

  private Serving serving;

  @BeforeEach
  void start() throws Exception {
    serving = new Serving(folder, "vit_32x2x2_patch8_32");
    serving.write("birds", new LinearProbe(), 3, 1);
    Files.writeString(folder.resolve("birds/README.md"), "# Birds\n");
    serving.start(Serving.options());
  }

  @AfterEach
  void stop() {
    serving.close();
  }

  @Test
  void browsers_get_the_page_and_programs_json() {
    HttpResponse<byte[]> page =
        serving.send(serving.to("/").header("Accept", "text/html,application/xhtml+xml,*/*"));
    assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(page.headers().firstValue("Content-Security-Policy"))
        .hasValueSatisfying(policy -> assertThat(policy).contains("default-src 'none'"));
    assertThat(text(page)).startsWith("<!DOCTYPE html>");
    assertThat(json(serving.get("/")).path("input").stringValue()).isEqualTo("images");
    assertThat(json(serving.get("/adapters/birds")).path("card").stringValue())
        .isEqualTo("# Birds\n");
  }

  @Test
  void every_file_it_names_is_there_and_none_is_from_elsewhere() {
    Set<String> named = new HashSet<>(Set.of("index.html"));
    for (String name : Page.names()) {
      HttpResponse<byte[]> file = serving.get("/page/" + name);
      assertThat(file.statusCode()).as(name).isEqualTo(200);
      assertThat(text(file).replace("http://www.w3.org/2000/svg", "").replace("http://…", ""))
          .as(name)
          .doesNotContain("http://", "https://cdn", "//unpkg", "eval(", "innerHTML");
      Matcher links = LINK.matcher(text(file));
      while (links.find()) {
        named.add(links.group(1) == null ? links.group(2) : links.group(1));
      }
    }
    assertThat(named).containsExactlyInAnyOrderElementsOf(Page.names());
    assertThat(serving.get("/page/..%2fopenapi.json").statusCode()).isIn(400, 404);
    assertThat(serving.get("/page/none.js").statusCode()).isEqualTo(404);
  }

  @Test
  void pages_of_other_sites_make_no_browser_ask() {
    byte[] picture = Serving.png(1);
    for (String origin : List.of("https://example.org", "null", "http://127.0.0.1:1")) {
      HttpResponse<byte[]> answer =
          serving.send(
              serving
                  .to("/predict/birds")
                  .header("Origin", origin)
                  .POST(BodyPublishers.ofByteArray(picture)));
      assertThat(answer.statusCode()).as(origin).isEqualTo(403);
      assertThat(text(answer)).contains("pages of other sites");
    }
    String own = "http://127.0.0.1:" + serving.server().port();
    assertThat(
            serving
                .send(
                    serving
                        .to("/predict/birds")
                        .header("Origin", own)
                        .POST(BodyPublishers.ofByteArray(picture)))
                .statusCode())
        .isEqualTo(200);
    SameOrigin local = new SameOrigin("127.0.0.1");
    local.require(null, "localhost:8080");
    local.require(null, "[::1]:8080");
    local.require(null, null);
    new SameOrigin("models.lan").require("http://models.lan:8080", "models.lan:8080");
    for (String host : List.of("evil.example:8080", "models.lan", "127.0.0.1.example", "a b")) {
      assertThatThrownBy(() -> local.require(null, host))
          .as(host)
          .isInstanceOf(ServeException.class)
          .hasMessageContaining("needs --tokens");
    }
  }
}
