package dev.adapterx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.weight.Lora;
import dev.adapterx.task.Classification;
import java.awt.Color;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(180)
class ServeCommandTest {
  private static final Pattern ADDRESS = Pattern.compile("at (http://127.0.0.1:\\d+)\n");

  @TempDir Path folder;

  @BeforeEach
  void adapter() {
    write("colours", Backbones.Options.defaults());
  }

  private void write(String name, Backbones.Options options) {
    try (Backbone backbone = Backbones.embedded("embedded", options);
        AdaptedModel model =
            AdaptedModel.attach(
                backbone, new Lora(), Classification.of(List.of("red", "blue", "grey")), 3)) {
      AdapterFile.write(model, folder.resolve("adapters").resolve(name));
    }
  }

  @Test
  void it_answers_as_predict_does_until_it_is_terminated() throws Exception {
    Path err = folder.resolve("err.txt");
    Path out = folder.resolve("out.txt");
    Path photo = TinyRun.picture(folder.resolve("photo.png"), Color.RED);
    write("larger", Backbones.Options.builder().inputSize(128).build());
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                "--backbone",
                "embedded",
                "--adapters",
                folder.resolve("adapters").toString(),
                "--preload",
                "all",
                "--port",
                "0")
            .redirectError(err.toFile())
            .redirectOutput(out.toFile())
            .start();
    try {
      Matcher address = ADDRESS.matcher("");
      while (process.isAlive() && !address.find()) {
        TimeUnit.MILLISECONDS.sleep(50);
        address.reset(Files.readString(err));
      }
      assertThat(address.reset(Files.readString(err)).find()).as(Files.readString(err)).isTrue();
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(address.group(1) + "/predict/colours"))
                      .POST(BodyPublishers.ofFile(photo))
                      .build(),
                  BodyHandlers.ofString(StandardCharsets.UTF_8));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      Invocation predicted =
          Invocation.of(
              "predict",
              "--backbone",
              "embedded",
              folder.resolve("adapters/colours"),
              photo,
              "--json");
      JsonNode served = JsonMapper.shared().readTree(answer.body());
      assertThat(served.path("top")).isEqualTo(predicted.json().path("top"));
      assertThat(served.path("top").size()).isEqualTo(3);
      process.toHandle().destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(143);
    assertThat(err)
        .content()
        .contains("adapterx: 1 of 2 adapters over ")
        .contains("warning: 'larger' is not served: it was trained on pictures of 128 pixels")
        .contains("start another with --input-size 128")
        .contains("adapterx: no more requests are taken; those that were are answered")
        .doesNotContain("Exception", "saved");
    assertThat(out).content().contains("\"POST /predict/colours HTTP/1.1\" 200");
  }

  private Invocation serve(Object... more) {
    return Invocation.of(
        Stream.concat(Stream.of("serve", "--backbone", "embedded", "--port", "0"), Stream.of(more))
            .toArray());
  }

  @Test
  void mistakes_are_told() {
    Path adapters = folder.resolve("adapters");
    assertThat(serve("--adapters", folder.resolve("none")).err()).contains("is no folder");
    write("larger", Backbones.Options.builder().inputSize(128).build());
    assertThat(serve("--adapters", adapters, "--pin", "larger").err())
        .contains("--pin: 'larger' cannot be served: it was trained on pictures of 128 pixels");
    assertThat(serve("--adapters", adapters, "--input-size", "128", "--pin", "colours").err())
        .contains("--pin: 'colours' cannot be served", "this server computes with 128");
    assertThat(serve("--adapters", adapters, "--input-size", "96").err())
        .contains("no adapter in", "was trained with 96 pixels; expected ", "128 (larger)");
    assertThat(serve("--adapters", adapters, "--input-size", "0").err())
        .contains("--input-size: expected at least 1 pixel");
    assertThat(serve("--adapters", adapters, "--host", "0.0.0.0").err())
        .contains("lets all who reach this machine ask; give --tokens FILE");
    assertThat(serve("--adapters", adapters, "--pin", "colors").err())
        .contains("There is no adapter 'colors'", "did you mean 'colours'?");
    assertThat(serve("--adapters", adapters, "--queue", "0").err())
        .contains("Expected at least 1 request that may wait");
    assertThat(serve("--adapters", adapters, "--tokens", folder.resolve("none")).err())
        .contains("Could not read the tokens in");
    assertThat(serve("--adapters", adapters, "--max-body", "0").code()).isEqualTo(2);
  }
}
