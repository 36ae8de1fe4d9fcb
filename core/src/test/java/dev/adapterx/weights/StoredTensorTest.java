package dev.adapterx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class StoredTensorTest {
  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void half_floats_are_widened_exactly_with_subnormals_infinities_and_nan() {
    ByteBuffer bits = little(18);
    int[] halves = {0x3C00, 0xC000, 0x7BFF, 0x0400, 0x0001, 0x8001, 0x7C00, 0xFC00, 0x7E00};
    for (int half : halves) {
      bits.putShort((short) half);
    }
    float[] values = new StoredTensor("h", DType.F16, new long[] {9}, bits.flip()).floats();
    assertThat(values)
        .containsExactly(
            1f,
            -2f,
            65504f,
            0x1p-14f,
            0x1p-24f,
            -0x1p-24f,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            Float.NaN);
  }

  @Test
  void a_double_beyond_the_range_of_float_is_refused_and_an_infinite_one_is_not() {
    ByteBuffer bits = little(16).putDouble(Double.NEGATIVE_INFINITY).putDouble(1e300).flip();
    var tensor = new StoredTensor("d", DType.F64, new long[] {2}, bits);
    assertThatThrownBy(tensor::floats)
        .isInstanceOf(CheckpointException.class)
        .hasMessage("Tensor 'd' [1]: 1.0E300 is beyond the range of 32-bit floats");
    var infinite = new StoredTensor("d", DType.F64, new long[] {1}, bits.slice(0, 8));
    assertThat(infinite.floats()).containsExactly(Float.NEGATIVE_INFINITY);
  }

  @Test
  void integers_are_no_floats() {
    var tensor = new StoredTensor("steps", DType.I64, new long[] {}, little(8));
    assertThatThrownBy(tensor::floats)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("'steps' holds I64");
  }

  @Test
  void bytes_that_do_not_fit_the_shape_are_counted() {
    assertThatThrownBy(() -> new StoredTensor("w", DType.F32, new long[] {2, 3}, little(20)))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("Tensor 'w': F32 [2, 3] takes 24 bytes, found 20");
  }

  @Test
  void shapes_that_overflow_or_are_negative_are_refused() {
    long big = 1L << 40;
    assertThatThrownBy(() -> new StoredTensor("w", DType.F32, new long[] {big, big}, little(0)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("impossible shape");
    assertThatThrownBy(() -> new StoredTensor("w", DType.F32, new long[] {-1}, little(0)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("[-1]");
  }

  @Test
  void the_shape_is_copied_and_the_bytes_have_no_position_to_share() {
    long[] shape = {2};
    StoredTensor tensor = StoredTensor.of("w", new float[] {1, 2}, shape);
    shape[0] = 7;
    tensor.shape()[0] = 7;
    tensor.data().getFloat();
    assertThat(tensor.shape()).containsExactly(2);
    assertThat(tensor.data().remaining()).isEqualTo(8);
  }
}
