package dev.adapterx.serve;

import static dev.adapterx.serve.Serving.json;
import static dev.adapterx.serve.Serving.png;
import static dev.adapterx.serve.Serving.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.infer.Predictor;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.peft.weight.Lora;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(120)
class AdapterServerTest {
  @TempDir Path folder;

  private Serving serving;

  @BeforeEach
  void start() {
    serving = new Serving(folder, "vit_32x2x2_patch8_32");
    serving.write("birds", new Lora(), 3, 1);
    serving.write("cars", new LinearProbe(), 4, 2);
    serving.write("boats", new LinearProbe(), 2, 3);
    serving.write("x", new AdapterX(), 5, 4);
    serving.start(Serving.options());
  }

  @AfterEach
  void stop() {
    serving.close();
  }

  /** What predict says of a file by an adapter. */
  private List<Predictor.Guess> predicted(String adapter, byte[] content) throws Exception {
    Path file = Files.write(folder.resolve("picture.png"), content);
    try (AdaptedModel model = AdapterFile.read(folder.resolve(adapter)).attach(serving.backbone)) {
      List<Predictor.Guess> guesses = new ArrayList<>();
      Predictor.of(model)
          .predict(
              List.of(file),
              3,
              p -> guesses.addAll(p.top()),
              broken -> assertThat(broken).isNull());
      return guesses;
    }
  }

  private static void assertSays(JsonNode answer, List<Predictor.Guess> expected) {
    assertThat(answer.path("label").stringValue()).isEqualTo(expected.get(0).label());
    assertThat(answer.path("top").size()).isEqualTo(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      JsonNode found = answer.path("top").get(i);
      assertThat(found.path("label").stringValue()).isEqualTo(expected.get(i).label());
      assertThat(found.path("index").intValue()).isEqualTo(expected.get(i).index());
      assertThat(found.path("probability").doubleValue()).isEqualTo(expected.get(i).probability());
    }
  }

  @Test
  void a_picture_posted_gets_the_bits_that_predict_gives() throws Exception {
    for (int i = 0; i < 6; i++) {
      for (String adapter : List.of("birds", "cars", "boats", "x")) {
        HttpResponse<byte[]> answer = serving.post("/predict/" + adapter, png(i));
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(json(answer).path("adapter").stringValue()).isEqualTo(adapter);
        assertSays(json(answer), predicted(adapter, png(i)));
      }
    }
    assertThat(json(serving.post("/predict/x?top=1", png(0))).path("top").size()).isEqualTo(1);
    assertThat(serving.access)
        .anyMatch(line -> line.contains("\"POST /predict/birds HTTP/1.1\" 200"));
  }

  @Test
  void several_adapters_answer_for_one_picture_in_the_order_asked() throws Exception {
    HttpResponse<byte[]> answer = serving.post("/predict?adapters=x,cars,boats,birds", png(1));
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    JsonNode all = json(answer).path("answers");
    List<String> names = List.of("x", "cars", "boats", "birds");
    assertThat(all.size()).isEqualTo(4);
    for (int i = 0; i < 4; i++) {
      assertThat(all.get(i).path("adapter").stringValue()).isEqualTo(names.get(i));
      assertSays(all.get(i), predicted(names.get(i), png(1)));
    }
  }

  @Test
  void the_expert_that_saw_each_patch_is_told_and_changes_no_answer() throws Exception {
    JsonNode plain = json(serving.post("/predict/x", png(3)));
    JsonNode answer = json(serving.post("/predict/x?view=true", png(3)));
    assertThat(answer.path("top")).isEqualTo(plain.path("top"));
    assertThat(plain.has("view")).isFalse();
    JsonNode view = answer.path("view");
    int experts = view.path("experts").intValue();
    assertThat(experts).isGreaterThan(1);
    assertThat(view.path("rows").intValue()).isEqualTo(4);
    assertThat(view.path("columns").intValue()).isEqualTo(4);
    assertThat(view.path("expert").size()).isEqualTo(view.path("blocks").size()).isEqualTo(2);
    for (JsonNode block : view.path("expert")) {
      assertThat(block.size()).isEqualTo(16);
      for (JsonNode one : block) {
        assertThat(one.intValue()).isBetween(0, experts - 1);
      }
    }
    assertThat(text(serving.post("/predict/x?view=yes", png(3)))).contains("view: expected");
  }

