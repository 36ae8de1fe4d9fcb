package dev.adapterx.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Label;
import dev.adapterx.data.Batch;
import dev.adapterx.infer.Workers;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.VisionTransformer;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.task.Classification;
import dev.adapterx.tensor.Native;
import dev.adapterx.tensor.Precision;
import dev.adapterx.tensor.Tensors;
import dev.adapterx.train.recipe.TrainRecipe;
import dev.adapterx.train.routing.ExpertUse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class WorkersTest {
  @Test
  void results_come_in_order_and_few_wait() {
    List<Integer> order = new ArrayList<>();
    AtomicInteger started = new AtomicInteger();
    AtomicInteger mostAhead = new AtomicInteger();
    try (Workers workers = new Workers(3)) {
      workers.inOrder(
          50,
          i -> {
            started.incrementAndGet();
            return i;
          },
          i -> {
            mostAhead.accumulateAndGet(started.get() - i, Math::max);
            order.add(i);
          });
    }
    assertThat(order).hasSize(50).isSorted();
    assertThat(mostAhead.get()).isLessThanOrEqualTo(5);
  }

  @Test
  void a_failure_arrives_as_it_was_thrown_and_the_pool_goes_on() {
    try (Workers workers = new Workers(2)) {
      assertThatThrownBy(
              () ->
                  workers.inOrder(
                      10,
                      i -> {
                        if (i == 4) {
                          throw new DataException("image 4 is broken");
                        }
                        return i;
                      },
                      i -> {}))
          .isInstanceOf(DataException.class)
          .hasMessage("image 4 is broken");
      int[] sum = {0};
      workers.inOrder(4, i -> i, i -> sum[0] += i);
      assertThat(sum[0]).isEqualTo(6);
    }
  }

  @Test
  void the_number_of_threads_changes_no_bit_of_a_training() {
    assertThat(trained(1)).isEqualTo(trained(3));
  }

  @Test
  void nor_of_its_routing() {
    EpochResult one = epoch(1);
    assertThat(epoch(3).routing()).isEqualTo(one.routing());
    assertThat(one.routing()).hasSize(2);
    // 3 batches of 20, CLS and 16 patches, then the first block's prompt, 4 sub-tokens each
    assertThat(one.routing())
        .extracting(ExpertUse::subTokens)
        .containsExactly(3L * 20 * 17 * 4, 3L * 20 * 18 * 4);
    assertThat(one.routing()).extracting(ExpertUse::library).containsOnly("smoa");
    assertThat(one.metrics()).containsKeys("routing-entropy", "routing-max-load", "dead-experts");
  }

  @Test
  void a_piece_alone_is_computed_by_all_threads_and_pieces_side_by_side_by_one_each() {
    int cores = Runtime.getRuntime().availableProcessors();
    try (Workers workers = new Workers(cores);
        Workers more = new Workers(cores + 1)) {
      assertThat(threadsSeen(workers, 1)).containsExactly(cores);
      assertThat(threadsSeen(workers, 2)).containsExactly(1, 1);
      assertThat(threadsSeen(workers, 1)).containsExactly(cores);
      assertThat(threadsSeen(more, 1)).containsExactly(cores);
    }
  }

  @Test
  void a_thread_that_starts_later_still_knows_how_many_threads_there_are() throws Exception {
    int all = Native.threads();
    int[] later = new int[1];
    try (Workers workers = new Workers(all + 1)) {
      threadsSeen(workers, 2);
    }
    Thread thread = new Thread(() -> later[0] = Native.threads());
    thread.start();
    thread.join();
    assertThat(later[0]).isEqualTo(all);
  }

  private static List<Integer> threadsSeen(Workers workers, int pieces) {
    List<Integer> seen = new ArrayList<>();
    workers.inOrder(pieces, i -> torch.get_num_threads(), seen::add);
    return seen;
  }

  /** The trained values after three steps with everything random switched on. */
  private static float[] trained(int threads) {
    float[][] theta = new float[1][];
    train(threads, trainer -> theta[0] = Tensors.floats(trainer.optimiser().theta()));
    return theta[0];
  }

  private static EpochResult epoch(int threads) {
    return train(threads, trainer -> {});
  }

  private static EpochResult train(int threads, Consumer<Trainer> then) {
    Backbones.Options options = Backbones.Options.defaults().with(Precision.FP32);
    try (VisionTransformer vit =
            (VisionTransformer) Backbones.initial("vit_32x2x2_patch8_32", options, 1);
        AdaptedModel model =
            AdaptedModel.attach(vit, new AdapterX(), Classification.of(List.of("a", "b", "c")), 1);
        Workers workers = new Workers(threads);
        Trainer trainer = new Trainer(model, TrainRecipe.defaults(), 1, workers)) {
      Batch<?> batch = batch(20);
      EpochResult result =
          trainer.train(20, List.of(batch, batch, batch), 3, (step, steps, loss) -> {});
      then.accept(trainer);
      return result;
    }
  }

  private static Batch<?> batch(int size) {
    int values = 3 * 32 * 32;
    float[][] pixels = new float[size][values];
    for (int i = 0; i < size * values; i++) {
      pixels[i / values][i % values] = (float) Math.sin(0.37 * i);
    }
    int[] indices = IntStream.range(0, size).toArray();
    List<Label> labels = Arrays.stream(indices).mapToObj(i -> Label.of(i % 3)).toList();
    return new Batch<>(pixels, labels, indices);
  }
}
