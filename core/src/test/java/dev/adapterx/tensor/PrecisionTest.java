package dev.adapterx.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class PrecisionTest {
  @Test
  void what_is_asked_for_is_what_one_gets() {
    assertThat(Precision.FP32.resolved()).isEqualTo(Precision.FP32);
    assertThat(Precision.BF16.resolved()).isEqualTo(Precision.BF16);
    assertThat(Precision.FP32.type()).isEqualTo(ScalarType.Float);
    assertThat(Precision.BF16.type()).isEqualTo(ScalarType.BFloat16);
  }

  @Test
  void auto_takes_bf16_where_the_machine_multiplies_it() {
    assertThat(Precision.isBf16Fast(Set.of("avx2", "fma", "avx512f", "avx512_vnni"))).isFalse();
    assertThat(Precision.isBf16Fast(Set.of())).isFalse();
    assertThat(Precision.isBf16Fast(Set.of("avx2", "amx_bf16"))).isTrue();
    assertThat(Precision.isBf16Fast(Set.of("avx512_bf16"))).isTrue();
    assertThat(Precision.BF16.isSlow(Set.of("avx2", "fma"))).isTrue();
    assertThat(Precision.BF16.isSlow(Set.of("amx_bf16"))).isFalse();
    assertThat(Precision.AUTO.isSlow(Set.of())).isFalse();
    assertThat(Precision.FP32.isSlow(Set.of())).isFalse();
    boolean fast = Precision.isBf16Fast(Native.instructionSets());
    assertThat(Precision.AUTO.resolved()).isEqualTo(fast ? Precision.BF16 : Precision.FP32);
  }
}
