package dev.adapterx.serve;

import static dev.adapterx.serve.Serving.json;
import static dev.adapterx.serve.Serving.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.data.points.LabelledPly;
import dev.adapterx.dense.parts.Category;
import dev.adapterx.dense.parts.PartForm;
import dev.adapterx.dense.parts.PartLabeller;
import dev.adapterx.dense.parts.PartSegmentation;
import dev.adapterx.dense.parts.Views;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.part.LinearProbe;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Models of parts served: the labels that predict gives. */
@Timeout(120)
class PartsTest {
  private static final List<String> LABELS = List.of("seat", "leg", "shade", "pole", "foot");
  private static final List<Category> KINDS =
      List.of(
          new Category("chair", List.of(0, 1)),
          new Category("lamp", List.of(2, 3)),
          new Category("stool", List.of(4)));

  @TempDir Path folder;

  private Serving serving;

  @BeforeEach
  void start() {
    serving = new Serving(folder, "point_32x2x2_c16_g8k4_64");
    PartSegmentation scenes =
        PartSegmentation.of(
            LABELS, PartForm.defaults(), (PointPreprocessing) serving.backbone.preprocessing());
    write("scenes", scenes, 1);
    write("objects", scenes.of(KINDS, true), 2);
    write("rooms", viewed(scenes, new Views(3.0, 1)), 3);
    serving.write("shapes", new LinearProbe(), 4, 4);
    serving.start(Serving.options().seeing(100));
  }

  @AfterEach
  void stop() {
    serving.close();
  }

  private static PartSegmentation viewed(PartSegmentation of, Views views) {
    return new PartSegmentation(
        of.labels(),
        of.form(),
        of.input(),
        of.categories(),
        of.given(),
        views,
        of.weights(),
        of.palette());
  }

  private void write(String name, PartSegmentation task, long seed) {
    try (AdaptedModel model =
        AdaptedModel.attach(serving.backbone, new LinearProbe(), task, seed)) {
      AdapterFile.write(model, folder.resolve(name));
    }
  }

