package dev.adapterx.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceMaskTest {
  @ParameterizedTest
  @CsvSource({"Float, 0.9", "BFloat16, 0.9", "Float, 0.1", "BFloat16, 1.0"})
  void is_the_processors_bit_for_bit(ScalarType type, double keep) {
    for (int count : new int[] {1, 3, 4, 7, 1000}) {
      try (Scope scope = Scope.withoutGradients()) {
        Tensor model = Tensors.zeros(type, 1);
        Rng rng = Rng.of(5, "mask").at(count);
        Rng same = Rng.of(5, "mask").at(count);
        rng.nextLong();
        same.nextLong();
        Tensor there = DeviceMask.of(rng, keep, model, count, 2);
        Tensor here = DropoutMask.of(same, keep, model, count, 2);
        assertThat(Tensors.type(there)).isEqualTo(type);
        assertThat(Tensors.floats(there)).containsExactly(Tensors.floats(here));
      }
    }
  }
}
