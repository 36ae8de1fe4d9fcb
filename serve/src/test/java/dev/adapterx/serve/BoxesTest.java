package dev.adapterx.serve;

import static dev.adapterx.serve.Serving.json;
import static dev.adapterx.serve.Serving.png;
import static dev.adapterx.serve.Serving.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Settings;
import dev.adapterx.data.targets.Box;
import dev.adapterx.dense.detect.BoxForm;
import dev.adapterx.dense.detect.Detection;
import dev.adapterx.dense.detect.Detector;
import dev.adapterx.dense.score.Found;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.weight.Lora;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Detections served: the boxes that predict finds. */
@Timeout(120)
class BoxesTest {
  private static final List<String> LABELS = List.of("red cell", "white cell");

  @TempDir Path folder;

  private Serving serving;

  @BeforeEach
  void start() {
    serving = new Serving(folder, "vit_32x2x2_patch8_32");
    write("whole", 0, 1);
    write("tiled", 24, 2);
    serving.write("birds", new Lora(), 3, 4);
    serving.start(Serving.options().seeing(20));
  }

  @AfterEach
  void stop() {
    serving.close();
  }

  private void write(String name, int tile, long seed) {
    Detection task = Detection.of(LABELS, BoxForm.defaults(), serving.backbone, tile);
    try (AdaptedModel model = AdaptedModel.attach(serving.backbone, new Lora(), task, seed)) {
      AdapterFile.write(model, folder.resolve(name));
    }
  }

  private List<Found<Box>> predicted(String adapter, byte[] content) throws Exception {
    Path picture = Files.write(folder.resolve("picture.png"), content);
    try (AdaptedModel model = AdapterFile.read(folder.resolve(adapter)).attach(serving.backbone)) {
      List<Found<Box>> found = new ArrayList<>();
      Detector.of(model)
          .detect(List.of(picture), one -> found.addAll(one.boxes()), broken -> found.clear());
      assertThat(found).isNotEmpty();
      return found;
    }
  }

  @Test
  void boxes_are_those_of_predict_in_the_pictures_own_pixels() throws Exception {
    for (byte[] picture : List.of(png(1, 40, 40), png(2, 70, 44), png(3, 9, 57))) {
      for (String adapter : List.of("whole", "tiled")) {
        List<Found<Box>> expected = predicted(adapter, picture);
        HttpResponse<byte[]> answer = serving.post("/predict/" + adapter + "?score=0", picture);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        JsonNode boxes = json(answer).path("boxes");
        assertThat(boxes.size()).isEqualTo(expected.size());
        for (int i = 0; i < expected.size(); i++) {
          Box box = expected.get(i).place();
          JsonNode one = boxes.get(i);
          assertThat(one.path("label").stringValue())
              .isEqualTo(LABELS.get(expected.get(i).label()));
          assertThat(one.path("index").intValue()).isEqualTo(expected.get(i).label());
          assertThat(one.path("score").doubleValue())
              .isEqualTo(Math.rint(1e5 * expected.get(i).score()) / 1e5);
          assertThat(one.path("box").toString())
              .isEqualTo(edges(box.x1(), box.y1(), box.x2(), box.y2()));
          assertThat(one.path("colour").stringValue()).matches("#[0-9a-f]{6}");
        }
      }
    }
    JsonNode whole = json(serving.post("/predict/whole?score=0", png(2, 70, 44)));
    assertThat(whole.path("width").intValue()).isEqualTo(70);
    assertThat(whole.path("height").intValue()).isEqualTo(44);
  }

  private static String edges(double... edges) {
    return java.util.Arrays.stream(edges)
        .mapToObj(edge -> String.valueOf(Math.rint(100 * edge) / 100))
        .collect(Collectors.joining(",", "[", "]"));
  }

  @Test
  void unsure_boxes_are_left_out_as_the_request_says() throws Exception {
    byte[] picture = png(5, 50, 50);
    List<Found<Box>> all = predicted("whole", picture);
    double middle = all.get(all.size() / 2).score();
    JsonNode boxes =
        json(serving.post("/predict/whole?score=%.9f".formatted(middle), picture)).path("boxes");
    assertThat(boxes.size())
        .isBetween(1, all.size() - 1)
        .isEqualTo((int) all.stream().filter(f -> f.score() >= round(middle)).count());
    assertThat(json(serving.post("/predict/whole", picture)).path("boxes").size())
        .isEqualTo((int) all.stream().filter(f -> f.score() >= 0.3).count());
    for (String wrong : List.of("2", "-1", "x", "0.3.1", "NaN", "")) {
      HttpResponse<byte[]> refused = serving.post("/predict/whole?score=" + wrong, picture);
      assertThat(refused.statusCode()).as(wrong).isEqualTo(400);
      assertThat(text(refused)).contains("score: expected a number from 0 to 1");
    }
  }

  private static double round(double score) {
    return Double.parseDouble("%.9f".formatted(score));
  }

  @Test
  void a_picture_of_too_many_tiles_is_refused_before_it_is_computed() {
    HttpResponse<byte[]> large = serving.post("/predict/tiled", png(6, 400, 400));
    assertThat(large.statusCode()).isEqualTo(413);
    assertThat(text(large)).contains("windows", "more than the 20");
    assertThat(serving.post("/predict/whole", png(6, 400, 400)).statusCode()).isEqualTo(200);
  }