  private static byte[] cloud(int number, int points) {
    StringBuilder text = new StringBuilder();
    Rng rng = Rng.of(number, "cloud");
    for (int i = 0; i < points; i++) {
      text.append(
          String.format(
              Locale.ROOT,
              "%.5f %.5f %.5f%n",
              rng.nextGaussian(),
              rng.nextGaussian(),
              rng.nextGaussian()));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** What predict finds of a file. */
  private PartLabeller.Found predicted(String adapter, byte[] content, @Nullable String category)
      throws Exception {
    Path file = Files.write(folder.resolve("cloud.xyz"), content);
    try (AdaptedModel model = AdapterFile.read(folder.resolve(adapter)).attach(serving.backbone)) {
      PartLabeller.Found[] found = new PartLabeller.Found[1];
      assertThat(
              PartLabeller.of(model, category)
                  .label(List.of(file), one -> found[0] = one, broken -> {}))
          .isZero();
      return found[0];
    }
  }

  @Test
  void every_point_has_the_class_that_predict_gives_in_every_form() throws Exception {
    for (byte[] content : List.of(cloud(1, 64), cloud(2, 300), cloud(3, 20))) {
      for (String adapter : List.of("scenes", "objects", "rooms")) {
        String kind = adapter.equals("objects") ? "lamp" : null;
        PartLabeller.Found expected = predicted(adapter, content, kind);
        String path =
            "/predict/" + adapter + "?file=cloud.xyz" + (kind == null ? "" : "&category=" + kind);

        HttpResponse<byte[]> answer = serving.post(path, content);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        JsonNode json = json(answer);
        assertThat(json.path("points").intValue()).isEqualTo(expected.classes().length);
        short[] found = new short[json.path("indices").size()];
        for (int i = 0; i < found.length; i++) {
          found[i] = (short) json.path("indices").get(i).intValue();
        }
        assertThat(found).isEqualTo(expected.classes());
        double all = 0;
        for (JsonNode one : json.path("classes")) {
          assertThat(one.path("label").stringValue())
              .isEqualTo(LABELS.get(one.path("index").intValue()));
          all += one.path("share").doubleValue();
        }
        assertThat(all).isEqualTo(1, org.assertj.core.data.Offset.offset(1e-9));

        HttpResponse<byte[]> file = serving.post(path + "&points=file", content);
        try (AdaptedModel model =
            AdapterFile.read(folder.resolve(adapter)).attach(serving.backbone)) {
          PartSegmentation task = (PartSegmentation) model.task();
          assertThat(file.body())
              .isEqualTo(
                  LabelledPly.bytes(
                      expected.cloud(), expected.classes(), task.colours(), task.labels()));
        }
        JsonNode shown = json(serving.post(path + "&points=cloud", content)).path("cloud");
        assertThat(shown.path("points").size()).isEqualTo(3 * found.length);
        assertThat(shown.path("indices").size()).isEqualTo(found.length);
        assertThat(json(serving.post(path + "&points=none", content)).has("indices")).isFalse();
      }
    }
  }

  @Test
  void a_cloud_is_of_the_category_that_is_told_and_no_other() throws Exception {
    byte[] content = cloud(4, 100);
    JsonNode chair = json(serving.post("/predict/objects?file=a.xyz&category=chair", content));
    for (JsonNode one : chair.path("classes")) {
      assertThat(one.path("index").intValue()).isIn(0, 1);
    }
    assertRefused(
        serving.post("/predict/objects?file=a.xyz&category=chiar", content),
        "category: expected one of chair, lamp, stool, found 'chiar'; did you mean 'chair'?");
    assertRefused(
        serving.post("/predict/objects?file=a.xyz", content),
        "category: the adapter has to be told what the cloud shows; expected one of chair, lamp,"
            + " stool, as ?category=chair, found none");
    assertRefused(
        serving.post("/predict/scenes?file=a.xyz&category=chair", content),
        "category: no adapter that was asked was trained to be told");
    assertRefused(
        serving.post("/predict/shapes?file=a.xyz&category=chair", content),
        "category: no adapter that was asked was trained to be told");
    assertRefused(
        serving.post("/predict/objects?file=a.xyz&category=", content),
        "category: expected a name");
    assertRefused(
        serving.post("/predict/objects?file=a.xyz&category=chair&points=all", content),
        "points: expected indices, cloud, none or file");
    assertRefused(
        serving.post("/predict?adapters=scenes,shapes&file=a.xyz&points=file", content),
        "points: one file is the answer of one adapter");
    JsonNode both =
        json(serving.post("/predict?adapters=scenes,objects&file=a.xyz&category=stool", content))
            .path("answers");
    assertThat(both.get(1).path("classes").size()).isEqualTo(1);
    assertThat(both.get(0).path("indices"))
        .isEqualTo(json(serving.post("/predict/scenes?file=a.xyz", content)).path("indices"));
    JsonNode card = json(serving.get("/adapters/objects"));
    assertThat(card.path("categories").toString()).isEqualTo("[\"chair\",\"lamp\",\"stool\"]");
    assertThat(json(serving.get("/adapters/scenes")).has("categories")).isFalse();
  }

  private static void assertRefused(HttpResponse<byte[]> answer, String why) {
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(400);
    assertThat(json(answer).path("error").stringValue()).contains(why);
  }

  @Test
  void what_is_no_cloud_is_named() {
    assertRefused(
        serving.post("/predict/scenes?file=photo.png", Serving.png(1)),
        "expected a point cloud or a mesh, found a picture (PNG)");
    assertRefused(
        serving.post("/predict/scenes?file=photo.xyz", Serving.png(1)),
        "expected a point cloud or a mesh, found a picture (PNG)");
    assertRefused(serving.post("/predict/scenes?file=a.xyz", "1 2 3\n1 2 3\n".getBytes()), "a.xyz");
    assertRefused(serving.post("/predict/scenes", cloud(5, 64)), "name it as ?file=chair.ply");
  }

  @Test
  void a_cloud_of_too_many_draws_is_refused_before_it_is_computed() {
    HttpResponse<byte[]> large = serving.post("/predict/scenes?file=a.xyz", cloud(6, 64 * 101));
    assertThat(large.statusCode()).isEqualTo(413);
    assertThat(text(large)).contains("101 windows", "more than the 100");
    assertThat(serving.post("/predict/scenes?file=a.xyz", cloud(6, 64 * 100)).statusCode())
        .isEqualTo(200);
    StringBuilder far = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      far.append("%d %d 0%n".formatted(1000 * i, -1000 * i));
    }
    assertThat(
            serving
                .post("/predict/rooms?file=a.xyz", far.toString().getBytes(StandardCharsets.UTF_8))
                .statusCode())
        .isEqualTo(413);
  }

  @Test
  void the_protocol_has_a_tensor_of_classes() throws Exception {
    JsonNode model = json(serving.get("/v2/models/objects"));
    assertThat(model.path("inputs").toString())
        .isEqualTo("[{\"name\":\"cloud\",\"datatype\":\"BYTES\",\"shape\":[-1]}]");
    assertThat(model.path("outputs").toString())
        .isEqualTo(
            "[{\"name\":\"classes\",\"datatype\":\"UINT16\",\"shape\":[-1,-1]},"
                + "{\"name\":\"shares\",\"datatype\":\"FP32\",\"shape\":[-1,5]}]");
    byte[] first = cloud(7, 90);
    byte[] second = cloud(8, 90);
    String told = "{\"file\":\"a.xyz\",\"category\":\"chair\"}";
    HttpResponse<byte[]> answer =
        serving.post("/v2/models/objects/infer", request(told, first, second));
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    JsonNode outputs = json(answer).path("outputs");
    assertThat(outputs.get(0).path("shape").toString()).isEqualTo("[2,90]");
    short[] one = predicted("objects", first, "chair").classes();
    short[] two = predicted("objects", second, "chair").classes();
    for (int i = 0; i < 180; i++) {
      assertThat(outputs.get(0).path("data").get(i).intValue())
          .isEqualTo(i < 90 ? one[i] : two[i - 90]);
    }
    assertRefused(
        serving.post("/v2/models/objects/infer", request(told, first, cloud(9, 91))),
        "clouds of 90 and 91 points");
    assertRefused(
        serving.post("/v2/models/objects/infer", request("{\"file\":\"a.xyz\"}", first)),
        "category: ");
    assertRefused(
        serving.post(
            "/v2/models/objects/infer", request("{\"file\":\"a.xyz\",\"category\":7}", first)),
        "parameters.category: expected a text");
    assertRefused(
        serving.post("/v2/models/scenes/infer", request("{\"file\":\"../a.xyz\"}", first)),
        "parameters.file: expected the name of a file");
    assertRefused(serving.post("/v2/models/scenes/infer", request("{}", first)), "parameters.file");
    StringBuilder groups = new StringBuilder("0.1");
    for (int i = 1; i < 8 * 5 * 3; i++) {
      groups.append(",0.1");
    }
    assertRefused(
        serving.post(
            "/v2/models/scenes/infer",
            "{\"inputs\":[{\"name\":\"groups\",\"shape\":[1,8,5,3],\"datatype\":\"FP32\",\"data\":[%s]}]}"
                .formatted(groups)
                .getBytes(StandardCharsets.UTF_8)),
        "send the file as 'cloud'");
  }

  private static byte[] request(String parameters, byte[]... clouds) {
    StringBuilder data = new StringBuilder();
    for (byte[] cloud : clouds) {
      data.append(data.isEmpty() ? "\"" : ",\"")
          .append(Base64.getEncoder().encodeToString(cloud))
          .append('"');
    }
    return "{\"inputs\":[{\"name\":\"cloud\",\"shape\":[%d],\"datatype\":\"BYTES\",\"data\":[%s]}],\"parameters\":%s}"
        .formatted(clouds.length, data, parameters)
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void several_tasks_answer_for_one_cloud_and_one_can_be_looked_at() {
    JsonNode all =
        json(serving.post(
                "/predict?adapters=shapes,scenes&file=a.xyz&view=true&points=cloud", cloud(10, 80)))
            .path("answers");
    assertThat(all.get(0).path("view").has("points")).isTrue();
    assertThat(all.get(1).has("view")).isFalse();
    assertThat(all.get(1).path("cloud").has("indices")).isTrue();
    // A cloud that a classification refuses for its few points.
    assertRefused(
        serving.post("/predict?adapters=shapes,scenes&file=a.xyz", cloud(11, 30)),
        "expected at least 64 points");
  }
}
