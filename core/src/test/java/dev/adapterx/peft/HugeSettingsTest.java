package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Rng;
import dev.adapterx.base.Settings;
import dev.adapterx.model.Backbone;
import dev.adapterx.tensor.Precision;
import dev.adapterx.testing.Tiny;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes that no memory holds, of every method that has a size. */
class HugeSettingsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"name": "adaptformer", "bottleneck": 2147483647} | adaptformer: bottleneck 2147483647 makes an adapter of 137438953408 values, expected at most 67108864
          {"name": "adapter-plus", "bottleneck": 2147483647} | adapter-plus: bottleneck 2147483647 makes an adapter of 137438953408 values, expected at most 67108864
          {"name": "houlsby", "bottleneck": 2147483647} | houlsby: bottleneck 2147483647 makes an adapter of 137438953408 values, expected at most 67108864
          {"name": "parallel-adapter", "bottleneck": 2147483647} | parallel-adapter: bottleneck 2147483647 makes an adapter of 137438953408 values, expected at most 67108864
          {"name": "pfeiffer", "bottleneck": 2147483647} | pfeiffer: bottleneck 2147483647 makes an adapter of 137438953408 values, expected at most 67108864
          {"name": "arc", "bottleneck": 2147483647} | arc: bottleneck 2147483647 makes an adapter of 137438953408 values, expected at most 67108864
          {"name": "mosa", "bottleneck": 2147483647, "experts": 127, "share": "none"} | mosa: bottleneck 2147483647 and experts 127 make an adapter of 17454747082816 values, expected at most 67108864
          {"name": "convpass", "bottleneck": 2147483647} | convpass: bottleneck 2147483647 makes a bypass of
          {"name": "bi-adapter", "preset": "lora", "rank": 1000000000} | bi-adapter: rank 1000000000 makes an adapter of
          {"name": "lora", "rank": 2147483647, "targets": ["q"]} | lora.rank 2147483647 makes a change of q of 137438953408 values, expected at most 67108864
          {"name": "vera", "rank": 2147483647} | vera.rank 2147483647 makes random matrices of 137438953408 values, expected at most 67108864
          {"name": "fact", "preset": "tk", "rank": 4096} | fact: rank 4096 makes factors of 68719738880 values, expected at most 67108864
          """)
  void are_refused_before_anything_is_made(String tree, String message) {
    PeftMethod huge = Methods.read(Settings.json().readTree(tree), "m");
    try (Backbone vit = Tiny.vit(Precision.FP32)) {
      assertThatThrownBy(() -> huge.attach(vit, Rng.of(1, "test")))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith(message);
    }
  }
}
