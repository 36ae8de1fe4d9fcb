package dev.adapterx.train.card;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.peft.ParameterReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ModelCardTest {
  private static ModelCard card(CardKind kind, Base base, List<String> classes) {
    int[] counts = IntStream.range(0, classes.size()).toArray();
    return new ModelCard(
        "LoRA on a: b",
        "LoRA",
        "lora",
        "name: lora",
        kind,
        base,
        new ParameterReport(1000, 20, 1020, 100_000),
        "as it is",
        classes,
        "as usual",
        Map.of(),
        List.of(new MeasuredAccuracy("a: b", "test", counts, counts, "at the end")));
  }

  private static Base base(String place) {
    return new Base(
        place, "abc", Optional.of("org/name"), Optional.of(place), "x", List.of(), List.of());
  }

  @Test
  void the_header_names_a_base_model_of_the_hub() {
    String text = card(CardKind.IMAGES, base("org/name@v1"), List.of("a", "b")).text();

    assertThat(text)
        .contains("base_model: org/name\nbase_model_relation: adapter\n")
        .contains("name: \"LoRA on a: b\"", "1,020 parameters, 1.0 % of the backbone")
        .contains("adapterx predict --backbone org/name@v1 path/to/this/folder photo.jpg");
  }

  @Test
  void clouds_have_no_pipeline_on_the_hub() {
    assertThat(card(CardKind.CLOUDS, base("embedded-points"), List.of("a", "b")).text())
        .contains("- point-cloud-classification\n", "path/to/this/folder scan.ply")
        .doesNotContain("pipeline_tag");
  }

  @Test
  void names_of_classes_are_text() {
    assertThat(card(CardKind.IMAGES, base("e"), List.of("a|b", "<img src=x>")).text())
        .contains("| a\\|b | 0 of 0 |", "| &lt;img src=x> | 1 of 1 |")
        .doesNotContain("<img");
  }

  @Test
  void many_classes_are_named_in_part() {
    List<String> many = IntStream.range(0, 100).mapToObj(i -> "c" + i).toList();

    assertThat(card(CardKind.IMAGES, base("e"), many).text())
        .contains("c39 and 60 more", "4950 of 4950")
        .doesNotContain("| c3 |");
  }
}
