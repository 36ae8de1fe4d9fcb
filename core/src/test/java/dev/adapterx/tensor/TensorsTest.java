package dev.adapterx.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TensorsTest {
  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void arrays_go_in_and_come_out_by_copy() {
    float[] values = {1, 2, 3, 4, 5, 6};
    Tensor tensor = Tensors.of(values, 2, 3);
    values[0] = 100;
    assertThat(Tensors.floats(tensor)).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(Tensors.longs(Tensors.of(new long[] {1L << 40, -7}, 2)))
        .containsExactly(1L << 40, -7);
  }

  @Test
  void some_rows_go_in_one_after_the_other() {
    float[][] rows = {{1, 2}, {3, 4}, {5, 6}};
    Tensor tensor = Tensors.of(rows, 1, 2, 2, 1, 2);
    assertThat(tensor.shape()).containsExactly(2, 1, 2);
    assertThat(Tensors.floats(tensor)).containsExactly(3, 4, 5, 6);
    float[][] uneven = {{1, 2}, {3}};
    assertThatThrownBy(() -> Tensors.of(uneven, 0, 2, 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Rows 0 to 1 have 3 values, expected 4");
  }

  @Test
  void values_come_row_by_row_whatever_type_and_strides() {
    Tensor tensor = Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3).t();
    assertThat(Tensors.floats(tensor)).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(Tensors.floats(tensor.to(ScalarType.BFloat16))).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(Tensors.longs(tensor.to(ScalarType.Int))).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(Tensors.floats(tensor.narrow(0, 1, 1))).containsExactly(2, 5);
  }

  @Test
  void raw_elements_go_in_as_they_are() {
    ByteBuffer raw = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    raw.putShort((short) 0x3F80).putShort((short) 0xC040).flip();
    assertThat(Tensors.floats(Tensors.of(raw, ScalarType.BFloat16, 2))).containsExactly(1, -3);
    assertThat(raw.remaining()).as("left as it was").isEqualTo(4);
    assertThatThrownBy(() -> Tensors.of(raw, ScalarType.Float, 2))
        .hasMessage("8 bytes wanted, found 4");
  }

  @Test
  void bytes_are_seen_in_place() {
    Tensor tensor = Init.constant(1, 2);
    Tensors.bytes(tensor).asFloatBuffer().put(1, 5);
    assertThat(Tensors.floats(tensor)).containsExactly(1, 5);
  }

  @Test
  void a_tensor_of_the_wanted_type_is_itself() {
    Tensor fp32 = Init.zeros(2);
    Tensor bf16 = fp32.to(ScalarType.BFloat16);
    assertThat(Tensors.fp32(fp32)).isSameAs(fp32);
    assertThat(Tensors.like(fp32, Init.zeros(1))).isSameAs(fp32);
    assertThat(Tensors.like(bf16, bf16)).isSameAs(bf16);
    assertThat(Tensors.type(Tensors.fp32(bf16))).isEqualTo(ScalarType.Float);
    assertThat(Tensors.type(Tensors.like(fp32, bf16))).isEqualTo(ScalarType.BFloat16);
  }

  @Test
  void a_cast_lets_gradients_through() {
    Tensor weight = Init.constant(3, 1).requires_grad_(true);
    Tensors.like(weight, Init.zeros(1).to(ScalarType.BFloat16)).square().sum().backward();
    assertThat(Tensors.floats(weight.grad())).containsExactly(6);
  }

  @Test
  void a_product_with_1_is_itself() {
    Tensor x = Init.constant(2, 2);
    assertThat(Tensors.scaled(x, 1)).isSameAs(x);
    assertThat(Tensors.floats(Tensors.scaled(x, 2.5))).containsExactly(5, 5);
  }

  @Test
  void shapes_read_like_shapes() {
    assertThat(Tensors.shape(3, 224, 224)).isEqualTo("(3, 224, 224)");
    assertThat(Tensors.shape()).isEqualTo("()");
  }
}
