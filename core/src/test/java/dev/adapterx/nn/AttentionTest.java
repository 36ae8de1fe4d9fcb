package dev.adapterx.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.base.Rng;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Scope;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.testing.Golden;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class AttentionTest {
  @Test
  void equals_attention_computed_element_by_element_with_and_without_gradients() {
    int n = 5;
    int d = 12;
    int heads = 3;
    Rng rng = Rng.of(1, "attention");
    try (Scope scope = Scope.open()) {
      Tensor x = Init.normal(rng.at("x"), 0, 1, 2, n, d);
      Attention attention =
          new Attention(
              Linear.initial(rng.at("qkv"), d, 3 * d), Linear.initial(rng.at("proj"), d, d), heads);
      float[] expected = bruteForce(attention, Tensors.floats(x), 2, n, d);

      Block block =
          new Block("b", "b", 0, null, attention, null, null, null, null, Block.ALL, null);
      Tensor training = block.attention(x, BlockTuner.NONE, Pass.evaluation());
      Tensor inference;
      try (Scope inner = Scope.withoutGradients()) {
        inference = inner.keep(block.attention(x, BlockTuner.NONE, Pass.evaluation()));
      }

      assertThat(Golden.relativeError(Tensors.floats(training), expected)).isLessThan(1e-5);
      assertThat(Golden.relativeError(Tensors.floats(inference), expected)).isLessThan(1e-5);
    }
  }

  private static float[] bruteForce(Attention a, float[] x, int batch, int n, int d) {
    float[] qkv = linear(a.qkv(), x, d, 3 * d);
    int width = d / a.heads();
    float[] mixed = new float[batch * n * d];
    for (int b = 0; b < batch; b++) {
      for (int h = 0; h < a.heads(); h++) {
        for (int i = 0; i < n; i++) {
          double[] weights = new double[n];
          double sum = 0;
          for (int j = 0; j < n; j++) {
            double dot = 0;
            for (int k = 0; k < width; k++) {
              dot +=
                  qkv[(b * n + i) * 3 * d + h * width + k]
                      * qkv[(b * n + j) * 3 * d + d + h * width + k];
            }
            weights[j] = Math.exp(dot / Math.sqrt(width));
            sum += weights[j];
          }
          for (int j = 0; j < n; j++) {
            for (int k = 0; k < width; k++) {
              mixed[(b * n + i) * d + h * width + k] +=
                  (float) (weights[j] / sum * qkv[(b * n + j) * 3 * d + 2 * d + h * width + k]);
            }
          }
        }
      }
    }
    return linear(a.proj(), mixed, d, d);
  }

  private static float[] linear(Linear layer, float[] x, int in, int out) {
    float[] w = Tensors.floats(layer.weight());
    float[] bias = Tensors.floats(layer.bias());
    float[] y = new float[x.length / in * out];
    for (int r = 0; r < x.length / in; r++) {
      for (int o = 0; o < out; o++) {
        double sum = bias[o];
        for (int k = 0; k < in; k++) {
          sum += x[r * in + k] * w[o * in + k];
        }
        y[r * out + o] = (float) sum;
      }
    }
    return y;
  }
}
