package dev.adapterx.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.Test;

class RegistryTest {
  private interface Shape {
    String name();
  }

  private record Round(String name) implements Shape {}

  private record Square(String name) implements Shape {}

  private static Registry<Shape> registry(Iterable<Shape> providers) {
    return Registry.of(providers, Shape.class, "shape", Shape::name);
  }

  @Test
  void providers_keep_their_order() {
    Registry<Shape> shapes = registry(List.of(new Round("disc"), new Square("box")));
    assertThat(shapes.names()).containsExactly("disc", "box");
    assertThat(shapes.all()).containsExactly(new Round("disc"), new Square("box"));
    assertThat(shapes.get("box", "place")).isEqualTo(new Square("box"));
  }

  @Test
  void an_unknown_name_is_told_with_the_nearest_and_all() {
    Registry<Shape> shapes = registry(List.of(new Round("disc"), new Square("box")));
    assertThatThrownBy(() -> shapes.get("disk", "recipe: shape"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("recipe: shape: unknown shape 'disk'; did you mean 'disc'? Shapes: disc, box.");
  }

  @Test
  void two_of_one_name_are_told_with_both_classes() {
    assertThatThrownBy(() -> registry(List.of(new Round("disc"), new Square("disc"))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'disc'")
        .hasMessageContaining(Round.class.getName())
        .hasMessageContaining(Square.class.getName());
  }

  @Test
  void a_provider_that_cannot_be_made_is_told_with_its_services_file() {
    Iterable<Shape> broken =
        () -> {
          throw new ServiceConfigurationError("Provider a.B not found");
        };
    assertThatThrownBy(() -> registry(broken))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Provider a.B not found")
        .hasMessageContaining("META-INF/services/" + Shape.class.getName());
  }
}
