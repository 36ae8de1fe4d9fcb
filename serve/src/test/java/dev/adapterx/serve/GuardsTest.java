package dev.adapterx.serve;

import static dev.adapterx.serve.Serving.json;
import static dev.adapterx.serve.Serving.png;
import static dev.adapterx.serve.Serving.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.peft.weight.Lora;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class GuardsTest {
  private static final String ALL = "0123456789abcdef";
  private static final String BIRDS = "fedcba9876543210";

  @TempDir Path folder;

  private Serving serving;

  @BeforeEach
  void prepare() {
    serving = new Serving(folder, "vit_32x2x2_patch8_32");
    serving.write("birds", new Lora(), 3, 1);
    serving.write("cars", new LinearProbe(), 4, 2);
  }

  @AfterEach
  void stop() {
    serving.close();
  }

  private Tokens tokens(String text) throws Exception {
    return Tokens.read(Files.writeString(folder.resolve("tokens.txt"), text));
  }

  private int status(String method, String path, String token) {
    var request = serving.to(path).method(method, BodyPublishers.ofByteArray(png(0)));
    if (token != null) {
      request.header("Authorization", token);
    }
    return serving.send(request).statusCode();
  }

  @Test
  void a_token_opens_what_it_is_for() throws Exception {
    Tokens tokens = tokens("# ours\n" + ALL + "\n\n" + BIRDS + "  birds,planes\n");
    serving.start(Serving.options().withTokens(tokens));
    String path = "/predict/birds";
    assertThat(status("POST", path, null)).isEqualTo(401);
    assertThat(status("POST", path, "Bearer " + ALL + "0")).isEqualTo(401);
    assertThat(status("POST", path, "Bearer ")).isEqualTo(401);
    assertThat(status("POST", path, "Basic " + ALL)).isEqualTo(401);
    assertThat(status("POST", path, "Bearer " + ALL)).isEqualTo(200);
    assertThat(status("POST", path, "bearer  " + BIRDS)).isEqualTo(200);
    assertThat(status("POST", "/predict/cars", "Bearer " + BIRDS)).isEqualTo(403);
    assertThat(status("POST", "/predict/nix", "Bearer " + BIRDS)).isEqualTo(403);
    assertThat(status("POST", "/predict?adapters=birds,cars", "Bearer " + BIRDS)).isEqualTo(403);
    assertThat(status("POST", "/v2/models/cars/infer", "Bearer " + BIRDS)).isEqualTo(403);
    assertThat(status("POST", "/adapters/birds/unload", "Bearer " + BIRDS)).isEqualTo(403);
    assertThat(status("GET", "/metrics", "Bearer " + BIRDS)).isEqualTo(403);
    assertThat(status("GET", "/metrics", "Bearer " + ALL)).isEqualTo(200);
    assertThat(status("GET", "/v2/health/ready", null)).isEqualTo(200);
    HttpResponse<byte[]> list =
        serving.send(serving.to("/adapters").header("Authorization", "Bearer " + BIRDS));
    assertThat(text(list)).contains("birds").doesNotContain("cars");
    HttpResponse<byte[]> refused = serving.get("/adapters");
    assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    assertThat(serving.access).isNotEmpty().noneMatch(line -> line.contains(ALL));
  }

  /** Every route but those that tell nothing needs a token; a new one that forgets fails here. */
  @Test
  void no_route_is_open_by_oversight() throws Exception {
    serving.start(Serving.options().withTokens(tokens(ALL)));
    OpenApiDocument.each(
        (method, path) -> {
          boolean open =
              List.of(
                      "/",
                      "/page/{name}",
                      "/openapi.json",
                      "/v2",
                      "/v2/health/live",
                      "/v2/health/ready")
                  .contains(path);
          assertThat(
                  status(
                      method.toUpperCase(java.util.Locale.ROOT),
                      path.replace("/page/{name}", "/page/page.css").replace("{name}", "birds"),
                      null))
              .as(method + " " + path)
              .isEqualTo(open ? 200 : 401);
        });
  }

  @Test
  void files_of_tokens_are_checked() {
    assertThatThrownBy(() -> tokens("short"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tokens.txt, line 1: a token has at least 16 characters, found 5");
    assertThatThrownBy(() -> tokens("# none\n")).hasMessageContaining("has no token");
    assertThatThrownBy(() -> tokens(ALL + "\n" + ALL + " birds"))
        .hasMessageContaining("line 2: this token is there already");
    assertThatThrownBy(() -> tokens(ALL + " birds, cars")).hasMessageContaining("without spaces");
    assertThatThrownBy(() -> Tokens.read(folder.resolve("none")))
        .hasMessageContaining("it does not exist");
  }

  @Test
  void large_bodies_and_pictures_of_many_pixels_are_refused_before_they_cost() {
    serving.start(Serving.options().taking(20_000, SIDE_PIXELS));
    assertThat(serving.post("/predict/birds", png(0)).statusCode()).isEqualTo(200);
    HttpResponse<byte[]> body = serving.post("/predict/birds", new byte[20_001]);
    assertThat(body.statusCode()).isEqualTo(413);
    assertThat(text(body)).contains("longer than the 20000 bytes");
    HttpResponse<byte[]> chunked =
        serving.send(
            serving
                .to("/predict/birds")
                .POST(
                    BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(new byte[50_000]))));
    assertThat(chunked.statusCode()).as(text(chunked)).isEqualTo(413);
    byte[] bomb = png(0);
    ByteBuffer.wrap(bomb).putInt(16, 50_000).putInt(20, 50_000); // what its header promises
    HttpResponse<byte[]> pixels = serving.post("/predict/birds", bomb);
    assertThat(pixels.statusCode()).isEqualTo(413);
    assertThat(text(pixels)).contains("50000 x 50000 pixels, more than the 1600");
  }

  private static final long SIDE_PIXELS = (long) Serving.SIDE * Serving.SIDE;

  /** Reads to the end of the connection; an answer is there, or it was cut. */
  private String sent(String start, Duration pause) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", serving.server().port())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(start.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      Thread.sleep(pause.toMillis());
      InputStream in = socket.getInputStream();
      byte[] some = new byte[4096];
      int n = in.read(some);
      return n < 0 ? "" : new String(some, 0, n, StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void slow_clients_hold_no_thread_and_are_answered_when_their_time_is_over() throws Exception {
    serving.start(Serving.options().queueing(256, 64, Duration.ofSeconds(3)));
    String start =
        "POST /predict/birds HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\nhalf of it";
    ExecutorService clients = Executors.newFixedThreadPool(60);
    try {
      List<Future<String>> slow = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        slow.add(clients.submit(() -> sent(start, Duration.ZERO)));
      }
      assertThat(serving.post("/predict/birds", png(0)).statusCode()).isEqualTo(200);
      for (Future<String> one : slow) {
        assertThat(one.get()).contains("HTTP/1.1 408").contains("did not arrive in time");
      }
      assertThat(serving.post("/predict/birds", png(0)).statusCode()).isEqualTo(200);
    } finally {
      clients.shutdownNow();
    }
  }

  @Test
  void broken_requests_are_answered_in_json_without_a_trace() throws Exception {
    serving.start(Serving.options());
    for (String start :
        List.of(
            "GET / HTTP/1.1\r\n\r\n", // no host
            "GARBAGE\r\n\r\n",
            "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /adapters/..%2f..%2fetc HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: localhost\r\nLong: " + "x".repeat(40_000) + "\r\n\r\n",
            "POST /predict/birds HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
            "POST /predict/birds HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n")) {
      String answer = sent(start, Duration.ZERO);
      assertThat(answer).as(start).startsWith("HTTP/1.1 4").contains("{\"error\":");
      assertThat(answer).doesNotContain("Exception", "jetty", "\tat ");
    }
  }

  @Test
  void overload_gives_answers_or_503_and_no_wrong_one() throws Exception {
    serving.start(Serving.options().computing(1, 4).queueing(6, 4, Duration.ofSeconds(20)));
    Map<Integer, Double> right = new HashMap<>();
    for (int i = 0; i < 4; i++) {
      right.put(i, json(serving.post("/predict/birds", png(i))).path("probability").doubleValue());
    }
    ExecutorService clients = Executors.newFixedThreadPool(24);
    try {
      List<Callable<Integer>> asks = new ArrayList<>();
      for (int i = 0; i < 1200; i++) {
        int picture = i % 4;
        asks.add(
            () -> {
              HttpResponse<byte[]> answer = serving.post("/predict/birds", png(picture));
              if (answer.statusCode() == 200) {
                assertThat(json(answer).path("probability").doubleValue())
                    .isCloseTo(right.get(picture), org.assertj.core.api.Assertions.within(1e-5));
              } else {
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
              }
              return answer.statusCode();
            });
      }
      Map<Integer, Integer> statuses = new HashMap<>();
      for (Future<Integer> one : clients.invokeAll(asks)) {
        statuses.merge(one.get(), 1, Integer::sum);
      }
      assertThat(statuses.keySet()).containsExactlyInAnyOrder(200, 503);
    } finally {
      clients.shutdownNow();
    }
  }

  @Test
  void adapters_replaced_while_they_are_asked_give_the_old_answer_or_the_new() throws Exception {
    serving.start(Serving.options());
    List<Double> known = new ArrayList<>();
    for (int seed = 1; seed <= 2; seed++) {
      serving.write("birds", new Lora(), 3, seed);
      known.add(json(serving.post("/predict/birds", png(0))).path("probability").doubleValue());
    }
    assertThat(known).doesNotHaveDuplicates();
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService clients = Executors.newFixedThreadPool(3);
    try {
      List<Future<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        all.add(
            clients.submit(
                () -> {
                  int answers = 0;
                  while (!over.get()) {
                    HttpResponse<byte[]> answer = serving.post("/predict/birds", png(0));
                    // Between the two files of an adapter there is for a moment none, or half of
                    // one.
                    if (answer.statusCode() == 200) {
                      answers++;
                      assertThat(json(answer).path("probability").doubleValue()).isIn(known);
                    } else {
                      assertThat(answer.statusCode()).isIn(404, 503);
                    }
                  }
                  return answers;
                }));
      }
      for (int i = 0; i < 60; i++) {
        serving.write("birds", new Lora(), 3, 1 + i % 2);
        if (i % 7 == 0) {
          serving.post("/adapters/birds/unload", new byte[0]);
        }
      }
      over.set(true);
      for (Future<Integer> one : all) {
        assertThat(one.get()).isPositive();
      }
    } finally {
      over.set(true);
      clients.shutdownNow();
    }
    assertThat(serving.server().adapters().statistics().reloads()).isPositive();
    serving.post("/adapters/birds/unload", new byte[0]);
    assertThat(serving.server().adapters().bytes()).isZero(); // all that were replaced are freed
  }

  @Test
  void one_that_shuts_down_answers_what_it_took_and_takes_no_more() throws Exception {
    serving.start(Serving.options().computing(1, 1));
    ExecutorService clients = Executors.newFixedThreadPool(8);
    try {
      List<Future<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        int picture = i;
        all.add(clients.submit(() -> serving.post("/predict/birds", png(picture)).statusCode()));
      }
      all.get(10).get();
      assertThat(serving.server().drain(Duration.ofSeconds(60))).isTrue();
      assertThat(serving.get("/v2/health/ready").statusCode()).isEqualTo(503);
      assertThat(serving.get("/v2/health/live").statusCode()).isEqualTo(200);
      for (Future<Integer> one : all) {
        assertThat(one.get()).isIn(200, 503);
      }
      assertThat(all.get(199).get()).isEqualTo(503);
    } finally {
      clients.shutdownNow();
    }
  }

  @Test
  void a_deadline_that_passes_gives_503() {
    serving.start(Serving.options());
    HttpResponse<byte[]> answer = serving.post("/predict/birds?timeout=0", png(0));
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(text(answer)).contains("The deadline of the request passed");
  }
}
