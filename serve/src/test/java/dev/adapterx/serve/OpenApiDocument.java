package dev.adapterx.serve;

import dev.adapterx.base.Settings;
import java.io.InputStream;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;

/** What openapi.json says there is. */
final class OpenApiDocument {
  private OpenApiDocument() {}

  static JsonNode document() throws Exception {
    try (InputStream in = Api.class.getResourceAsStream("openapi.json")) {
      return Settings.json().readTree(in);
    }
  }

  static void each(BiConsumer<String, String> methodAndPath) throws Exception {
    document()
        .path("paths")
        .forEachEntry(
            (path, item) ->
                item.forEachEntry(
                    (method, operation) -> {
                      if (!method.equals("parameters")) {
                        methodAndPath.accept(method, path);
                      }
                    }));
  }
}