  @Test
  void the_protocol_has_tensors_of_boxes() throws Exception {
    assertThat(json(serving.get("/v2/models/whole")).path("outputs").toString())
        .isEqualTo(
            "[{\"name\":\"count\",\"datatype\":\"INT32\",\"shape\":[-1]},"
                + "{\"name\":\"boxes\",\"datatype\":\"FP32\",\"shape\":[-1,-1,4]},"
                + "{\"name\":\"scores\",\"datatype\":\"FP32\",\"shape\":[-1,-1]},"
                + "{\"name\":\"classes\",\"datatype\":\"INT32\",\"shape\":[-1,-1]}]");
    byte[] first = png(7, 60, 36);
    byte[] second = png(8, 20, 90);
    List<List<Found<Box>>> expected =
        List.of(predicted("tiled", first), predicted("tiled", second));
    int most = expected.stream().mapToInt(List::size).max().orElseThrow();
    HttpResponse<byte[]> answer =
        serving.post("/v2/models/tiled/infer", request(true, first, second));
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    int head =
        Integer.parseInt(
            answer.headers().firstValue("Inference-Header-Content-Length").orElseThrow());
    ByteBuffer bytes =
        ByteBuffer.wrap(answer.body(), head, answer.body().length - head)
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.getInt()).isEqualTo(expected.get(0).size());
    assertThat(bytes.getInt()).isEqualTo(expected.get(1).size());
    for (List<Found<Box>> found : expected) {
      for (int i = 0; i < most; i++) {
        Box box = i < found.size() ? found.get(i).place() : new Box(0, 0, 0, 0, 0, false, false);
        assertThat(bytes.getFloat()).isEqualTo((float) box.x1());
        assertThat(bytes.getFloat()).isEqualTo((float) box.y1());
        assertThat(bytes.getFloat()).isEqualTo((float) box.x2());
        assertThat(bytes.getFloat()).isEqualTo((float) box.y2());
      }
    }
    for (List<Found<Box>> found : expected) {
      for (int i = 0; i < most; i++) {
        assertThat(bytes.getFloat()).isEqualTo(i < found.size() ? (float) found.get(i).score() : 0);
      }
    }
    for (List<Found<Box>> found : expected) {
      for (int i = 0; i < most; i++) {
        assertThat(bytes.getInt()).isEqualTo(i < found.size() ? found.get(i).label() : -1);
      }
    }
    assertThat(bytes.hasRemaining()).isFalse();
    JsonNode inJson =
        json(serving.post("/v2/models/tiled/infer", request(false, first))).path("outputs");
    assertThat(inJson.get(0).path("data").toString()).isEqualTo("[" + expected.get(0).size() + "]");
    assertThat(inJson.get(1).path("shape").toString())
        .isEqualTo("[1," + expected.get(0).size() + ",4]");
  }

  private static byte[] request(boolean binary, byte[]... pictures) {
    String data =
        java.util.Arrays.stream(pictures)
            .map(picture -> '"' + Base64.getEncoder().encodeToString(picture) + '"')
            .collect(Collectors.joining(","));
    return "{\"inputs\":[{\"name\":\"image\",\"shape\":[%d],\"datatype\":\"BYTES\",\"data\":[%s]}],\"parameters\":{\"binary_data_output\":%s}}"
        .formatted(pictures.length, data, binary)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A window that the sender prepared is the model's input as it is. */
  @Test
  void a_prepared_window_has_boxes_in_its_own_pixels() throws Exception {
    float[] values = new float[3 * 32 * 32];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 7 / 7f;
    }
    List<Found<Box>> expected;
    try (AdaptedModel model = AdapterFile.read(folder.resolve("tiled")).attach(serving.backbone)) {
      expected = Detector.of(model).detect(values);
    }
    String numbers =
        IntStream.range(0, values.length)
            .mapToObj(i -> String.valueOf(values[i]))
            .collect(Collectors.joining(","));
    JsonNode outputs =
        json(serving.post(
                "/v2/models/tiled/infer",
                "{\"inputs\":[{\"name\":\"pixels\",\"shape\":[1,3,32,32],\"datatype\":\"FP32\",\"data\":[%s]}]}"
                    .formatted(numbers)
                    .getBytes(StandardCharsets.UTF_8)))
            .path("outputs");
    assertThat(expected).isNotEmpty();
    assertThat(outputs.get(0).path("data").get(0).intValue()).isEqualTo(expected.size());
    assertThat(outputs.get(1).path("data").get(2).floatValue())
        .isEqualTo((float) expected.get(0).place().x2())
        .isLessThanOrEqualTo(32);
    assertThat(Settings.text(outputs.get(3).path("data"))).doesNotContain("-1");
  }

  @Test
  void what_is_no_picture_is_named_and_several_tasks_answer_for_one() {
    HttpResponse<byte[]> cloud =
        serving.post(
            "/predict/whole?file=chair.ply",
            "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nend_header\n0 0 0\n"
                .getBytes(StandardCharsets.UTF_8));
    assertThat(cloud.statusCode()).isEqualTo(400);
    assertThat(text(cloud)).contains("expected a picture", "found a point cloud (PLY)");
    HttpResponse<byte[]> told = serving.post("/predict/whole?category=chair", png(9));
    assertThat(told.statusCode()).isEqualTo(400);
    assertThat(text(told)).contains("category: ", "leave it out");
    JsonNode all =
        json(serving.post("/predict?adapters=birds,whole&score=0.01&view=true", png(9)))
            .path("answers");
    assertThat(all.get(0).has("top")).isTrue();
    assertThat(all.get(0).has("view")).isTrue();
    assertThat(all.get(1).has("boxes")).isTrue();
    assertThat(all.get(1).has("view")).isFalse();
  }
}
