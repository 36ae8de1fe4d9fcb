package dev.adapterx.serve;

import static dev.adapterx.serve.Serving.json;
import static dev.adapterx.serve.Serving.png;
import static dev.adapterx.serve.Serving.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.serve.studio.StudioOptions;
import java.io.ByteArrayInputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(120)
class StudioTest {
  private static final String OTHER = "0123456789abcdef0123";

  @TempDir Path folder;

  @TempDir Path work;

  private Serving serving;

  @BeforeEach
  void start() {
    serving = new Serving(folder, "vit_32x2x2_patch8_32");
    serving.write("model", new LinearProbe(), 3, 1);
    serving.start(Serving.options(), options());
  }

  @AfterEach
  void stop() {
    serving.close();
  }

  private StudioOptions options() {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new StudioOptions(
        work.resolve("studio"),
        List.of(
            java.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            FakeTraining.class.getName(),
            folder.resolve("model").toString()),
        List.of("backbone.path=here"));
  }

  private HttpResponse<byte[]> add(String set, String label, String file, byte[] content) {
    return serving.post(
        "/studio/data/%s?label=%s&file=%s"
            .formatted(
                set,
                URLEncoder.encode(label, StandardCharsets.UTF_8),
                URLEncoder.encode(file, StandardCharsets.UTF_8)),
        content);
  }

  private void fill(String set) {
    for (int i = 0; i < 3; i++) {
      assertThat(add(set, "red", i + ".png", png(i)).statusCode()).isEqualTo(200);
      assertThat(add(set, "größer blau", i + ".png", png(10 + i)).statusCode()).isEqualTo(200);
    }
  }

  private HttpResponse<byte[]> train(String set, String adapter, String method, String quality) {
    return serving.post(
        "/studio/train",
        "{\"set\":\"%s\",\"adapter\":\"%s\",\"method\":\"%s\",\"quality\":\"%s\"}"
            .formatted(set, adapter, method, quality)
            .getBytes(StandardCharsets.UTF_8));
  }

  private JsonNode training() {
    return json(serving.get("/studio")).path("training");
  }

  private JsonNode ended() throws InterruptedException {
    while (List.of("running", "stopping").contains(training().path("state").stringValue())) {
      Thread.sleep(20);
    }
    return training();
  }

