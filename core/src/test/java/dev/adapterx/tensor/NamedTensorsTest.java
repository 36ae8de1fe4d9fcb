package dev.adapterx.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NamedTensorsTest {
  private final NamedTensors tensors =
      tensors("cls_token", "blocks.1.norm1.weight", "blocks.1.norm1.bias", "blocks.10.fc.weight");

  @AfterEach
  void close() {
    tensors.close();
  }

  @Test
  void a_view_sees_what_lies_below_its_place() {
    NamedTensors block = tensors.at("blocks.1");
    assertThat(block.place()).isEqualTo("blocks.1");
    assertThat(block.names()).containsExactly("norm1.weight", "norm1.bias");
    assertThat(block.at("norm1").place()).isEqualTo("blocks.1.norm1");
    assertThat(block.at("norm1").get("bias")).isSameAs(tensors.get("blocks.1.norm1.bias"));
    assertThat(block.elements()).isEqualTo(2 * 3);
    assertThat(tensors.place()).isEmpty();
    assertThat(tensors.elements()).isEqualTo(4 * 3);
  }

  @Test
  void names_keep_their_order() {
    assertThat(tensors.names())
        .containsExactly(
            "cls_token", "blocks.1.norm1.weight", "blocks.1.norm1.bias", "blocks.10.fc.weight");
    List<String> visited = new ArrayList<>();
    tensors.at("blocks").forEach((name, tensor) -> visited.add(name));
    assertThat(visited).containsExactly("1.norm1.weight", "1.norm1.bias", "10.fc.weight");
  }

  @Test
  void has_asks_for_whole_words_of_a_name() {
    assertThat(tensors.has("blocks.1")).isTrue();
    assertThat(tensors.has("blocks.1.norm1.weight")).isTrue();
    assertThat(tensors.has("blocks.1.norm")).isFalse();
    assertThat(tensors.at("blocks").has("10.fc")).isTrue();
    assertThat(tensors.find("blocks.1.norm1")).isEmpty();
  }

  @Test
  void a_missing_name_is_told_with_its_place_and_the_nearest() {
    NamedTensors norm = tensors.at("blocks.1.norm1");
    assertThatThrownBy(() -> norm.get("weights"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "There is no tensor 'blocks.1.norm1.weights'; did you mean 'blocks.1.norm1.weight'?");
  }

  @Test
  void joining_takes_names_as_seen_from_each() {
    try (NamedTensors others = tensors("head.weight")) {
      NamedTensors both = tensors.at("blocks.1").and(others);
      assertThat(both.names()).containsExactly("norm1.weight", "norm1.bias", "head.weight");
      assertThat(both.get("norm1.bias")).isSameAs(tensors.get("blocks.1.norm1.bias"));
    }
  }

  @Test
  void the_root_frees_and_a_view_does_not() {
    NamedTensors root = tensors("a.b");
    Tensor tensor = root.get("a.b");
    root.at("a").close();
    assertThat(tensor.isNull()).isFalse();
    root.close();
    assertThat(tensor.isNull()).isTrue();
  }

  @Test
  void none_is_empty() {
    assertThat(NamedTensors.none().names()).isEmpty();
    assertThat(NamedTensors.none().elements()).isZero();
  }

  private static NamedTensors tensors(String... names) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : names) {
      tensors.put(name, Init.zeros(3));
    }
    return NamedTensors.of(tensors);
  }
}
