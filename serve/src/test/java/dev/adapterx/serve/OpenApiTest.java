package dev.adapterx.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.infer.Adapters;
import dev.adapterx.peft.part.LinearProbe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class OpenApiTest {
  @TempDir Path folder;

  @Test
  void the_document_has_the_routes_there_are_and_says_of_each_what_it_answers() throws Exception {
    Set<String> documented = new TreeSet<>();
    OpenApiDocument.each(
        (method, path) -> documented.add(method.toUpperCase(Locale.ROOT) + " " + path));
    try (Serving serving = new Serving(folder, "vit_32x2x2_patch8_32")) {
      serving.write("a", new LinearProbe(), 2, 1);
      Adapters adapters = Adapters.over(serving.backbone, folder, 1 << 20);
      try (Engine engine = new Engine(adapters, Serving.options(), line -> {})) {
        Api api =
            new Api(engine, Serving.options(), new Metrics(), Runnable::run, () -> true, null);
        assertThat(documented)
            .isEqualTo(
                api.routes().stream()
                    .map(route -> route.method() + " " + route.pattern())
                    .collect(Collectors.toCollection(TreeSet::new)));
        for (Routes.Route route : api.routes()) {
          List<String> parameters = new ArrayList<>();
          OpenApiDocument.document()
              .path("paths")
              .path(route.pattern())
              .path(route.method().toLowerCase(Locale.ROOT))
              .path("parameters")
              .valueStream()
              .filter(one -> one.path("in").asString("").equals("query"))
              .forEach(one -> parameters.add(one.path("name").asString()));
          if (route.query() != null) {
            assertThat(parameters).as(route.pattern()).hasSameElementsAs(route.query());
          }
        }
      }
    }
    JsonNode document = OpenApiDocument.document();
    assertThat(document.path("openapi").stringValue()).isEqualTo("3.1.0");
    OpenApiDocument.each(
        (method, path) -> {
          JsonNode operation;
          try {
            operation = OpenApiDocument.document().path("paths").path(path).path(method);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
          assertThat(operation.path("summary").stringValue()).as(path).isNotBlank();
          assertThat(operation.path("responses").has("200")).as(path).isTrue();
          if (path.contains("{name}")) {
            assertThat(operation.path("parameters").toString())
                .as(path)
                .containsAnyOf("name", "file");
          }
        });
  }
}
