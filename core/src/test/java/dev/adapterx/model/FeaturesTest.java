package dev.adapterx.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.model.tokens.Grid;
import dev.adapterx.model.tokens.PositionEmbedding;
import dev.adapterx.nn.BlockTuner;
import dev.adapterx.nn.LayerNorm;
import dev.adapterx.nn.Linear;
import dev.adapterx.nn.LinearSite;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import dev.adapterx.testing.Tiny;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeaturesTest {
  private final Scope scope = Scope.withoutGradients();
  private final VisionTransformer vit = Tiny.vit(Precision.FP32);

  @AfterEach
  void close() {
    vit.close();
    scope.close();
  }

  private Features read(Backbone backbone, BackboneTuner tuner, Tensor input, Reads reads) {
    return backbone.features(input, tuner, Pass.evaluation(), reads);
  }

  @Test
  void layers_are_what_each_block_gives_behind_the_tuners_final_norm() {
    BackboneTuner doubling =
        new BackboneTuner() {
          @Override
          public Tensor norm(LayerNorm norm, Tensor x, Pass pass) {
            return norm.forward(x).mul(new Scalar(2.0));
          }
        };
    Tensor images = Tiny.images(vit.config(), 2);
    Features read = read(vit, doubling, images, Reads.layers(List.of(0, 1)));
    Pass pass = Pass.evaluation();
    Tensor x = doubling.embed(vit, images, pass).tokens();
    for (int i = 0; i < 2; i++) {
      x = BlockTuner.NONE.block(vit.blocks().get(i), x, pass);
      Tensor expected = vit.norm().forward(x.narrow(1, 1, 16)).mul(new Scalar(2.0));
      assertThat(Tensors.floats(read.patches(i))).isEqualTo(Tensors.floats(expected));
    }
    assertThat(Tensors.floats(read.tokens())).isEqualTo(Tensors.floats(x));
    assertThat(Tensors.floats(read.cls()))
        .isEqualTo(Tensors.floats(vit.norm().forward(x.narrow(1, 0, 1)).mul(new Scalar(2.0))));
  }

  @Test
  void a_map_has_the_patches_row_by_row() {
    Features read = read(vit, BackboneTuner.NONE, Tiny.images(vit.config(), 2), Reads.patches());
    Tensor map = read.map(0);
    assertThat(map.shape()).containsExactly(2, 32, 4, 4);
    assertThat(read.grid()).isEqualTo(new Grid.Cells(4, 4));
    assertThat(Tensors.floats(map.select(3, 2).select(2, 1)))
        .isEqualTo(Tensors.floats(read.patches(0).select(1, 1 * 4 + 2)));
  }

  @Test
  void blocks_behind_the_last_layer_read_are_not_computed() {
    List<String> computed = new ArrayList<>();
    BackboneTuner watching =
        new BackboneTuner() {
          @Override
          public BlockTuner block(int i) {
            return new BlockTuner() {
              @Override
              public Tensor linear(LinearSite at, Linear linear, Tensor x, Pass pass) {
                computed.add(i + " " + at);
                return linear.forward(x);
              }
            };
          }
        };
    Features read = read(vit, watching, Tiny.images(vit.config(), 1), Reads.layers(List.of(0)));
    assertThat(computed).containsExactly("0 QKV", "0 PROJ", "0 FC1", "0 FC2");
    assertThat(read.patches(0).size(1)).isEqualTo(16);
  }

  @Test
  void what_was_not_read_is_not_given() {
    Tensor images = Tiny.images(vit.config(), 1);
    Features cls = read(vit, BackboneTuner.NONE, images, Reads.cls());
    assertThat(cls.tokens().size(1)).isEqualTo(1);
    assertThatThrownBy(() -> cls.patches(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> read(vit, BackboneTuner.NONE, images, Reads.layers(List.of(0, 2))))
        .isInstanceOf(ConfigException.class)
        .hasMessage("layers: expected block numbers from 0 to 1, found [0, 2]");
    assertThatThrownBy(() -> Reads.layers(List.of(1, 1)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("each larger than the one before, found [1, 1]");
  }

  @Test
  void the_groups_of_a_cloud_are_patches_but_lie_on_no_grid() {
    try (PointTransformer points = Tiny.points(Precision.FP32, Backbones.BatchStatistics.FROZEN)) {
      Tensor input = Tiny.input(points, 2);
      Features read = read(points, BackboneTuner.NONE, input, Reads.layers(List.of(0, 1)));
      assertThat(read.patches(0).shape()).containsExactly(2, 6, 32);
      Grid.Centres centres = (Grid.Centres) read.grid();
      assertThat(Tensors.floats(centres.xyz())).isEqualTo(Tensors.floats(input.select(2, 0)));
      assertThatThrownBy(() -> read.map(0))
          .isInstanceOf(AdapterXException.class)
          .hasMessageContaining("lie on no grid");
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 4", "6, 3", "4, 5"})
  void rectangles_have_maps_of_their_own_form(int height, int width) {
    Tensor wide = Init.normal(Rng.of(3, "wide"), 0, 1, 2, 3, 8L * height, 8L * width);
    Features read = read(vit, BackboneTuner.NONE, wide, Reads.patches());
    assertThat(read.map(0).shape()).containsExactly(2, 32, height, width);
    assertThatThrownBy(() -> read(vit, BackboneTuner.NONE, wide, Reads.pooled()))
        .isInstanceOf(AdapterXException.class)
        .hasMessageContaining("expected images of shape (2, 3, 32, 32)");
    Tensor odd = Init.zeros(1, 3, 8L * height + 1, 8L * width);
    assertThatThrownBy(() -> read(vit, BackboneTuner.NONE, odd, Reads.patches()))
        .isInstanceOf(AdapterXException.class)
        .hasMessageContaining("multiples of the patch 8");
  }

  /** Along each side a rectangle's positions are those of the square of that side. */
  @Test
  void positions_are_resampled_along_each_side_alone() {
    float[] values = Tensors.floats(vit.posEmbed().narrow(1, 1, 16));
    float[] tall = PositionEmbedding.resized(values, 4, 6, 32, PositionEmbedding.Cubic.ANTIALIAS);
    Tensor square = PositionEmbedding.resized(vit.posEmbed(), 1, 4, new Grid.Cells(6, 6));
    assertThat(Golden.relativeError(Tensors.floats(square.narrow(1, 1, 36)), tall))
        .isLessThan(1e-6);
    assertThat(Tensors.floats(square.narrow(1, 0, 1)))
        .isEqualTo(Tensors.floats(vit.posEmbed().narrow(1, 0, 1)));
    // Positions that differ by row alone: a grid of 6 x 3 has the rows of the grid of 6 x 6.
    Tensor rows = vit.posEmbed().clone();
    for (int y = 0; y < 4; y++) {
      for (int x = 1; x < 4; x++) {
        rows.select(1, 1 + 4L * y + x).copy_(rows.select(1, 1 + 4L * y));
      }
    }
    Tensor six = PositionEmbedding.resized(rows, 1, 4, new Grid.Cells(6, 6));
    Tensor narrow = PositionEmbedding.resized(rows, 1, 4, new Grid.Cells(6, 3));
    for (int y = 0; y < 6; y++) {
      assertThat(
              Golden.relativeError(
                  Tensors.floats(narrow.select(1, 1 + 3L * y + 2)),
                  Tensors.floats(six.select(1, 1 + 6L * y + 5))))
          .isLessThan(1e-5);
    }
  }

  /** What every backbone has to implement and every reader to know. */
  @Test
  void a_backbone_has_few_methods() {
    Set<String> names =
        Arrays.stream(Backbone.class.getDeclaredMethods())
            .filter(method -> !method.isSynthetic()) // what measures coverage adds its own
            .map(Method::getName)
            .collect(Collectors.toSet());
    assertThat(names).hasSizeLessThanOrEqualTo(16);
  }
}
