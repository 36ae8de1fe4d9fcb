package dev.adapterx.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.ConfigException;
import dev.adapterx.train.Tiny;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.loop.StoppedException;
import dev.adapterx.train.ranks.Rank;
import dev.adapterx.train.ranks.Rendezvous;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.weights.WeightFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Several ranks train as one does, and go on as if there had been no break. */
class RankedRunTest {
  /** Whatever draws random numbers or keeps state is on. */
  private static final String[] EVERYTHING = {
    "method={name: adapter-x, experts: 2, heads: 2, bottleneck: 4, dropout: 0.2, balance: 0.01}",
    "data.augment=crop-flip",
    "data.mixup=0.8",
    "data.cutmix=1",
    "data.val=val",
    "train.micro-batch=2",
    "train.drop-last=false",
    "train.drop-path=0.2",
    "train.ema=0.9",
    "train.label-smoothing=0.1",
    "train.clip-norm=1"
  };

  @TempDir static Path images;
  @TempDir static Path straight;
  @TempDir Path folder;

  @BeforeAll
  static void train_in_two_ranks() {
    Tiny.images(images);
    assertDone(Together.train(2, recipe(), straight));
  }

  private static Recipe recipe(String... more) {
    String[] all =
        Stream.concat(Arrays.stream(EVERYTHING), Arrays.stream(more)).toArray(String[]::new);
    return Tiny.recipe(images, all);
  }

  private static void assertDone(List<Together.Outcome> outcomes) {
    assertThat(outcomes).allSatisfy(o -> assertThat(o.failure()).isNull());
    assertThat(outcomes.get(0).result()).isPresent();
    assertThat(outcomes.stream().skip(1)).allSatisfy(o -> assertThat(o.result()).isEmpty());
  }

  /**
   * To rounding: fp32 sums in another order, over ten steps. A wrong share, weight or stream shows
   * in the second digit.
   */
  private static void assertAgree(Path run, Path other) {
    WeightFile found = WeightFile.read(run.resolve("checkpoint/last.safetensors"));
    WeightFile expected = WeightFile.read(other.resolve("checkpoint/last.safetensors"));
    expected
        .tensors()
        .forEach(
            (name, tensor) ->
                assertThat(found.tensor(name).floats())
                    .as(name)
                    .containsExactly(tensor.floats(), Offset.offset(2e-5f)));
    List<String> lines = Tiny.metrics(run);
    assertThat(lines).hasSameSizeAs(Tiny.metrics(other));
    for (int i = 0; i < lines.size(); i++) {
      JsonNode is = JsonMapper.shared().readTree(lines.get(i));
      JsonNode should = JsonMapper.shared().readTree(Tiny.metrics(other).get(i));
      assertThat(is.propertyNames()).containsExactlyElementsOf(should.propertyNames());
      for (Map.Entry<String, JsonNode> entry : should.properties()) {
        assertThat(is.get(entry.getKey()).doubleValue())
            .as(entry.getKey())
            .isCloseTo(entry.getValue().doubleValue(), Offset.offset(1e-3));
      }
    }
  }

