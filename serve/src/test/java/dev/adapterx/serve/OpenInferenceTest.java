package dev.adapterx.serve;

import static dev.adapterx.serve.Serving.json;
import static dev.adapterx.serve.Serving.png;
import static dev.adapterx.serve.Serving.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Settings;
import dev.adapterx.data.image.format.ImageDecoder;
import dev.adapterx.infer.ImageInput;
import dev.adapterx.infer.Inference;
import dev.adapterx.infer.Input;
import dev.adapterx.infer.TaskPredictor;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.weight.Lora;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Requests as tritonclient[http] 2.73.0 sends them, recorded, and what the protocol says else. */
@Timeout(120)
class OpenInferenceTest {
  private static final String AGENT = "User-Agent: python/gevent-http-client-2.6.1\r\n";

  @TempDir Path folder;

  private Serving serving;
  private float[] pixels;
  private float[] expected;
  private float[] second;

  @BeforeEach
  void start() {
    serving = new Serving(folder, "vit_32x2x2_patch8_32");
    serving.write("birds", new Lora(), 3, 1);
    serving.start(Serving.options());
    ImageInput input = Input.images(serving.backbone);
    pixels = input.prepared(ImageDecoder.decode(png(0), "p", true), "p");
    float[] other = input.prepared(ImageDecoder.decode(png(1), "p", true), "p");
    try (AdaptedModel model = AdapterFile.read(folder.resolve("birds")).attach(serving.backbone)) {
      TaskPredictor<?, float[]> predictor = TaskPredictor.of(input, Inference.classes(model));
      expected = predictor.predictPrepared(List.of(pixels)).get(0);
      second = predictor.predictPrepared(List.of(other)).get(0);
    }
    assertThat(expected).isNotEqualTo(second);
  }

  @AfterEach
  void stop() {
    serving.close();
  }

