package dev.adapterx.serve;

import static dev.adapterx.serve.Serving.json;
import static dev.adapterx.serve.Serving.png;
import static dev.adapterx.serve.Serving.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.testing.Mutants;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damaged requests: each is answered, none by 500, and none ends the server. */
@Timeout(3000)
class FuzzTest {
  private static final long SEED = Long.getLong("fuzz.seed", 20);

  /** As many times more as the readers' tests read, see {@link dev.adapterx.testing.Fuzz}. */
  private static final double TIMES =
      Double.parseDouble("0" + System.getProperty("fuzz.mutants", "").strip()) / 29_000;

  private static final int BODIES = (int) (4000 * Math.max(1, TIMES));
  private static final int WIRES = (int) (1000 * Math.max(1, TIMES));

  @TempDir Path folder;

  private Serving serving;
  private double before;

  @BeforeEach
  void start() {
    serving = new Serving(folder, "vit_32x2x2_patch8_32");
    serving.write("birds", new LinearProbe(), 3, 1);
    serving.start(Serving.options());
    before = probability();
  }

  @AfterEach
  void stop() {
    assertThat(probability()).isEqualTo(before);
    assertThat(serving.log).isEmpty();
    serving.close();
  }

  private double probability() {
    return json(serving.post("/predict/birds", png(0))).path("probability").doubleValue();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] joined(byte[]... all) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Arrays.stream(all).forEach(out::writeBytes);
    return out.toByteArray();
  }

  /** The i-th damaged form of some bytes. */
  private byte[] damaged(byte[] good, int i) {
    return new Mutants(good, Rng.of(SEED, "requests")).at(i);
  }

  private static String numbers() {
    return "{\"id\":\"1\",\"inputs\":[{\"name\":\"pixels\",\"shape\":[1,3,32,32],\"datatype\":\"FP32\",\"data\":[0"
        + ",0.5".repeat(3071)
        + "]}],\"outputs\":[{\"name\":\"label\",\"parameters\":{\"binary_data\":true}}]}";
  }

  private static byte[] binary() {
    return ascii(
        "{\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\",\"parameters\":{\"binary_data_size\":%d}}],\"parameters\":{\"timeout\":90000000}}"
            .formatted(4 + png(1).length));
  }

  @Test
  void damaged_bodies_get_answers() {
    byte[] length = {(byte) png(1).length, (byte) (png(1).length >> 8), 0, 0};
    byte[] json = binary();
    byte[] tensors = joined(length, png(1));
    Map<Integer, Integer> statuses = new TreeMap<>();
    for (int i = 0; i < BODIES; i++) {
      boolean head = i % 8 < 4;
      HttpResponse<byte[]> answer =
          switch (i % 4) {
            case 0 -> serving.post("/predict/birds", damaged(png(i % 7), i));
            case 1 -> serving.post("/v2/models/birds/infer", damaged(ascii(numbers()), i));
            case 2 -> {
              byte[] first = head ? damaged(json, i) : json;
              yield serving.send(
                  serving
                      .to("/v2/models/birds/infer")
                      .header("Inference-Header-Content-Length", String.valueOf(first.length))
                      .POST(
                          BodyPublishers.ofByteArray(
                              joined(first, head ? tensors : damaged(tensors, i)))));
            }
            default ->
                serving.post(
                    "/v2/repository/index",
                    damaged(ascii("{\"ready\":true,\"parameters\":{}}"), i));
          };
      statuses.merge(answer.statusCode(), 1, Integer::sum);
      boolean late =
          text(answer).contains("The deadline of the request passed"); // a timeout's digits
      assertThat(answer.statusCode())
          .as("%d: %s", i, text(answer))
          .isIn(late ? List.of(503) : List.of(200, 400, 413));
      if (answer.statusCode() != 200) {
        assertThat(json(answer).path("error").stringValue())
            .isNotBlank()
            .doesNotContain("Exception", "dev.adapterx", "java.", folder.toString());
      }
    }
    assertThat(statuses.keySet()).contains(200, 400);
  }

  /** Heads of requests too: what Jetty refuses itself, or cuts. */
  @Test
  void damaged_bytes_on_the_wire_end_no_server() throws Exception {
    byte[] body = png(2);
    List<byte[]> good =
        List.of(
            ascii("GET /v2/models/birds HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
            ascii(
                "GET /adapters/birds?top=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
            ascii(
                "POST /adapters/birds/load HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
            joined(
                ascii(
                    "POST /predict?adapters=birds&top=2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                        + body.length
                        + "\r\n\r\n"),
                body));
    int answers = 0;
    for (int i = 0; i < WIRES; i++) {
      String answer = sent(damaged(good.get(i % good.size()), i));
      if (!answer.isEmpty()) {
        answers++;
        assertThat(answer).as("%d", i).startsWith("HTTP/1.").doesNotContain(" 500 ", "Exception");
      }
    }
    assertThat(answers).isGreaterThan(WIRES / 2);
  }

  private String sent(byte[] bytes) {
    try (Socket socket = new Socket("127.0.0.1", serving.server().port())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) { // cut: the server had enough
      return "";
    }
  }
}
