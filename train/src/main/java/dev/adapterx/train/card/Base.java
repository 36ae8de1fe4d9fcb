package dev.adapterx.train.card;

import java.util.List;
import java.util.Optional;

/**
 * The backbone an adapter belongs to, and how to refer to it.
 *
 * @param name as in results
 * @param sha256 of its weights
 * @param repository its name on the hub, if it came from there
 * @param place the value of {@code --backbone}; absent for random weights, which only its run can
 *     create again
 * @param java the expression that opens it with the options of {@code adapter}
 * @param options further options of the command, {@code --no-exif-orientation}
 * @param overrides settings of the backbone that neither its file nor the adapter stores, {@code
 *     backbone.pooling=mean}
 */
public record Base(
    String name,
    String sha256,
    Optional<String> repository,
    Optional<String> place,
    String java,
    List<String> options,
    List<String> overrides) {
  public Base {
    options = List.copyOf(options);
    overrides = List.copyOf(overrides);
  }

  String words() {
    return "`" + name + "`, sha256 `" + sha256 + "`";
  }

  String use(String example) {
    if (place.isEmpty()) {
      return "The backbone has random weights, which its run alone can make again:\n\n"
          + Markdown.code("sh", "adapterx predict path/to/the/run " + example);
    }
    if (!overrides.isEmpty()) {
      return "The backbone was opened with "
          + String.join(", ", overrides)
          + ", which an adapter does not keep and its run does:\n\n"
          + Markdown.code("sh", "adapterx predict path/to/the/run " + example);
    }
    String command =
        "adapterx predict --backbone "
            + place.get()
            + options.stream().map(o -> " " + o).reduce("", String::concat)
            + " path/to/this/folder "
            + example;
    return Markdown.code("sh", command)
        + "\nIn Java:\n\n"
        + Markdown.code(
            "java",
            """
            AdapterFile adapter = AdapterFile.read(Path.of("path/to/this/folder"));
            try (Backbone backbone = %s;
                AdaptedModel model = adapter.attach(backbone)) {
              Predictor.of(model)%s.predict(List.of(Path.of("%s"))).forEach(System.out::println);
            }
            """
                .formatted(
                    java,
                    options.contains("--no-exif-orientation") ? ".withoutExifOrientation()" : "",
                    example));
  }
}
