package dev.adapterx.train.card;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** The header of a model card, with the keys that Hugging Face's hub reads. */
record FrontMatter(ModelCard card) {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
          .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
          .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  String text() {
    return "---\n" + YAML.writeValueAsString(keys()).stripTrailing() + "\n---\n";
  }

  private Map<String, Object> keys() {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("library_name", "adapterx");
    keys.put("tags", List.of("adapterx", card.name(), card.task()));
    if (card.hasPipeline()) {
      keys.put("pipeline_tag", card.task());
    }
    card.base()
        .repository()
        .ifPresent(
            repository -> {
              keys.put("base_model", repository);
              keys.put("base_model_relation", "adapter");
            });
    if (!card.result().isEmpty()) {
      keys.put("metrics", List.of(card.result().get(0).metric()));
      keys.put("model-index", List.of(Map.of("name", card.title(), "results", results())));
    }
    return keys;
  }

  private List<Object> results() {
    List<Object> results = new ArrayList<>();
    for (CardResult measured : card.result()) {
      Map<String, Object> dataset = new LinkedHashMap<>();
      dataset.put("name", measured.data());
      dataset.put("type", measured.data());
      dataset.put("split", measured.split());
      Map<String, Object> metric = new LinkedHashMap<>();
      metric.put("type", measured.metric());
      metric.put("value", Math.round(1e4 * measured.value()) / 1e4);
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("task", Map.of("type", card.task()));
      result.put("dataset", dataset);
      result.put("metrics", List.of(metric));
      results.add(result);
    }
    return results;
  }
}