  @Test
  void mistakes_are_told_in_words_and_nothing_of_the_server_is_shown() {
    record Asked(String path, byte[] body, int status, String words) {}
    byte[] good = png(0);
    for (Asked asked :
        List.of(
            new Asked("/predict/bird", good, 404, "There is no adapter 'bird'"),
            new Asked("/predict/..%2f..", good, 400, ""),
            new Asked("/predict/.hidden", good, 404, "There is no adapter"),
            new Asked("/predict", good, 400, "adapters: expected 1 to 16 different names"),
            new Asked("/predict?adapters=birds,birds", good, 400, "different names"),
            new Asked("/predict?adapters=birds,nix", good, 404, "There is no adapter 'nix'"),
            new Asked("/predict/birds?top=0", good, 400, "top: expected a whole number from 1"),
            new Asked("/predict/birds?timeout=soon", good, 400, "timeout: expected"),
            new Asked("/predict/birds?file=../x.png", good, 400, "file: expected the name"),
            new Asked("/predict/birds?top=%ff", good, 400, ""),
            new Asked("/predict/birds", new byte[0], 400, "The body is empty"),
            new Asked(
                "/predict/birds", "no picture".getBytes(), 400, "read image in the request: "),
            new Asked("/predict/birds?foo=1", good, 400, "foo: there is no such parameter"),
            new Asked("/predict/birds?min-score=abc", good, 400, "expected top, mask, score"),
            new Asked("/predict/birds?topp=1", good, 400, "did you mean 'top'?"),
            new Asked("/predict/birds?top=1&top=2", good, 400, "top: expected it once"),
            new Asked("/predict/birds?adapters=x", good, 400, "adapters: there is no such"),
            new Asked("/predict?adapters=birds&foo=1", good, 400, "expected adapters, top"),
            new Asked("/adapters/birds/pin?foo=1", good, 400, "expected none"),
            new Asked("/nowhere", good, 404, "GET /openapi.json lists all"),
            new Asked("/v2", good, 405, "This path takes GET, not this method"),
            new Asked("/v2/models/birds/infer", good, 400, "The request is no JSON"))) {
      HttpResponse<byte[]> answer = serving.post(asked.path(), asked.body());
      assertThat(answer.statusCode()).as(asked.path() + text(answer)).isEqualTo(asked.status());
      assertThat(json(answer).path("error").stringValue())
          .contains(asked.words())
          .doesNotContain(folder.toString(), "Exception", "dev.adapterx", "\tat ");
    }
  }

  @Test
  void the_server_tells_of_itself_and_its_adapters() {
    assertThat(json(serving.get("/v2")).path("name").stringValue()).isEqualTo("adapterx");
    assertThat(serving.get("/v2/health/live").statusCode()).isEqualTo(200);
    assertThat(serving.get("/v2/health/ready").statusCode()).isEqualTo(200);
    assertThat(serving.get("/v2/models/birds/ready").statusCode()).isEqualTo(200);
    assertThat(serving.get("/v2/models/bird/ready").statusCode()).isEqualTo(404);
    JsonNode model = json(serving.get("/v2/models/birds/versions/1"));
    assertThat(model.path("inputs").toString())
        .isEqualTo(
            "[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[-1]},"
                + "{\"name\":\"pixels\",\"datatype\":\"FP32\",\"shape\":[-1,3,32,32]}]");
    assertThat(model.path("outputs").get(0).path("shape").toString()).isEqualTo("[-1,3]");
    JsonNode card = json(serving.get("/adapters/x"));
    assertThat(card.path("task").stringValue()).isEqualTo("classification");
    assertThat(card.path("labels").size()).isEqualTo(5);
    assertThat(card.path("bytes").longValue()).isPositive();
    assertThat(serving.send(serving.to("/v2").method("HEAD", BodyPublishers.noBody())).statusCode())
        .isEqualTo(200);
  }