  @Test
  void samples_become_an_adapter_that_is_asked_and_downloaded() throws Exception {
    fill("colours");
    add("colours", "red", "again.png", png(0)); // the same content
    assertThat(json(serving.get("/studio")).path("sets").toString())
        .isEqualTo("{\"colours\":{\"größer blau\":3,\"red\":3}}");
    HttpResponse<byte[]> begun = train("colours", "mine", "lora", "fast");
    assertThat(begun.statusCode()).as(text(begun)).isEqualTo(200);
    JsonNode end = ended();
    assertThat(end.path("state").stringValue()).as(end.toString()).isEqualTo("done");
    assertThat(end.path("epochs").intValue()).isEqualTo(3);
    assertThat(end.path("curve").size()).isEqualTo(3);
    assertThat(end.path("curve").get(1).path("loss").doubleValue()).isEqualTo(0.5);
    assertThat(end.path("lines").toString()).contains("epoch 3/3");
    assertThat(Files.readString(folder.resolve("mine/keys.txt")))
        .contains("--quality fast method=lora backbone.path=here")
        .contains(work.resolve("studio/data/colours").toString());

    assertThat(json(serving.post("/predict/mine", png(0))).path("label").stringValue())
        .startsWith("model");
    HttpResponse<byte[]> zip = serving.get("/studio/adapters/mine");
    assertThat(zip.headers().firstValue("Content-Disposition"))
        .hasValue("attachment; filename=\"mine.zip\"");
    List<String> names = new ArrayList<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip.body()))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    assertThat(names)
        .containsExactly(
            "mine/adapter_config.json", "mine/adapter_model.safetensors", "mine/keys.txt");

    HttpResponse<byte[]> taken = train("colours", "mine", "lora", "fast");
    assertThat(taken.statusCode()).isEqualTo(409);
    assertThat(text(taken)).contains("There is an adapter 'mine' already");
  }

  @Test
  void a_training_is_stopped_and_another_waits_its_turn() throws Exception {
    fill("colours");
    assertThat(train("colours", "long", "lora", "good").statusCode()).isEqualTo(200);
    HttpResponse<byte[]> second = train("colours", "second", "lora", "fast");
    assertThat(second.statusCode()).isEqualTo(409);
    assertThat(text(second)).contains("A training is running");
    while (training().path("curve").isEmpty()) {
      Thread.sleep(20);
    }
    serving.post("/studio/stop", new byte[0]);
    assertThat(ended().path("state").stringValue()).isEqualTo("stopped");
    assertThat(folder.resolve("long")).doesNotExist();
    train("colours", "long", "lora", "fast");
    assertThat(ended().path("state").stringValue()).isEqualTo("done");
    train("colours", "bad", "linear-probe", "fast");
    JsonNode failed = ended();
    assertThat(failed.path("state").stringValue()).isEqualTo("failed");
    assertThat(failed.path("lines").toString()).contains("expected more of them");
    assertThat(folder.resolve("bad")).doesNotExist();
  }

  @Test
  void mistakes_are_told_and_nothing_leaves_the_folder() {
    record Asked(String set, String label, String file, byte[] body, String words) {}
    for (Asked asked :
        List.of(
            new Asked(".s", "a", "a.png", png(1), "the name of a set"),
            new Asked("s", "../a", "a.png", png(1), "a label"),
            new Asked("s", "a.", "a.png", png(1), "a label"),
            new Asked("s", "train", "a.png", png(1), "are splits"),
            new Asked("s", "a", "a.exe", png(1), "no ending of images"),
            new Asked("s", "a", "a.png", "none".getBytes(StandardCharsets.UTF_8), "a.png"),
            new Asked("s", "a", "a.png", new byte[0], "empty"))) {
      HttpResponse<byte[]> answer = add(asked.set(), asked.label(), asked.file(), asked.body());
      assertThat(answer.statusCode()).as(asked.words()).isEqualTo(400);
      assertThat(text(answer)).contains(asked.words()).doesNotContain(work.toString());
    }
    add("one", "only", "a.png", png(1));
    for (String set : List.of("one", "none")) {
      HttpResponse<byte[]> few = train(set, "few", "lora", "fast");
      assertThat(few.statusCode()).isEqualTo(400);
      assertThat(text(few)).contains("needs two labels or more");
    }
    assertThat(text(train("one", "../x", "lora", "fast"))).contains("adapter: expected a name");
    assertThat(text(train("one", "x", "full", "fast"))).contains("method: expected one of");
    assertThat(text(train("one", "x", "lora", "best"))).contains("quality: expected");
    assertThat(serving.get("/studio/adapters/none").statusCode()).isEqualTo(404);
    HttpResponse<byte[]> removed =
        serving.send(
            serving.to("/studio/data/one?label=only").method("DELETE", BodyPublishers.noBody()));
    assertThat(json(removed).path("removed").booleanValue()).isTrue();
    assertThat(json(serving.get("/studio")).path("sets").isEmpty()).isTrue();
  }

  @Test
  void it_is_for_those_who_may_do_everything_and_only_where_it_was_asked_for() throws Exception {
    serving.server().close();
    Path tokens = Files.writeString(work.resolve("tokens"), OTHER + "all\n" + OTHER + " model\n");
    serving.start(Serving.options().withTokens(Tokens.read(tokens)), options());
    assertThat(serving.get("/studio").statusCode()).isEqualTo(401);
    assertThat(
            serving
                .send(serving.to("/studio").header("Authorization", "Bearer " + OTHER))
                .statusCode())
        .isEqualTo(403);
    assertThat(
            serving
                .send(serving.to("/studio").header("Authorization", "Bearer " + OTHER + "all"))
                .statusCode())
        .isEqualTo(200);
    serving.server().close();
    serving.start(Serving.options());
    assertThat(json(serving.get("/v2")).path("studio").booleanValue()).isFalse();
    assertThat(serving.get("/studio").statusCode()).isEqualTo(404);
    assertThat(text(add("s", "a", "a.png", png(1)))).contains("start the server with --studio");
  }
}