  private static void assertSame(Path run, Path other) {
    for (String file :
        List.of(
            "adapter/adapter_model.safetensors",
            "adapter-best/adapter_model.safetensors",
            "checkpoint/last.safetensors",
            "routing.jsonl")) {
      assertThat(run.resolve(file)).hasSameBinaryContentAs(other.resolve(file));
    }
    assertThat(Tiny.metrics(run)).isEqualTo(Tiny.metrics(other));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void ranks_agree_with_one(int count) {
    Path one = folder.resolve("one");
    TrainRun.start(recipe("data.mixup=0", "data.cutmix=0"), one, RunListener.NONE);
    Path run = folder.resolve("several");
    assertDone(Together.train(count, recipe("data.mixup=0", "data.cutmix=0"), run));
    assertAgree(run, one);
  }

  @Test
  void so_they_do_with_mixed_samples() {
    Path one = folder.resolve("one");
    TrainRun.start(recipe(), one, RunListener.NONE);
    assertAgree(straight, one);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void a_run_that_one_rank_stops_within_an_epoch_goes_on_to_the_same_bytes(int who) {
    RunListener stopper =
        new RunListener() {
          private volatile boolean stops;

          @Override
          public void stepped(int epoch, int epochs, int step, int steps, double loss) {
            stops |= epoch == 2 && step == 2;
          }

          @Override
          public boolean wantsStop() {
            return stops;
          }
        };
    Path run = folder.resolve("run");
    List<Together.Outcome> stopped =
        Together.ranks(
            2,
            rank ->
                RankedRun.start(
                    recipe(), run, rank, rank.rank() == who ? stopper : RunListener.NONE));
    assertThat(stopped.get(0).failure()).isInstanceOf(StoppedException.class);
    assertThat(stopped.get(1).failure()).isNull();
    assertThat(Tiny.metrics(run)).hasSize(1);

    assertDone(Together.train(2, recipe(), run));
    assertSame(run, straight);
  }

  /**
   * Clouds, with batch norms that a whole backbone trains: their statistics are the whole batch's.
   */
  @Test
  void batch_norms_follow_the_whole_batch() {
    Recipe recipe =
        Recipe.read(
            """
            seed: 3
            backbone: {preset: point_32x2x2_c8_g4k8_64, precision: fp32, batch-norm: update}
            method: {name: full}
            head: mlp
            data: {path: "shapes:3x8", augment: none, threads: 2, cache-megabytes: 16}
            train: {epochs: 2, batch: 8, micro-batch: 4, lr: 0.001, drop-path: 0.1, eval-batch: 8}
            """,
            List.of(),
            "tiny");
    Path one = folder.resolve("one");
    TrainRun.start(recipe, one, RunListener.NONE);
    Path two = folder.resolve("two");
    assertDone(Together.train(2, recipe, two));
    assertThat(WeightFile.read(one.resolve("checkpoint/last.safetensors")).tensors().keySet())
        .anyMatch(name -> name.endsWith("running_mean"));
    assertAgree(two, one);
  }

  @Test
  void a_head_on_features_that_do_not_change_agrees() {
    Recipe recipe = Tiny.recipe(images, "method=linear-probe", "train.micro-batch=2");
    Path one = folder.resolve("one");
    TrainRun.start(recipe, one, RunListener.NONE);
    Path two = folder.resolve("two");
    assertDone(Together.train(2, recipe, two));
    assertAgree(two, one);
  }

  private void refused(String expected, Function<Rank, Recipe> recipes, int count) {
    Path run = folder.resolve("run");
    List<Together.Outcome> outcomes =
        Together.ranks(
            count, rank -> RankedRun.start(recipes.apply(rank), run, rank, RunListener.NONE));
    assertThat(outcomes)
        .allSatisfy(
            outcome -> {
              assertThat(outcome.failure()).isInstanceOf(AdapterXException.class);
              assertThat(outcome.message()).contains(expected);
            });
    assertThat(run).doesNotExist();
  }

  @Test
  void another_recipe_is_refused_before_anything_is_written() {
    refused(
        "differs from rank 0 in train.lr: 0.5 there, 0.01 in rank 0",
        rank -> rank.isFirst() ? recipe() : recipe("train.lr=0.5"),
        2);
  }

  @Test
  void so_are_other_data() throws Exception {
    Path fewer = Tiny.images(folder.resolve("fewer"));
    Files.delete(fewer.resolve("train/pear/3.png"));
    refused(
        "differs from rank 0 in the number of training samples: 20 there, 21 in rank 0",
        rank -> rank.isFirst() ? recipe() : recipe("data.path=" + fewer),
        2);
  }

  @Test
  void so_are_more_ranks_than_samples_of_a_batch() {
    Path run = folder.resolve("run");
    Rendezvous at = Rendezvous.open("127.0.0.1", 0);
    assertThatThrownBy(
            () ->
                RankedRun.start(
                    recipe(), run, Rank.first(7, at, Together.TIMEOUT), RunListener.NONE))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("a batch of 6 samples cannot be divided among 7 ranks");
    assertThat(run).doesNotExist();
  }

  @Test
  void and_fewer_micro_batches_than_ranks() {
    refused(
        "has 2, for 3 ranks; lower train.micro-batch to 2 or less",
        rank -> recipe("train.micro-batch=4"),
        3);
  }

  @Test
  void a_picture_that_one_rank_cannot_read_ends_all_and_is_named() throws Exception {
    Path broken = Tiny.images(folder.resolve("broken"));
    Files.writeString(broken.resolve("train/pear/3.png"), "no picture");
    Recipe recipe = Tiny.recipe(broken, "train.micro-batch=2", "data.mixup=0", "data.augment=none");
    Path run = folder.resolve("run");
    List<Together.Outcome> outcomes = Together.train(2, recipe, run);
    assertThat(outcomes)
        .allSatisfy(outcome -> assertThat(outcome.message()).contains("pear/3.png"));
    assertThat(outcomes.get(0).message()).contains("go on by train --resume " + run);
  }

  @Test
  void a_run_begun_by_another_recipe_is_not_gone_on_with() {
    Path run = folder.resolve("run");
    Recipe first = Tiny.recipe(images, "train.epochs=1");
    TrainRun.start(first, run, RunListener.NONE);
    assertThat(Together.train(1, first, run).get(0).failure()).isNull();
    assertThat(Together.train(1, Tiny.recipe(images, "train.epochs=2"), run).get(0).message())
        .contains("was begun with train.epochs=1, and train.epochs=2 is asked for");
  }
}
