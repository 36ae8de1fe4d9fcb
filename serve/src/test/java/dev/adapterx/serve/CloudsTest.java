package dev.adapterx.serve;

import static dev.adapterx.serve.Serving.json;
import static dev.adapterx.serve.Serving.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.infer.Predictor;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.part.LinearProbe;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(120)
class CloudsTest {
  @TempDir Path folder;

  @Test
  void a_cloud_posted_gets_the_bits_that_predict_gives_and_needs_its_ending() throws Exception {
    StringBuilder cloud = new StringBuilder();
    Rng rng = Rng.of(1, "cloud");
    for (int i = 0; i < 100; i++) {
      cloud.append(
          "%s %s %s%n".formatted(rng.nextGaussian(), rng.nextGaussian(), rng.nextGaussian()));
    }
    byte[] content = cloud.toString().getBytes(StandardCharsets.UTF_8);
    Path file = Files.write(folder.resolve("chair.xyz"), content);
    try (Serving serving = new Serving(folder, "point_32x2x2_c16_g8k4_64")) {
      serving.write("shapes", new LinearProbe(), 4, 1);
      serving.start(Serving.options());

      HttpResponse<byte[]> answer = serving.post("/predict/shapes?file=chair.xyz", content);

      assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
      try (AdaptedModel model =
          AdapterFile.read(folder.resolve("shapes")).attach(serving.backbone)) {
        Predictor.Guess best = Predictor.of(model).predict(List.of(file)).get(0).top().get(0);
        assertThat(json(answer).path("label").stringValue()).isEqualTo(best.label());
        assertThat(json(answer).path("probability").doubleValue()).isEqualTo(best.probability());
      }
      JsonNode view = json(serving.post("/predict/shapes?file=chair.xyz&view=true", content));
      assertThat(view.path("label")).isEqualTo(json(answer).path("label"));
      assertThat(view.path("view").path("points").size()).isEqualTo(3 * 64);
      assertThat(view.path("view").path("group").size()).isEqualTo(64);
      HttpResponse<byte[]> nameless = serving.post("/predict/shapes", content);
      assertThat(nameless.statusCode()).isEqualTo(400);
      assertThat(text(nameless)).contains("name it as ?file=chair.ply");
      assertThat(serving.post("/predict/shapes?file=a.xyz", "1 2".getBytes()).statusCode())
          .isEqualTo(400);
      assertThat(json(serving.get("/v2/models/shapes")).path("inputs").toString())
          .contains("\"cloud\"", "\"groups\"", "[-1,8,5,3]");
    }
  }
}
