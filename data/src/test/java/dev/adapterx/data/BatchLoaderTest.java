package dev.adapterx.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.DataException;
import dev.adapterx.base.Label;
import dev.adapterx.base.Rng;
import dev.adapterx.data.LoaderOptions.OnBroken;
import dev.adapterx.data.image.ImageTransform;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.images.ImagePipeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BatchLoaderTest {
  private static final ImageTransform AS_IS = (image, rng) -> image;
  private static final ImageTransform NOISE =
      (image, rng) -> {
        byte[] noisy = image.pixels().clone();
        for (int i = 0; i < noisy.length; i++) {
          noisy[i] += (byte) rng.nextInt(256);
        }
        return new RgbImage(image.width(), image.height(), noisy);
      };
  private static final ImagePipeline PLAIN = ImagePipeline.plain(2, AS_IS, BatchLoaderTest::planes);
  private static final ImagePipeline AUGMENTED =
      new ImagePipeline(2, AS_IS, NOISE, BatchLoaderTest::planes, null);

  @Test
  void evaluation_gives_every_image_once_in_order_with_a_smaller_last_batch() {
    List<Batch<?>> batches = epoch(new NumberedImages(10), PLAIN, LoaderOptions.evaluation(4), 0);
    assertThat(batches).extracting(Batch::size).containsExactly(4, 4, 2);
    assertThat(indices(batches)).containsExactlyElementsOf(IntStream.range(0, 10).boxed().toList());
    assertThat(batches.get(1).targets(Label.class, 0, 4))
        .extracting(Label::index)
        .containsExactly(1, 2, 0, 1);
    assertThat(batches.get(2).values()).hasDimensions(2, 12);
    assertThat(batches.get(2).values()[0]).containsOnly(8);
    assertThat(batches.get(2).values()[1]).containsOnly(9);
  }

  /** Each of 40 samples has as many views as its number says: what waits must stay small. */
  @Test
  void samples_of_many_views_come_a_few_at_a_time_and_their_values_later() {
    Pipeline<RgbImage> viewed = new Viewed(PLAIN);
    LoaderOptions options = LoaderOptions.evaluation(32).withThreads(2);
    List<Batch<?>> batches = epoch(new NumberedImages(40), viewed, options, 0);
    assertThat(batches).extracting(Batch::size).containsOnly(4).hasSize(10);
    assertThat(indices(batches)).containsExactlyElementsOf(IntStream.range(0, 40).boxed().toList());
    for (Batch<?> batch : batches) {
      for (int i = 0; i < 4; i++) {
        int number = batch.indices()[i];
        assertThat(batch.values()[i]).isEmpty();
        assertThat(batch.views().get(i).count()).isEqualTo(number + 1);
        assertThat(batch.views().get(i).written(number, 1)).hasSize(12).containsOnly(number);
      }
    }
  }

  private record Viewed(ImagePipeline plain) implements Pipeline<RgbImage> {
    @Override
    public int values() {
      return plain.values();
    }

    @Override
    public boolean hasViews() {
      return true;
    }

    @Override
    public Views views(RgbImage image) {
      float[] all = new float[12 * (1 + image.at(0, 0, 0))];
      Arrays.fill(all, image.at(0, 0, 0));
      return Views.of(all, 12);
    }

    @Override
    public Transform<RgbImage> geometry() {
      return plain.geometry();
    }

    @Override
    public Transform<RgbImage> augment() {
      return null;
    }

    @Override
    public BatchTransform mix() {
      return null;
    }

    @Override
    public void requireFinished(RgbImage image, String where) {
      plain.requireFinished(image, where);
    }

    @Override
    public void write(RgbImage image, float[] into, int offset) {
      throw new AssertionError("all views at once");
    }

    @Override
    public String size(RgbImage image) {
      return plain.size(image);
    }

    @Override
    public long bytes(RgbImage image) {
      return plain.bytes(image);
    }
  }

  @Test
  void in_order_gives_every_whole_image_once_and_caches_nothing() {
    NumberedImages data = new NumberedImages(10, 3);
    LoaderOptions options = LoaderOptions.training(4, 5).withCacheBytes(1 << 20);
    try (BatchLoader<?> loader = new BatchLoader<>(data, PLAIN, options)) {
      assertThat(indices(list(loader.inOrder()))).containsExactly(0, 1, 2, 4, 5, 6, 7, 8, 9);
      assertThat(loader.broken()).extracting(BrokenSample::index).containsExactly(3);
      assertThat(loader.statistics().cachedImages()).isZero();
      assertThat(loader.statistics().decoded()).isEqualTo(9);
      assertThat(indices(list(loader.epoch(3))))
          .isEqualTo(Arrays.stream(loader.order(3)).filter(i -> i != 3).limit(8).boxed().toList());
    }
  }

  /** 10 samples in batches of 4, pieces of 1: of the last batch of 2, rank 0 of 3 has none. */
  @Test
  void ranks_read_their_shares_of_the_same_batches_and_nothing_else() {
    LoaderOptions options = LoaderOptions.training(4, 5).withDropLast(false);
    List<Batch<?>> whole = epoch(new NumberedImages(10), AUGMENTED, options, 2);
    int[] reads = new int[10];
    for (int rank = 0; rank < 3; rank++) {
      Share share = new Share(rank, 3, 1);
      try (BatchLoader<?> loader = new BatchLoader<>(new NumberedImages(10), AUGMENTED, options)) {
        loader.share(share, false);
        List<Batch<?>> batches = list(loader.epoch(2));
        assertThat(batches).hasSameSizeAs(whole);
        for (int b = 0; b < batches.size(); b++) {
          Batch<?> batch = batches.get(b);
          assertThat(batch.indices()).isEqualTo(whole.get(b).indices());
          for (int i = 0; i < batch.size(); i++) {
            boolean own = i >= share.first(batch.size()) && i < share.end(batch.size());
            assertThat(batch.values()[i]).isEqualTo(own ? whole.get(b).values()[i] : new float[0]);
            reads[batch.indices()[i]] += own ? 1 : 0;
          }
        }
        assertThat(loader.statistics().decoded())
            .isEqualTo(
                batches.stream().mapToInt(x -> share.end(x.size()) - share.first(x.size())).sum());
        assertThat(indices(list(loader.rest(2, 1, whole.get(0).indices()[3]))))
            .isEqualTo(indices(whole).subList(4, 10));
        assertThat(list(loader.inOrder()))
            .allSatisfy(all -> assertThat(all.values()[0]).hasSize(12));
      }
    }
    assertThat(reads).containsOnly(1);
  }

  @Test
  void a_broken_sample_of_a_share_ends_the_epoch_unless_all_read_all() {
    LoaderOptions options =
        LoaderOptions.training(4, 5).withShuffle(false).withBroken(OnBroken.SKIP, 1);
    try (BatchLoader<?> loader = new BatchLoader<>(new NumberedImages(10, 3), PLAIN, options)) {
      loader.share(new Share(1, 2, 1), false);
      assertThatThrownBy(() -> list(loader.epoch(0)))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("data.allow-broken=true");
      loader.share(new Share(0, 2, 1), false);
      assertThat(indices(list(loader.epoch(0)))).hasSize(8);
      loader.share(new Share(0, 2, 1), true);
      assertThat(indices(list(loader.epoch(0)))).containsExactly(0, 1, 2, 4, 5, 6, 7, 8);
    }
  }

  @Test
  void order_is_the_permutation_named_by_seed_and_epoch() {
    LoaderOptions options = LoaderOptions.training(4, 5);
    List<Integer> seen = indices(epoch(new NumberedImages(10), PLAIN, options, 3));
    int[] expected = Rng.of(5, "shuffle").at(3).permutation(10);
    assertThat(seen).containsExactlyElementsOf(Arrays.stream(expected).limit(8).boxed().toList());
    assertThat(indices(epoch(new NumberedImages(10), PLAIN, options, 4))).isNotEqualTo(seen);
  }

  @Test
  void augmentation_is_drawn_from_seed_epoch_and_index_alone() {
    List<Batch<?>> batches =
        epoch(new NumberedImages(6), AUGMENTED, LoaderOptions.evaluation(6), 9);
    for (int i = 0; i < 6; i++) {
      Rng own = Rng.of(0, "augment").at(9).at(i);
      int first = (byte) (i + own.nextInt(256)) & 0xFF;
      assertThat(batches.get(0).values()[i][0]).isEqualTo(first);
    }
  }

  @Test
  void bytes_do_not_depend_on_threads_prefetch_cache_or_earlier_epochs() {
    NumberedImages reference = new NumberedImages(97, 3, 50, 51, 96);
    ImagePipeline mixed =
        new ImagePipeline(2, AS_IS, NOISE, BatchLoaderTest::planes, BatchLoaderTest::halve);
    LoaderOptions one =
        LoaderOptions.training(8, 11).withThreads(1).withPrefetch(1).withDropLast(false);
    String expected = content(epoch(reference, mixed, one, 1));
    for (int threads : new int[] {1, 2, 7}) {
      for (long cache : new long[] {0, 500, 1 << 20}) {
        LoaderOptions options = one.withThreads(threads).withPrefetch(3).withCacheBytes(cache);
        NumberedImages data = new NumberedImages(97, 3, 50, 51, 96);
        try (BatchLoader<?> loader = new BatchLoader<>(data, mixed, options)) {
          loader.epoch(0).forEach(batch -> {});
          assertThat(content(list(loader.epoch(1)))).isEqualTo(expected);
          assertThat(loader.broken())
              .extracting(BrokenSample::index)
              .containsExactly(3, 50, 51, 96);
        }
      }
    }
  }

  @Test
  void cached_images_are_not_decoded_again_but_augmented_anew() {
    NumberedImages data = new NumberedImages(20);
    LoaderOptions options = LoaderOptions.evaluation(5).withCacheBytes(1 << 20);
    try (BatchLoader<?> loader = new BatchLoader<>(data, AUGMENTED, options)) {
      String first = content(list(loader.epoch(0)));
      assertThat(content(list(loader.epoch(1)))).isNotEqualTo(first);
      assertThat(data.decodings).hasValue(20);
      LoaderStatistics did = loader.statistics();
      assertThat(did.seconds()).isPositive();
      assertThat(did)
          .isEqualTo(new LoaderStatistics(20, 20, 20, 20 * (12 + 64), 1 << 20, 0, did.seconds()));
    }
  }

  @Test
  void cache_stays_within_its_budget() {
    NumberedImages data = new NumberedImages(20);
    LoaderOptions options = LoaderOptions.evaluation(5).withCacheBytes(7 * (12 + 64) + 75);
    try (BatchLoader<?> loader = new BatchLoader<>(data, PLAIN, options)) {
      list(loader.epoch(0));
      list(loader.epoch(1));
      assertThat(loader.statistics().cachedImages()).isEqualTo(7);
      assertThat(loader.statistics().cachedBytes()).isEqualTo(7 * (12 + 64));
      assertThat(data.decodings).hasValue(20 + 13);
    }
  }

  @Test
  void a_broken_image_in_training_is_named_and_the_next_one_takes_its_place() {
    NumberedImages data = new NumberedImages(21, 2, 4);
    LoaderOptions options = LoaderOptions.training(4, 0).withShuffle(false);
    try (BatchLoader<?> loader = new BatchLoader<>(data, PLAIN, options)) {
      List<Batch<?>> batches = list(loader.epoch(0));
      assertThat(batches.get(0).indices()).containsExactly(0, 1, 3, 5);
      assertThat(batches).hasSize(4);
      assertThat(loader.broken())
          .containsExactly(
              new BrokenSample(2, "image-2", "no end of image in image-2"),
              new BrokenSample(4, "image-4", "no end of image in image-4"));
      list(loader.epoch(1));
      assertThat(data.decodings).as("broken ones are not tried again").hasValue(21 + 19);
    }
  }

  @Test
  void too_many_broken_images_are_an_error_with_counts() {
    NumberedImages data = new NumberedImages(10, 2, 4, 6);
    LoaderOptions options = LoaderOptions.training(2, 0).withShuffle(false);
    assertThatThrownBy(() -> epoch(data, PLAIN, options, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("3 of the 10 samples are broken, more than the 25 % allowed")
        .hasMessageContaining("image-6")
        .hasMessageContaining("data.allow-broken=true");
    assertThat(epoch(data, PLAIN, options.withBroken(OnBroken.SKIP, 0.3), 0)).hasSize(3);
  }

  @Test
  void a_broken_image_is_an_error_where_that_is_asked_for_after_the_batches_before_it() {
    NumberedImages data = new NumberedImages(9, 6);
    List<Batch<?>> got = new ArrayList<>();
    LoaderOptions options = LoaderOptions.evaluation(3).withBroken(OnBroken.FAIL, 0);
    try (BatchLoader<?> loader = new BatchLoader<>(data, PLAIN, options)) {
      assertThatThrownBy(() -> loader.epoch(0).forEach(got::add))
          .isInstanceOf(DataException.class)
          .hasMessage(
              "Broken sample (6 of 9): no end of image in image-6. Repair or remove it, or"
                  + " allow broken samples for this data set");
    }
    assertThat(got).hasSize(2);
  }

  @Test
  void a_broken_image_in_evaluation_is_passed_over_and_counted() {
    NumberedImages data = new NumberedImages(9, 6);
    try (BatchLoader<?> loader = new BatchLoader<>(data, PLAIN, LoaderOptions.evaluation(3))) {
      List<Batch<?>> batches = list(loader.epoch(0));
      assertThat(batches.get(2).indices()).containsExactly(7, 8);
      assertThat(loader.broken()).extracting(BrokenSample::where).containsExactly("image-6");
    }
  }

  @Test
  void an_image_that_no_transform_could_take_is_a_broken_one() {
    ImageTransform choosy =
        (image, rng) -> {
          if (image.at(0, 0, 0) == 5) {
            throw new DataException("too long and narrow");
          }
          return image;
        };
    ImagePipeline pipeline = ImagePipeline.plain(2, choosy, BatchLoaderTest::planes);
    try (BatchLoader<?> loader =
        new BatchLoader<>(new NumberedImages(9), pipeline, LoaderOptions.evaluation(9))) {
      assertThat(list(loader.epoch(0)).get(0).indices()).doesNotContain(5).hasSize(8);
      assertThat(loader.broken().get(0).reason())
          .isEqualTo("Could not transform image-5 (2 x 2 pixels): too long and narrow");
    }
  }

  @Test
  void a_full_heap_is_no_broken_image() {
    NumberedImages data = new NumberedImages(9);
    AtomicInteger times = new AtomicInteger();
    ImageTransform hungry =
        (image, rng) -> {
          if (image.at(0, 0, 0) == 5 && times.getAndIncrement() == 0) {
            throw new OutOfMemoryError("Java heap space");
          }
          return image;
        };
    ImagePipeline pipeline = ImagePipeline.plain(2, hungry, BatchLoaderTest::planes);
    try (BatchLoader<?> loader = new BatchLoader<>(data, pipeline, LoaderOptions.evaluation(9))) {
      assertThat(list(loader.epoch(0)).get(0).indices()).hasSize(9);
      assertThat(loader.broken()).isEmpty();
      assertThat(times).hasValue(2);
    }
  }

  @Test
  void nothing_but_broken_images_is_an_error_even_when_allowed() {
    LoaderOptions options = LoaderOptions.evaluation(4).withBroken(OnBroken.SKIP, 1);
    assertThatThrownBy(() -> epoch(new NumberedImages(3, 0, 1, 2), PLAIN, options, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Epoch 0 has no batch: 3 of 3 samples are broken");
  }

  @Test
  void an_image_of_the_wrong_size_after_all_transforms_is_named() {
    ImagePipeline larger = ImagePipeline.plain(4, AS_IS, BatchLoaderTest::planes);
    assertThatThrownBy(() -> epoch(new NumberedImages(3), larger, LoaderOptions.evaluation(2), 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("image-0 is 2 x 2 pixels after all transforms")
        .hasMessageContaining("takes 4 x 4");
  }

  @Test
  void a_failing_transform_is_an_error_naming_the_image_and_never_skipped() {
    ImageTransform failing =
        (image, rng) -> {
          if (image.at(0, 0, 0) == 5) {
            throw new IllegalArgumentException("crop outside");
          }
          return image;
        };
    ImagePipeline pipeline = ImagePipeline.plain(2, failing, BatchLoaderTest::planes);
    assertThatThrownBy(
            () -> epoch(new NumberedImages(9), pipeline, LoaderOptions.training(2, 0), 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Could not transform image-5 (2 x 2 pixels)")
        .hasMessageContaining("crop outside");
  }

  @Test
  void leaving_early_stops_the_work_ahead_and_the_loader_goes_on() throws Exception {
    NumberedImages data = new NumberedImages(5000);
    LoaderOptions options = LoaderOptions.evaluation(4).withThreads(2);
    try (BatchLoader<?> loader = new BatchLoader<>(data, PLAIN, options)) {
      try (Epoch epoch = loader.epoch(0)) {
        assertThat(epoch.iterator().next().indices()).containsExactly(0, 1, 2, 3);
      }
      awaitQuiet(data);
      assertThat(data.decodings.get())
          .as("prefetch 2, one filling, one taken, a window of 8")
          .isLessThanOrEqualTo(4 * (2 + 1 + 1) + 8 + 2);
      assertThat(loader.epoch(1).iterator().next().indices()).containsExactly(0, 1, 2, 3);
    }
  }

  @Test
  void a_slow_consumer_bounds_what_is_decoded_ahead() throws Exception {
    NumberedImages data = new NumberedImages(5000);
    LoaderOptions options = LoaderOptions.evaluation(4).withThreads(2);
    try (BatchLoader<?> loader = new BatchLoader<>(data, PLAIN, options)) {
      loader.epoch(0).iterator().next();
      awaitQuiet(data);
      assertThat(data.decodings.get()).isLessThanOrEqualTo(4 * (2 + 1 + 1) + 8 + 2);
    }
  }

  @Test
  void closing_ends_the_threads_and_an_abandoned_epoch_says_so() throws Exception {
    BatchLoader<?> loader =
        new BatchLoader<>(new NumberedImages(500), PLAIN, LoaderOptions.evaluation(4));
    var abandoned = loader.epoch(0).iterator();
    abandoned.next();
    loader.epoch(1);
    assertThatThrownBy(abandoned::next).isInstanceOf(IllegalStateException.class);
    loader.close();
    assertThatThrownBy(() -> loader.epoch(2)).hasMessageContaining("closed");
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("adapterx-batches")) {
        thread.join(TimeUnit.SECONDS.toMillis(5));
        assertThat(thread.isAlive()).isFalse();
      }
    }
  }

  @Test
  void an_epoch_is_iterated_once() {
    try (BatchLoader<?> loader =
        new BatchLoader<>(new NumberedImages(5), PLAIN, LoaderOptions.evaluation(4))) {
      Epoch epoch = loader.epoch(0);
      assertThat(list(epoch)).hasSize(2);
      assertThatThrownBy(epoch::iterator).hasMessageContaining("iterated once");
    }
  }

  @Test
  void an_interrupted_consumer_gets_an_error_and_keeps_its_flag() {
    try (BatchLoader<?> loader =
        new BatchLoader<>(new NumberedImages(5), PLAIN, LoaderOptions.evaluation(4))) {
      var batches = loader.epoch(0).iterator();
      Thread.currentThread().interrupt();
      assertThatThrownBy(batches::next)
          .isInstanceOf(DataException.class)
          .hasMessageContaining("Interrupted");
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void batch_transform_gets_a_stream_of_the_batch() {
    BatchTransform mark =
        (batch, rng) -> new Batch<>(batch.values(), List.of(rng.nextInt(1000)), batch.indices());
    ImagePipeline pipeline = new ImagePipeline(2, AS_IS, null, BatchLoaderTest::planes, mark);
    List<Batch<?>> batches = epoch(new NumberedImages(3), pipeline, LoaderOptions.evaluation(1), 6);
    for (int i = 0; i < 3; i++) {
      assertThat(batches.get(i).targets())
          .isEqualTo(List.of(Rng.of(0, "mix").at(6).at(i).nextInt(1000)));
    }
  }

  @Test
  void bad_options_are_named() {
    NumberedImages data = new NumberedImages(5);
    assertThatThrownBy(() -> new BatchLoader<>(data, PLAIN, LoaderOptions.training(8, 0)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "A batch size of 8 with drop_last leaves nothing of 5 samples: lower the batch size to"
                + " at most 5 or keep the last batch");
    assertThatThrownBy(
            () -> new BatchLoader<>(new NumberedImages(0), PLAIN, LoaderOptions.evaluation(1)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no samples");
    assertThatThrownBy(() -> LoaderOptions.evaluation(0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("batchSize must be at least 1, found 0");
    assertThatThrownBy(() -> LoaderOptions.evaluation(1).withThreads(0))
        .hasMessageContaining("threads");
    ImagePipeline huge = ImagePipeline.plain(16000, AS_IS, BatchLoaderTest::planes);
    assertThatThrownBy(() -> new BatchLoader<>(data, huge, LoaderOptions.evaluation(5)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("5 samples of 768000000 values does not fit");
  }

  @Test
  void batches_are_counted_before_loading() {
    LoaderOptions keep = LoaderOptions.evaluation(4);
    try (BatchLoader<?> a = new BatchLoader<>(new NumberedImages(9), PLAIN, keep);
        BatchLoader<?> b = new BatchLoader<>(new NumberedImages(8), PLAIN, keep);
        BatchLoader<?> c =
            new BatchLoader<>(new NumberedImages(9), PLAIN, keep.withDropLast(true))) {
      assertThat(a.batches()).isEqualTo(3);
      assertThat(b.batches()).isEqualTo(2);
      assertThat(c.batches()).isEqualTo(2);
    }
  }

  private static void planes(RgbImage image, float[] into, int offset) {
    int plane = image.width() * image.height();
    for (int i = 0; i < plane; i++) {
      for (int c = 0; c < 3; c++) {
        into[offset + c * plane + i] = image.pixels()[3 * i + c] & 0xFF;
      }
    }
  }

  private static Batch<?> halve(Batch<?> batch, Rng rng) {
    batch.values()[0][0] = rng.nextInt(1000);
    return batch;
  }

  private static List<Batch<?>> epoch(
      Dataset<RgbImage> data, Pipeline<RgbImage> pipeline, LoaderOptions options, int epoch) {
    try (BatchLoader<?> loader = new BatchLoader<>(data, pipeline, options)) {
      return list(loader.epoch(epoch));
    }
  }

  private static List<Batch<?>> list(Epoch epoch) {
    List<Batch<?>> batches = new ArrayList<>();
    epoch.forEach(batches::add);
    return batches;
  }

  private static List<Integer> indices(List<Batch<?>> batches) {
    return batches.stream().flatMap(b -> Arrays.stream(b.indices()).boxed()).toList();
  }

  private static String content(List<Batch<?>> batches) {
    StringBuilder all = new StringBuilder();
    for (Batch<?> batch : batches) {
      all.append(Arrays.toString(batch.indices()))
          .append(batch.targets())
          .append(Arrays.deepToString(batch.values()));
    }
    return all.toString();
  }

  private static void awaitQuiet(NumberedImages data) throws InterruptedException {
    int before;
    do {
      before = data.decodings.get();
      Thread.sleep(100);
    } while (data.decodings.get() != before);
  }
}
