package dev.adapterx.peft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adapterx.model.VisionTransformer;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Scope;
import dev.adapterx.testing.Tiny;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One model serves many threads. */
class ConcurrentForwardTest {
  private static final int THREADS = 4;
  private static final int PASSES = 50;

  @ParameterizedTest
  @EnumSource(names = {"FP32", "BF16"})
  void four_threads_get_what_one_gets(Precision precision) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try (VisionTransformer vit = Tiny.vit(precision);
        AdaptedModel model =
            AdaptedModel.attach(vit, new AdapterX(), Classification.of(Tiny.LABELS), 1)) {
      Tiny.randomise(model.trainable(), 0.2, 4);
      List<float[][]> alone = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        alone.add(probabilities(model, vit, t));
      }
      List<Future<Integer>> wrong = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int own = t;
        wrong.add(pool.submit(() -> differences(model, vit, own, alone.get(own))));
      }
      for (Future<Integer> count : wrong) {
        assertThat(count.get()).isZero();
      }
    } finally {
      pool.shutdown();
    }
  }

  private static int differences(
      AdaptedModel model, VisionTransformer vit, int own, float[][] expected) {
    int wrong = 0;
    for (int i = 0; i < PASSES; i++) {
      wrong += Arrays.deepEquals(probabilities(model, vit, own), expected) ? 0 : 1;
    }
    return wrong;
  }

  /** Each thread has a sample of its own, so a mix-up would show. */
  private static float[][] probabilities(AdaptedModel model, VisionTransformer vit, int own) {
    try (Scope scope = Scope.withoutGradients()) {
      Tensor sample = Tiny.images(vit.config(), THREADS).narrow(0, own, 1);
      return model.probabilities(sample);
    }
  }
}