  @Test
  void adapters_are_loaded_pinned_and_unloaded() {
    assertThat(json(serving.get("/adapters")).path("adapters").toString())
        .isEqualTo(
            "[{\"name\":\"birds\",\"loaded\":false},{\"name\":\"boats\",\"loaded\":false},"
                + "{\"name\":\"cars\",\"loaded\":false},{\"name\":\"x\",\"loaded\":false}]");
    byte[] none = new byte[0];
    assertThat(json(serving.post("/adapters/birds/load", none)).path("loaded").booleanValue())
        .isTrue();
    assertThat(json(serving.post("/adapters/x/pin", none)).path("pinned").booleanValue()).isTrue();
    assertThat(serving.server().adapters().loaded())
        .extracting(one -> one.name() + " " + one.pinned())
        .containsExactly("birds false", "x true");
    assertThat(json(serving.post("/adapters/x/unpin", none)).path("pinned").booleanValue())
        .isFalse();
    assertThat(json(serving.post("/adapters/birds/unload", none)).path("loaded").booleanValue())
        .isFalse();
    JsonNode index = json(serving.post("/v2/repository/index", "{\"ready\":true}".getBytes()));
    assertThat(index.toString())
        .isEqualTo("[{\"name\":\"x\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"}]");
    assertThat(serving.post("/v2/repository/models/cars/load", none).statusCode()).isEqualTo(200);
    assertThat(
            json(serving.post(
                    "/v2/repository/models/cars/load",
                    "{\"parameters\":{\"config\":\"{}\"}}".getBytes()))
                .path("error")
                .stringValue())
        .contains("adapters come from the server's own folder");
    assertThat(serving.post("/v2/repository/models/cars/unload", none).statusCode()).isEqualTo(200);
    assertThat(serving.post("/adapters/nix/load", none).statusCode()).isEqualTo(404);
  }

  /** Of another input size, and of another backbone: why is no secret. */
  @Test
  void an_adapter_that_does_not_fit_the_server_is_refused_with_the_reason() {
    try (Backbone larger =
            Backbones.initial(
                "vit_32x2x2_patch8_32",
                Backbones.Options.builder().inputSize(48).precision(Precision.FP32).build(),
                1);
        Backbone stranger =
            Backbones.initial(
                "vit_32x2x2_patch8_32", Backbones.Options.defaults().with(Precision.FP32), 2)) {
      write(larger, "larger");
      write(stranger, "stranger");
    }
    assertThat(serving.server().unserved()).containsOnlyKeys("larger", "stranger");
    for (String path : List.of("/predict/larger", "/predict?adapters=birds,larger")) {
      HttpResponse<byte[]> answer = serving.post(path, png(0));
      assertThat(answer.statusCode()).as(text(answer)).isEqualTo(409);
      assertThat(text(answer))
          .contains(
              "The adapter 'larger' is not served here",
              "pictures of 48 pixels a side, this server computes with 32",
              "--input-size 48")
          .doesNotContain("backbone.input-size", folder.toString());
    }
    HttpResponse<byte[]> other = serving.post("/predict/stranger", png(0));
    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(text(other)).contains("was trained on the backbone");
    assertThat(serving.get("/v2/models/larger/ready").statusCode()).isEqualTo(409);
    assertThat(serving.get("/v2/models/birds/ready").statusCode()).isEqualTo(200);
    assertThat(serving.log).isEmpty();
    for (JsonNode one : json(serving.get("/adapters")).path("adapters")) {
      String why = one.path("unserved").asString("");
      switch (one.path("name").asString("")) {
        case "larger" -> assertThat(why).contains("pictures of 48 pixels", "--input-size 48");
        case "stranger" -> assertThat(why).contains("was trained on the backbone");
        default -> assertThat(one.has("unserved")).isFalse();
      }
      assertThat(why).doesNotContain(folder.toString());
    }
    for (JsonNode one : json(serving.post("/v2/repository/index", new byte[0]))) {
      if (one.path("name").asString("").equals("larger")) {
        assertThat(one.path("reason").asString("")).contains("pictures of 48 pixels");
      }
    }
  }

  private void write(Backbone of, String name) {
    try (AdaptedModel model =
        AdaptedModel.attach(of, new LinearProbe(), Classification.of(List.of("a", "b")), 1)) {
      AdapterFile.write(model, folder.resolve(name));
    }
  }

  @Test
  void a_damaged_adapter_is_told_to_the_log_and_harms_no_other() throws Exception {
    Files.writeString(folder.resolve("cars/adapter_config.json"), "{");
    HttpResponse<byte[]> answer = serving.post("/predict/cars", png(0));
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(text(answer))
        .contains("the server's log says why")
        .doesNotContain(folder.toString());
    assertThat(serving.log)
        .anyMatch(line -> line.contains("'cars' cannot be used") && line.contains("JSON"));
    assertThat(serving.post("/predict/birds", png(0)).statusCode()).isEqualTo(200);
  }

  @Test
  void metrics_count_what_was_asked() {
    serving.post("/predict/birds", png(0));
    serving.post("/predict?adapters=birds,cars", png(0));
    serving.post("/predict/nix", png(0));
    HttpResponse<byte[]> answer = serving.get("/metrics");
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
    assertThat(text(answer).lines())
        .contains(
            "adapterx_requests_total{route=\"/predict/{name}\",status=\"200\"} 1",
            "adapterx_requests_total{route=\"/predict/{name}\",status=\"404\"} 1",
            "adapterx_requests_total{route=\"/predict\",status=\"200\"} 1",
            "adapterx_predict_seconds_count 2",
            "adapterx_predict_seconds_bucket{le=\"+Inf\"} 2",
            "adapterx_samples_total 2",
            "adapterx_groups_total 2",
            "adapterx_adapters_loaded 2",
            "adapterx_ready 1")
        .allMatch(
            line ->
                line.matches("# (HELP|TYPE) adapterx_\\w+ .+|adapterx_\\w+(\\{.*})? [-+0-9.E]+"));
  }

  @Test
  void a_port_that_is_taken_is_told() {
    int taken = serving.server().port();
    assertThatThrownBy(
            () ->
                AdapterServer.start(
                    serving.backbone,
                    folder,
                    Serving.options().at("127.0.0.1", taken),
                    line -> {},
                    line -> {}))
        .isInstanceOf(AdapterXException.class)
        .hasMessageContaining("Could not listen on 127.0.0.1, port " + taken)
        .hasMessageContaining("in use");
  }
}
