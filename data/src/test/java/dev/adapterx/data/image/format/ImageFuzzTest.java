package dev.adapterx.data.image.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.DataException;
import dev.adapterx.data.image.Golden;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.testing.Fuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Thousands of damaged pictures of every kind: each is decoded or refused. */
class ImageFuzzTest {
  static Stream<String> pictures() throws IOException {
    try (Stream<java.nio.file.Path> files = Files.list(Golden.file("decode"))) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(name -> !name.endsWith(".ppm"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void every_mutant_is_decoded_or_refused(String name) {
    new Fuzz(name, Golden.bytes("decode/" + name), 60)
        .reading(
            DataException.class,
            mutant -> {
              try {
                RgbImage image = ImageDecoder.decode(mutant, name, true);
                assertThat(image.pixels()).hasSize(3 * image.width() * image.height());
              } catch (DataException e) {
                assertThat(e.getMessage())
                    .startsWith("Could not read image " + name)
                    .hasSizeLessThan(600);
                throw e;
              }
            });
  }
}
