package dev.adapterx.data.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.image.format.ImageDecoder;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImageHeaderTest {
  static List<Path> files() throws IOException, URISyntaxException {
    Path folder =
        Path.of(
            Objects.requireNonNull(ImageHeaderTest.class.getResource("/golden/images/decode"))
                .toURI());
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> !f.toString().matches(".*(ppm|offset.*gif|orientation.*)")).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void says_the_size_that_the_decoder_finds(Path file) throws IOException {
    RgbImage image = ImageDecoder.decode(file, false);
    ImageHeader header = ImageHeader.of(file).orElseThrow();
    assertThat(header.width() + " x " + header.height())
        .isEqualTo(image.width() + " x " + image.height());
    assertThat(ImageHeader.memory(file)).isGreaterThan(4L * image.pixels().length / 3);
    assertThat(ImageHeader.memory(Files.readAllBytes(file))).isEqualTo(ImageHeader.memory(file));
  }
}