  private static byte[] floats(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private static byte[] elements(byte[]... all) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] one : all) {
      out.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(one.length).array());
      out.writeBytes(one);
    }
    return out.toByteArray();
  }

  private static byte[] joined(byte[]... all) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] one : all) {
      out.writeBytes(one);
    }
    return out.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** An answer off the wire. */
  private record Raw(String head, byte[] body) {
    int json() {
      return Integer.parseInt(
          head.replaceAll("(?is).*Inference-Header-Content-Length: (\\d+).*", "$1"));
    }
  }

  /** Sends bytes as they are, on a connection of their own, and reads the answer. */
  private Raw raw(byte[] request) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", serving.server().port())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(request);
      InputStream in = socket.getInputStream();
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        int b = in.read();
        assertThat(b).as(head.toString(StandardCharsets.ISO_8859_1)).isNotNegative();
        head.write(b);
      }
      String text = head.toString(StandardCharsets.ISO_8859_1);
      return new Raw(text, in.readNBytes(contentLength(text)));
    }
  }

  private static int contentLength(String head) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
        .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
        .findFirst()
        .orElseThrow();
  }

  private byte[] infer(String header, byte[] body) {
    return joined(
        ascii(
            "POST /v2/models/birds/infer HTTP/1.1\r\n"
                + AGENT
                + header
                + "Host: 127.0.0.1:8000\r\nContent-Length: "
                + body.length
                + "\r\n\r\n"),
        body);
  }

  @Test
  void encoded_pictures_as_bytes_after_the_json_are_answered_as_bytes() throws Exception {
    byte[] tensors = elements(png(0), png(1));
    String json =
        "{\"id\":\"7\",\"inputs\":[{\"name\":\"image\",\"shape\":[2],\"datatype\":\"BYTES\",\"parameters\":{\"binary_data_size\":"
            + tensors.length
            + "}}],\"parameters\":{\"binary_data_output\":true}}";
    String header = "Inference-Header-Content-Length: " + json.length() + "\r\n";

    Raw answer = raw(infer(header, joined(ascii(json), tensors)));

    assertThat(answer.head()).startsWith("HTTP/1.1 200");
    JsonNode head = Settings.json().readTree(answer.body(), 0, answer.json());
    assertThat(head.path("id").stringValue()).isEqualTo("7");
    assertThat(head.path("model_name").stringValue()).isEqualTo("birds");
    assertThat(head.path("outputs").get(0).toString())
        .isEqualTo(
            "{\"name\":\"probabilities\",\"datatype\":\"FP32\",\"shape\":[2,3],\"parameters\":{\"binary_data_size\":24}}");
    byte[] after = Arrays.copyOfRange(answer.body(), answer.json(), answer.body().length);
    assertThat(Arrays.copyOf(after, 24)).isEqualTo(joined(floats(expected), floats(second)));
    assertThat(Arrays.copyOfRange(after, 24, after.length))
        .isEqualTo(elements(ascii("birds " + best(expected)), ascii("birds " + best(second))));
  }

  private static int best(float[] p) {
    int best = 0;
    for (int c = 1; c < p.length; c++) {
      best = p[c] > p[best] ? c : best;
    }
    return best;
  }

  @Test
  void pixels_after_the_json_are_answered_as_each_output_is_wanted() throws Exception {
    String json =
        "{\"inputs\":[{\"name\":\"pixels\",\"shape\":[1,3,32,32],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":12288}}],\"outputs\":[{\"name\":\"probabilities\",\"parameters\":{\"binary_data\":true}},{\"name\":\"label\",\"parameters\":{\"binary_data\":false}}],\"parameters\":{\"timeout\":50000000}}";
    String header = "Inference-Header-Content-Length: " + json.length() + "\r\n";

    Raw answer = raw(infer(header, joined(ascii(json), floats(pixels))));

    JsonNode head = Settings.json().readTree(answer.body(), 0, answer.json());
    assertThat(head.path("outputs").get(1).path("data").toString())
        .isEqualTo("[\"birds " + best(expected) + "\"]");
    assertThat(Arrays.copyOfRange(answer.body(), answer.json(), answer.body().length))
        .isEqualTo(floats(expected));
  }

  @Test
  void pixels_and_pictures_in_json_give_the_same_bits() {
    List<String> numbers = new ArrayList<>();
    for (float value : pixels) {
      numbers.add(String.valueOf(value));
    }
    HttpResponse<byte[]> answer =
        serving.post(
            "/v2/models/birds/infer",
            ascii(
                "{\"inputs\":[{\"name\":\"pixels\",\"shape\":[1,3,32,32],\"datatype\":\"FP32\",\"data\":"
                    + numbers
                    + "}],\"outputs\":[{\"name\":\"probabilities\",\"parameters\":{\"binary_data\":false}}]}"));
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(probabilities(answer)).isEqualTo(expected);
    HttpResponse<byte[]> encoded =
        serving.post(
            "/v2/models/birds/versions/1/infer",
            ascii(
                "{\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\""
                    + Base64.getEncoder().encodeToString(png(0))
                    + "\"]}]}"));
    assertThat(encoded.statusCode()).as(text(encoded)).isEqualTo(200);
    assertThat(probabilities(encoded)).isEqualTo(expected);
  }

  private static float[] probabilities(HttpResponse<byte[]> answer) {
    JsonNode data = json(answer).path("outputs").get(0).path("data");
    float[] p = new float[data.size()];
    for (int i = 0; i < p.length; i++) {
      p[i] = data.get(i).floatValue();
    }
    return p;
  }

  @Test
  void what_does_not_fit_is_told_at_its_place() {
    String pixels = "{\"inputs\":[{\"name\":\"pixels\",\"datatype\":\"FP32\",";
    record Asked(String json, String words) {}
    for (Asked asked :
        List.of(
            new Asked("[]", "Expected a JSON object with inputs"),
            new Asked("{}", "inputs: expected one, either 'image' (BYTES) or 'pixels' (FP32)"),
            new Asked("{\"inputs\":[1]}", "expected 'image' of datatype BYTES"),
            new Asked(pixels + "\"shape\":[1,3,32]}]}", "expected [n, 3, 32, 32], found [1,3,32]"),
            new Asked(pixels + "\"shape\":[0,3,32,32]}]}", "expected 1 to 64 samples"),
            new Asked(pixels + "\"shape\":[9999999999999,3,32,32]}]}", "expected 1 to 64 samples"),
            new Asked(pixels + "\"shape\":[1,3,32,32]}]}", "expected a list of numbers"),
            new Asked(pixels + "\"shape\":[1,3,32,32],\"data\":[1]}]}", "expected 3072 numbers"),
            new Asked(pixels + "\"shape\":[1,3,32,32],\"data\":[\"a\"]}]}", "found \"a\""),
            new Asked(
                pixels + "\"shape\":[1,3,32,32],\"data\":[1e99" + ",0".repeat(3071) + "]}]}",
                "expected finite numbers"),
            new Asked(
                pixels + "\"shape\":[1,3,32,32],\"data\":[0" + ",0".repeat(3072) + "]}]}",
                "found more than 3072"),
            new Asked(
                pixels + "\"shape\":[1,3,32,32],\"parameters\":{\"binary_data_size\":5}}]}",
                "5 bytes, of which 0 follow"),
            new Asked(
                pixels + "\"shape\":[1,3,32,32],\"parameters\":{\"shared_memory_region\":\"x\"}}]}",
                "shared memory is not served"),
            new Asked(
                "{\"inputs\":[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"?\"]}]}",
                "base64"))) {
      HttpResponse<byte[]> answer = serving.post("/v2/models/birds/infer", ascii(asked.json()));
      assertThat(answer.statusCode()).as(asked.json() + text(answer)).isEqualTo(400);
      assertThat(json(answer).path("error").stringValue()).contains(asked.words());
    }
    HttpResponse<byte[]> packed =
        serving.send(
            serving
                .to("/v2/models/birds/infer")
                .header("Content-Encoding", "gzip")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("x")));
    assertThat(packed.statusCode()).isEqualTo(415);
  }
}
