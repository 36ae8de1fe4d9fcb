package dev.adapterx.serve;

import static dev.adapterx.serve.Serving.json;
import static dev.adapterx.serve.Serving.png;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.peft.adapter.AdaptFormer;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.peft.prompt.Vpt;
import dev.adapterx.peft.weight.Lora;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Requests to many adapters in one forward pass. */
@Timeout(120)
class BanksTest {
  private static final int CLIENTS = 12;
  private static final int REQUESTS = 240;

  @TempDir Path folder;

  @Test
  void many_adapters_share_forward_passes_and_each_answers_as_by_itself() throws Exception {
    try (Serving serving = new Serving(folder, "vit_32x2x2_patch8_32")) {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        serving.write("lora" + i, new Lora(), 3 + i, i);
        serving.write("former" + i, new AdaptFormer(), 4, 10 + i);
        serving.write("probe" + i, new LinearProbe(), 5, 20 + i);
        names.addAll(List.of("lora" + i, "former" + i, "probe" + i));
      }
      serving.write("prompts", new Vpt(), 3, 1);
      names.add("prompts");
      Map<String, JsonNode> alone = new HashMap<>();
      serving.start(Serving.options());
      for (String name : names) {
        alone.put(name, json(serving.post("/predict/" + name + "?top=9", png(3))));
      }
      serving.server().close();

      serving.start(Serving.options().computing(1, 8));
      ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
      List<Future<HttpResponse<byte[]>>> answers = new ArrayList<>();
      for (int i = 0; i < REQUESTS; i++) {
        String name = names.get(i % names.size());
        answers.add(clients.submit(() -> serving.post("/predict/" + name + "?top=9", png(3))));
      }
      for (Future<HttpResponse<byte[]>> one : answers) {
        JsonNode found = json(one.get());
        JsonNode expected = alone.get(found.path("adapter").stringValue());
        assertThat(found.path("top").size()).isEqualTo(expected.path("top").size());
        Map<String, Double> probabilities = new HashMap<>();
        expected
            .path("top")
            .forEach(
                g ->
                    probabilities.put(
                        g.path("label").stringValue(), g.path("probability").doubleValue()));
        for (JsonNode guess : found.path("top")) {
          assertThat(guess.path("probability").doubleValue())
              .isEqualTo(probabilities.get(guess.path("label").stringValue()), Offset.offset(1e-5));
        }
      }
      clients.shutdown();
      String metrics = Serving.text(serving.get("/metrics"));
      double groups =
          metrics
              .lines()
              .filter(line -> line.startsWith("adapterx_groups_total "))
              .mapToDouble(line -> Double.parseDouble(line.split(" ")[1]))
              .sum();
      assertThat(groups).isPositive().isLessThan(0.75 * REQUESTS);
    }
  }
}
