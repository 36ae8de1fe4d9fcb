package dev.adapterx.serve;

import static dev.adapterx.serve.Serving.json;
import static dev.adapterx.serve.Serving.png;
import static dev.adapterx.serve.Serving.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.dense.detect.BoxForm;
import dev.adapterx.dense.detect.Detection;
import dev.adapterx.dense.parts.Category;
import dev.adapterx.dense.parts.PartForm;
import dev.adapterx.dense.parts.PartSegmentation;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.serve.studio.StudioOptions;
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
import java.util.Base64;
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

  private static final int BODIES = (int) (15_000 * Math.max(1, TIMES));
  private static final int WIRES = (int) (3500 * Math.max(1, TIMES));
  private static final int CLOUDS = (int) (1500 * Math.max(1, TIMES));

  @TempDir Path folder;
  @TempDir Path studio;
  @TempDir Path other;

  private Serving serving;
  private double before;

  @BeforeEach
  void start() {
    serving = new Serving(folder, "vit_32x2x2_patch8_32");
    serving.write("birds", new LinearProbe(), 3, 1);
    Detection task = Detection.of(List.of("a", "b"), BoxForm.defaults(), serving.backbone, 24);
    try (AdaptedModel model = AdaptedModel.attach(serving.backbone, new LinearProbe(), task, 2)) {
      AdapterFile.write(model, folder.resolve("cells"));
    }
    serving.start(
        Serving.options().seeing(20),
        new StudioOptions(studio, List.of("no-such-program"), List.of("backbone.path=here")));
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
      boolean head = i % 2 == 0;
      HttpResponse<byte[]> answer =
          switch (i % 9) {
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
            case 3 ->
                serving.post(
                    "/v2/repository/index",
                    damaged(ascii("{\"ready\":true,\"parameters\":{}}"), i));
            case 4 -> serving.post("/predict/cells?score=0", damaged(png(i % 7), i));
            case 5 -> serving.post("/v2/models/cells/infer", damaged(encoded("image", png(1)), i));
            case 6 -> serving.post("/studio/data/set?label=red&file=a.png", damaged(png(i % 7), i));
            case 7 ->
                serving.post(
                    "/studio/train",
                    damaged(
                        ascii(
                            "{\"set\":\"set\",\"adapter\":\"a\",\"method\":\"lora\",\"quality\":\"fast\"}"),
                        i));
            default -> serving.post("/predict/birds?" + query(i), png(i % 7));
          };
      statuses.merge(answer.statusCode(), 1, Integer::sum);
      boolean late =
          text(answer).contains("The deadline of the request passed"); // a timeout's digits
      assertThat(answer.statusCode())
          .as("%d: %s", i, text(answer))
          .isIn(late ? List.of(503) : List.of(200, 400, 404, 409, 413));
      requireWords(answer);
    }
    assertThat(statuses.keySet()).contains(200, 400);
  }

  private void requireWords(HttpResponse<byte[]> answer) {
    if (answer.statusCode() != 200) {
      assertThat(json(answer).path("error").stringValue())
          .isNotBlank()
          .doesNotContain("Exception", "dev.adapterx", "java.", folder.toString());
    }
  }

  private static byte[] encoded(String input, byte[] content) {
    return ascii(
        "{\"inputs\":[{\"name\":\"%s\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"%s\"]}],\"parameters\":{\"file\":\"a.xyz\",\"category\":\"chair\"}}"
            .formatted(input, Base64.getEncoder().encodeToString(content)));
  }

  /** A damaged query, percent-encoded where a client could not send it otherwise. */
  private String query(int i) {
    StringBuilder all = new StringBuilder();
    for (byte b :
        damaged(
            ascii("top=2&mask=rle&score=0.5&points=cloud&category=x&view=true&file=a.png"), i)) {
      char c = (char) (b & 0xFF);
      all.append(
          c > 32 && c < 127 && "\"<>\\^`{|}#[]%".indexOf(c) < 0 ? c : "%%%02X".formatted((int) c));
    }
    return all.toString();
  }

  @Test
  void damaged_clouds_get_answers() throws Exception {
    byte[] text = ascii("0.5 0.25 0\n1 0 0\n0 1 0\n".repeat(30));
    byte[] ply =
        joined(
            ascii(
                "ply\nformat binary_little_endian 1.0\nelement vertex 70\nproperty float x\nproperty float y\nproperty float z\nend_header\n"),
            Arrays.copyOf(new byte[] {0, 0, (byte) 128, 63, 0, 0, 0, 64}, 840));
    try (Serving clouds = new Serving(other, "point_32x2x2_c16_g8k4_64")) {
      PartSegmentation task =
          PartSegmentation.of(
                  List.of("a", "b", "c"),
                  PartForm.defaults(),
                  (PointPreprocessing) clouds.backbone.preprocessing())
              .of(List.of(new Category("chair", List.of(0, 1))), true);
      try (AdaptedModel model = AdaptedModel.attach(clouds.backbone, new LinearProbe(), task, 1)) {
        AdapterFile.write(model, other.resolve("parts"));
      }
      clouds.start(Serving.options().seeing(20));
      Map<Integer, Integer> statuses = new TreeMap<>();
      for (int i = 0; i < CLOUDS; i++) {
        HttpResponse<byte[]> answer =
            switch (i % 4) {
              case 0 -> clouds.post("/predict/parts?file=a.xyz&points=file", damaged(text, i));
              case 1 -> clouds.post("/predict/parts?file=a.ply", damaged(ply, i));
              case 2 -> clouds.post("/v2/models/parts/infer", damaged(encoded("cloud", text), i));
              default -> clouds.post("/predict/parts?" + query(i), text);
            };
        statuses.merge(answer.statusCode(), 1, Integer::sum);
        assertThat(answer.statusCode()).as("%d: %s", i, text(answer)).isIn(200, 400, 413);
        requireWords(answer);
      }
      assertThat(statuses.keySet()).contains(200, 400);
      assertThat(clouds.log).isEmpty();
    }
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
            ascii(
                "DELETE /studio/data/set?label=blue HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
            ascii(
                "GET /studio/adapters/birds HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
            joined(
                ascii(
                    "POST /predict/cells?score=0.5&timeout=9000 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                        + body.length
                        + "\r\n\r\n"),
                body),
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
