package dev.adapterx.infer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones;
import dev.adapterx.tensor.Device;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PiecesTest {
  @ParameterizedTest
  @CsvSource({
    "vit_64x1x1_patch32_224, 8, 8",
    "vit_64x1x1_patch32_320, 8, 8",
    "vit_64x1x1_patch32_384, 4, 4",
    "vit_64x1x1_patch32_512, 2, 2",
    "vit_384x1x1_patch32_224, 4, 8",
    "vit_384x1x1_patch32_512, 2, 2",
    "vit_64x1x1_patch32_1024, 2, 2"
  })
  void larger_pictures_and_wider_backbones_have_smaller_pieces(String preset, int size, int large) {
    try (Backbone backbone =
        Backbones.blank(preset, Backbones.Options.defaults().with(Device.CPU))) {
      assertThat(Pieces.size(backbone, 64)).isEqualTo(size);
      assertThat(Pieces.sizeOfLargeGradients(backbone, 64)).isEqualTo(large);
    }
  }
}
